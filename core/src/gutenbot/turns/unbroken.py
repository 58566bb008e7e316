"""Work that goes on to its end when whoever asked for it goes away in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Unbroken:
    """Runs such work, and owns what its callers have left.

    The work runs as part of the caller's task, and becomes a task of its own only when the caller is cancelled: that is
    rare, and a task is dear.
    """

    def __init__(self) -> None:
        self._left: set[asyncio.Task[None]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of the work. A cancellation reaches the caller at once, and the work not at all.

        Whatever the work waits for keeps it alive: it must wait for something that ends.
        """
        while True:
            try:
                waited: Any = work.send(None)
            except StopIteration as stop:
                return stop.value  # type: ignore[no-any-return]
            try:
                await _over(waited)
            except asyncio.CancelledError:
                if waited is not None and not waited.cancelled():
                    self._go_on(work, waited)
                    raise

    def _go_on(self, work: Coroutine[Any, Any, Any], waited: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._rest(work, waited), name="unbroken")
        self._left.add(task)
        task.add_done_callback(self._left.discard)

    async def _rest(self, work: Coroutine[Any, Any, Any], waited: Any) -> None:
        await _over(waited)
        await self.run(work)


async def _over(waited: Any) -> None:
    """Returns when a future is done, whatever became of it: the work itself looks at that."""
    if waited is None:
        await asyncio.sleep(0)
        return
    waited._asyncio_future_blocking = False  # noqa: SLF001  (what a task does with a future that it was handed)
    outer = asyncio.get_running_loop().create_future()
    waited.add_done_callback(lambda _: None if outer.done() else outer.set_result(None))
    await outer
