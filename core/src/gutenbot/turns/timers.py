"""Watches the timers of all conversations, and turns those that come due into events."""

import asyncio
from collections.abc import Callable

from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ending import end_all
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Accepted

log = get_logger("timers")

AT_ONCE = 100
"""After a long pause many timers may be due: they fire oldest first, so many at a time (TIM-07)."""
_LONGEST_S = 60.0
_SHARED_S = 1.0
"""Timers that another process set are not told of: it may be gone when they come due."""
_PACE_S = 0.05


class Timers:
    """Fires timers, and hands what they became to the loop."""

    def __init__(self, storage: Storage, clock: Clock, hand_over: Callable[[list[Accepted]], None]) -> None:
        self._storage = storage
        self._clock = clock
        self._hand_over = hand_over
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Watches from now on, on the running event loop."""
        self._task = asyncio.create_task(self._watch(), name="timers")

    async def stop(self) -> None:
        """Stops watching."""
        if self._task is not None:
            await end_all([self._task])

    def changed(self) -> None:
        """A timer was set that may be earlier than all others."""
        self._changed.set()

    async def fire(self) -> int:
        """Turns due timers into events; returns how many."""
        fired = await self._storage.fire_timers(to_ms(self._clock.now()), AT_ONCE)
        self._hand_over(fired)
        return len(fired)

    async def _watch(self) -> None:
        while True:
            try:
                self._changed.clear()  # before it is looked: what is set meanwhile is looked for again
                wait_s = await self._until_next()
                if wait_s > 0:
                    await self._pause(wait_s)
                elif await self.fire() == AT_ONCE:
                    await asyncio.sleep(_PACE_S)
            except Temporary as error:
                log.error("timers.waiting", error=str(error))
                await asyncio.sleep(1.0)

    async def _until_next(self) -> float:
        due = await self._storage.next_timer()
        longest_s = _SHARED_S if self._storage.shared else _LONGEST_S
        if due is None:
            return longest_s
        return max(0.0, min(longest_s, (due - to_ms(self._clock.now())) / 1000))

    async def _pause(self, limit_s: float) -> None:
        try:
            async with asyncio.timeout(limit_s):
                await self._changed.wait()
        except TimeoutError:
            return
