"""The end of tasks: they are cancelled until they are over."""

import asyncio
from collections.abc import Iterable
from typing import Any

CANCEL_AGAIN_S = 1.0


async def end_all(tasks: "Iterable[asyncio.Task[Any]]") -> None:
    """Cancels until all have ended: one that was cancelled at a bad moment may have gone on (so may a cancel scope of AnyIO)."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
