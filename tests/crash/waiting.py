"""Waiting for something that another process does, which nobody here is told of."""

import asyncio
import time
from collections.abc import Callable

LOOK_S = 0.01


async def until(condition: Callable[[], object], limit_s: float) -> bool:
    """Returns whether the condition came true within the limit."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if condition():
            return True
        await asyncio.sleep(LOOK_S)
    return bool(condition())
