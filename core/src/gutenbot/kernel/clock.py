"""Where time comes from. Nothing else in Gutenbot may ask the operating system what time it is."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time for people and records, monotonic time for durations and leases."""

    def now(self) -> datetime:
        """The current time: aware, UTC, microseconds."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point; never goes back when the wall clock is set."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns when so much monotonic time has passed."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        import asyncio  # not at the top: the parent of a server needs a clock and no event loop

        await asyncio.sleep(seconds)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC: how every table stores a moment."""
    return round(moment.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware UTC datetime of a stored moment."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def seconds(delta: timedelta | float) -> float:
    """A duration in seconds, given as a timedelta or as a number of seconds."""
    return delta.total_seconds() if isinstance(delta, timedelta) else float(delta)
