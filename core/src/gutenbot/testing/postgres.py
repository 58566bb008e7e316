"""Databases of tests on a PostgreSQL server: copies of one that was migrated once, emptied and used again after a test."""

from datetime import datetime

from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.fresh import empty, new_copy

_free: dict[str, list[str]] = {}
"""Server → databases that no test has now."""


class PostgresCopy:
    """A database that one test has to itself."""

    def __init__(self, server: str) -> None:
        self._free = _free.setdefault(server, [])
        self.url = self._free.pop() if self._free else new_copy(server)

    def storage(self, clock: Clock) -> PostgresStorage:
        return PostgresStorage(self.url, RealSeconds(clock))

    def drop(self) -> None:
        """Empties it for the next test: that is much quicker than making another one."""
        empty(self.url)
        self._free.append(self.url)


class RealSeconds:
    """The date is a test's, seconds are real: the lease of a worker is kept by the clock of the server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._real = SystemClock()

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._real.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
