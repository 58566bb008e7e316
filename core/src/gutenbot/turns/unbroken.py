"""Work that goes on to its end when whoever asked for it goes away in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """The result of the work. A cancellation reaches the caller at once, and the work not at all.

    Whatever the work waits for keeps it alive: it must wait for something that ends.
    """
    return await asyncio.shield(asyncio.create_task(work, name="unbroken"))
