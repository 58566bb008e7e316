"""Lets old rows leave while the bots work: once a day, in one process at a time, with a rest after each short transaction."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from gutenbot.app.names import fill_names
from gutenbot.app.resealing import reseal
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage
from gutenbot.storage.retention import QUEUES, Left, Queue, let_go, next_bot, next_portion

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("retention")

LEAST_DAYS = 8
"""Channels send an event again for up to seven days, and it must be known again for a day more (DUP-05)."""
LEASE = "retention"
EVERY_S = 86_400.0
SOON_S = 60.0
"""After a start there is more to do than to tidy up."""
PORTION = 500
REST = 4.0
"""For so many times as long as a portion took nothing is done: at most a fifth of the writer's time."""


class Retention:
    """The tasks of one app: old rows leave, and what an earlier release kept otherwise is kept as this one does."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._former: asyncio.Task[None] | None = None
        self.keep_days = app.mode.keep_days

    async def start(self) -> None:
        """Begins, unless everything is kept."""
        if self._former is None:
            self._former = asyncio.create_task(self._bring_up(), name="former")
        if self.keep_days:
            self._task = asyncio.create_task(self._run(), name="retention")

    async def stop(self) -> None:
        """Ends after the portion that runs."""
        for task in (self._task, self._former):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._task = self._former = None

    async def again(self) -> None:
        """Begins anew, with other settings."""
        await self.stop()
        await self.start()

    async def _bring_up(self) -> None:
        await self._app.clock.sleep(SOON_S)
        await reseal(self._app.storage, self._app.settings.keyring, self._app.clock)
        await fill_names(self._app.storage, self._app.clock)

    async def _run(self) -> None:
        storage, clock = self._app.storage, self._app.clock
        await clock.sleep(SOON_S)
        while True:
            try:
                if await storage.take_lease(LEASE) == "":
                    left = await leave(storage, clock, self.keep_days)
                    log.info("rows.left", rows=left.rows, traces=left.traces)
                    await storage.end_lease(LEASE)
            except Temporary as error:
                log.warning("retention.waits", error=str(error))
            await clock.sleep(EVERY_S)


async def leave(storage: Storage, clock: Clock, keep_days: int, *, portion: int = PORTION) -> Left:
    """One pass over both queues; returns what has gone."""
    before_ms = to_ms(clock.now() - timedelta(days=max(keep_days, LEAST_DAYS)))
    total = Left()
    bot_id = ""
    while bot_id := await storage.read(partial(next_bot, bot_id=bot_id)):
        for queue in QUEUES:
            total += await _leave(storage, clock, queue, bot_id, before_ms, portion)
    return total


async def _leave(storage: Storage, clock: Clock, queue: Queue, bot_id: str, before_ms: int, limit: int) -> Left:
    after, total = 0, Left()
    while True:
        some = await storage.read(
            partial(next_portion, queue=queue, bot_id=bot_id, after=after, before_ms=before_ms, limit=limit)
        )
        if some is None:
            return total
        started = clock.monotonic()
        total += await storage.write(partial(let_go, portion=some, before_ms=before_ms), place=f"core.{LEASE}")
        after = some.last
        await clock.sleep(REST * (clock.monotonic() - started))
