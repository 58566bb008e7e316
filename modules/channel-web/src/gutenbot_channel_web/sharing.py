"""Limits of visitors that hold for all workers of one database together.

Each worker has buckets of its own, so that no message costs a statement. Every second it tells the others, in one row of
the database, what its buckets gave, and takes what theirs gave from its own. So within a second or two every worker may
give a whole bucket; what was too much is paid back, and over time a visitor gets what one worker alone would give.
"""

import contextlib
from typing import Any

from gutenbot.sdk import App, Clock, GutenbotError, RunningApp, Storage, get_logger, new_id
from gutenbot_channel_web.rates import Rates

log = get_logger("channel-web")

EVERY_S = 1.0
KEPT = 5
"""So many seconds stay in the row, for workers that look late."""
MOST = 500
"""Buckets that one second tells of: those that gave most."""
FORGOTTEN_S = 60.0
"""The row of a worker that has said nothing new for so long is removed."""
_SCOPE = "channel-web.rates"


class Exchange:
    """What one worker tells and hears."""

    def __init__(self, storage: Storage, clock: Clock, rates: Rates) -> None:
        self._storage = storage
        self._clock = clock
        self._rates = rates
        self._name = new_id()
        self._number = 0
        self._told: dict[str, Any] = {}
        self._heard: dict[str, tuple[int, float]] = {}
        """Other worker → the last number that we heard of it, and when that was new."""

    async def once(self) -> None:
        """Tells what was given since the last time, then hears the others."""
        spent = self._rates.spent(MOST)
        if spent:
            self._number += 1
            self._told[str(self._number)] = spent
            self._told.pop(str(self._number - KEPT), None)
            await self._storage.kv_set(_SCOPE, self._name, self._told)
        for name, told in (await self._storage.kv_list(_SCOPE)).items():
            if name != self._name:
                await self._hear(name, {int(number): spent for number, spent in told.items()})

    async def end(self) -> None:
        """This worker says no more."""
        if self._told:
            await self._storage.kv_delete(_SCOPE, self._name)

    async def _hear(self, name: str, told: dict[int, Any]) -> None:
        last, at = self._heard.get(name, (0, self._clock.monotonic()))
        for number in sorted(number for number in told if number > last):
            self._rates.hear(told[number])
            last, at = number, self._clock.monotonic()
        self._heard[name] = (last, at)
        if self._clock.monotonic() - at > FORGOTTEN_S:
            del self._heard[name]
            await self._storage.kv_delete(_SCOPE, name)


async def share_rates(app: RunningApp) -> None:
    """Exchanges as long as the app runs; a process that is alone with its database has nobody to tell."""
    assert isinstance(app, App)
    channel = app.channels.get("web")
    if channel is None or not app.storage.shared:
        return
    exchange = Exchange(app.storage, app.clock, channel.chat.rates)  # type: ignore[attr-defined]
    try:
        while True:
            await app.clock.sleep(EVERY_S)
            try:
                await exchange.once()
            except GutenbotError as error:
                log.warning("rates.not_shared", error=str(error))  # each worker counts alone meanwhile
    finally:
        with contextlib.suppress(GutenbotError):
            await exchange.end()
