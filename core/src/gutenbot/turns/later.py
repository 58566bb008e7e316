"""Conversations whose event failed, until it may be tried again: one task for all of them, however many they are."""

import asyncio
import heapq
import itertools
from collections.abc import Callable

from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.turns.places import Again

LOOK_S = 0.5
"""So often is looked at the clock, which may be set meanwhile (TIM-04)."""
REST_SHARE = 2
MOST_REST_S = 0.25
"""After a try of what failed before, its place rests for so many times as long as it took: a flood of failures leaves most of
the time to others (POI-05)."""


class Later:
    """Gives each to `begin` when its moment has come. It stays held meanwhile, so that nothing overtakes its event, and takes
    nobody's place among those that run."""

    def __init__(
        self, clock: Clock, begin: Callable[[Again], None], own: Callable[["asyncio.Task[None]"], None]
    ) -> None:
        self._clock = clock
        self._begin = begin
        self._own = own
        self._waiting: list[tuple[int, int, Again]] = []
        self._numbers = itertools.count()
        self._task: asyncio.Task[None] | None = None

    def add(self, again: Again, at_ms: int) -> None:
        """From this moment on (milliseconds since 1970)."""
        first = self._waiting[0][0] if self._waiting else None
        heapq.heappush(self._waiting, (at_ms, next(self._numbers), again))
        if first is None or at_ms < first:
            self._wait_anew()

    def stop(self) -> None:
        """They wait no more, and are not begun."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    def _wait_anew(self) -> None:
        if self._task is not None:
            self._task.cancel()  # it sleeps, and would sleep too long
        self._task = asyncio.create_task(self._run(), name="later")
        self._own(self._task)

    async def _run(self) -> None:
        while self._waiting:
            wait_s = (self._waiting[0][0] - to_ms(self._clock.now())) / 1000
            if wait_s > 0:
                await self._clock.sleep(min(wait_s, LOOK_S))
            else:
                self._begin(heapq.heappop(self._waiting)[2])


def rest_s(took_s: float) -> float:
    """How long a place rests after a try that took so long."""
    return min(REST_SHARE * took_s, MOST_REST_S)
