"""A clock that stands still until a test moves it. Knows nothing of bots."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When tests begin, unless they say otherwise: a Monday, nine in the morning, UTC."""


@dataclass(slots=True, eq=False)
class _Sleeper:
    until: float
    task: "asyncio.Task[object] | None"
    future: "asyncio.Future[None]" = field(repr=False)


class FakeClock:
    """Wall time and monotonic time that only move by `advance`; `step` sets the wall clock alone, as NTP does."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self._now = start.astimezone(UTC)
        self._monotonic = 1000.0
        self._sleepers: list[_Sleeper] = []
        self._fell_asleep: asyncio.Future[None] | None = None
        self._hurrying = False

    def now(self) -> datetime:
        """The wall time (aware, UTC)."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return self._monotonic

    def advance(self, delta: timedelta | None = None, **units: float) -> None:
        """Moves both times forwards, by a timedelta or by `hours=3`, and wakes who has slept enough."""
        moved = (delta or timedelta()) + timedelta(**units)
        if moved < timedelta():
            raise ValueError("time does not go back: use `step` to set the wall clock")
        self._now += moved
        self._monotonic += moved.total_seconds()
        self._wake()

    def step(self, delta: timedelta) -> None:
        """Sets the wall clock forwards or back; monotonic time stays as it is."""
        self._now += delta

    # Sleeping -------------------------------------------------------------------------------------------------------

    async def sleep(self, seconds: float) -> None:
        """Returns once a test has advanced the clock so far."""
        if seconds <= 0 or self._hurrying:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        sleeper = _Sleeper(self._monotonic + seconds, asyncio.current_task(), future)
        self._sleepers.append(sleeper)
        if self._fell_asleep is not None and not self._fell_asleep.done():
            self._fell_asleep.set_result(None)
        try:
            await future
        finally:
            self._sleepers.remove(sleeper)

    @property
    def sleeping(self) -> set["asyncio.Task[object]"]:
        """The tasks that wait for the clock."""
        return {sleeper.task for sleeper in self._sleepers if sleeper.task is not None and not sleeper.future.done()}

    @property
    def next_waking(self) -> datetime | None:
        """When, by the wall clock, the first sleeper wakes."""
        until = min((sleeper.until for sleeper in self._sleepers if not sleeper.future.done()), default=None)
        return None if until is None else self._now + timedelta(seconds=until - self._monotonic)

    def fall_asleep(self) -> "asyncio.Future[None]":
        """Done as soon as another task waits for the clock."""
        self._fell_asleep = asyncio.get_running_loop().create_future()
        return self._fell_asleep

    def hurry(self, on: bool) -> None:
        """While on, nobody sleeps: an app that is to stop does not wait for time that never comes."""
        self._hurrying = on
        if on:
            self._wake(everybody=True)

    def _wake(self, *, everybody: bool = False) -> None:
        for sleeper in sorted(self._sleepers, key=lambda s: s.until):
            if not sleeper.future.done() and (everybody or sleeper.until <= self._monotonic + 1e-9):
                sleeper.future.set_result(None)
