"""The clocks of a simulated world: one truth, and workers whose wall clocks differ from it and can be set."""

import asyncio
from datetime import datetime, timedelta

from gutenbot.testing.clock import MONDAY


class WorkerClock:
    """The clock of one worker: its wall time is off by `skew_s`, its monotonic time counts from somewhere else."""

    def __init__(self, loop: asyncio.AbstractEventLoop, skew_s: float = 0.0, monotonic_s: float = 0.0) -> None:
        self._loop = loop
        self._monotonic_s = monotonic_s
        self.skew_s = skew_s

    def now(self) -> datetime:
        """The wall time, as this worker believes."""
        return MONDAY + timedelta(seconds=self._loop.time() + self.skew_s)

    def monotonic(self) -> float:
        """Seconds since some point of this worker's own."""
        return self._loop.time() + self._monotonic_s

    async def sleep(self, seconds: float) -> None:
        """Returns when so much monotonic time has passed."""
        await asyncio.sleep(max(0.0, seconds))

    def step(self, seconds: float) -> None:
        """Sets the wall clock, as NTP or an operator does; monotonic time stays as it is."""
        self.skew_s += seconds
