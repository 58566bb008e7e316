"""Work that somebody on an event loop waits for, and how they are told what became of it. For both engines."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any


class Waited:
    """One piece of work: its result or its error, and who waits for it."""

    __slots__ = ("error", "future", "loop", "result", "then")

    def __init__(self, then: Callable[[Any], None] | None) -> None:
        self.then = then
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        """A future cannot carry these two: one would end the loop, the other is refused."""
        carried = isinstance(error, Exception) and not isinstance(error, StopIteration)
        self.error = error if carried else RuntimeError(f"a unit of work raised {error!r}")


def settle(jobs: Sequence[Waited]) -> None:
    """Wakes each event loop once, however many of its calls are answered."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[Waited]] = defaultdict(list)
    for job in jobs:
        by_loop[job.loop].append(job)
        if job.then is not None and job.error is None:
            job.then(job.result)
    for loop, done in by_loop.items():
        try:
            loop.call_soon_threadsafe(_answer, done)
        except RuntimeError:
            continue  # that loop is closed: nobody waits any more


def _answer(jobs: Sequence[Waited]) -> None:
    for job in jobs:
        if job.future.done():
            continue  # its caller was cancelled; the work has happened all the same
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
