"""Work that somebody on an event loop waits for, and how they are told what became of it. For both engines."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from gutenbot.kernel.letterbox import letterbox

Told = Callable[[Any], bool | None]
"""Is given a result as soon as there is one. True: who waits for it will be woken by something else, and may be told then."""


class Waited:
    """One piece of work: its result or its error, and who waits for it."""

    __slots__ = ("box", "error", "future", "result", "then")

    def __init__(self, then: Told | None) -> None:
        self.then = then
        self.box = letterbox()
        self.future: asyncio.Future[Any] = self.box.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        """A future cannot carry these two: one would end the loop, the other is refused."""
        carried = isinstance(error, Exception) and not isinstance(error, StopIteration)
        self.error = error if carried else RuntimeError(f"a unit of work raised {error!r}")


def settle(jobs: Sequence[Waited]) -> None:
    """Tells all who wait; what begins with a result has begun before, whoever else is told of it."""
    patient = [job.then is not None and job.error is None and job.then(job.result) for job in jobs]
    for job, may_wait in zip(jobs, patient, strict=True):
        tell = job.box.leave if may_wait else job.box.hand
        tell(_answer, job)


def _answer(job: Waited) -> None:
    if job.future.done():
        return  # its caller was cancelled; the work has happened all the same
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)
