"""A question that many ask at the same moment is asked once, and its answer is everybody's."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Asked(Generic[T]):
    """Questions on their way, by key; on one event loop."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}

    async def once(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """The answer to the question that runs under this key, or of this one when none does. Raises what it raises.

        Whoever is cancelled only stops waiting: others may wait for the same answer.
        """
        running = self._running.get(key)
        if running is None:
            running = self._running[key] = asyncio.create_task(_ask(question), name="asked once")
            running.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(running)

    def forget(self) -> None:
        """Who asks from now on gets an answer of from now on."""
        self._running.clear()

    def _ended(self, key: Hashable, done: "asyncio.Task[T]") -> None:
        if self._running.get(key) is done:
            del self._running[key]
        if not done.cancelled():
            done.exception()  # those who waited have it; when they have all gone, nobody misses it


async def _ask(question: Callable[[], Awaitable[T]]) -> T:
    return await question()
