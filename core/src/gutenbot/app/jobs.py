"""Schedules at work: the next moment of each is kept in the database; when it comes, an event is accepted, once."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gutenbot.app.default import INTERNAL
from gutenbot.events.incoming import CustomEvent
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.modules.bot import Bot, Schedule
from gutenbot.turns.stages import SCHEDULED

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("schedules")

MISFIRE = timedelta(hours=1)
"""A moment that was missed by more than this (the server was down) is skipped, and said so."""
TICK_S = 1.0


class Schedules:
    """Fires `bot.every`."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._due: dict[str, int] = {}

    async def start(self, *, watch: bool) -> None:
        """Starts watching; with `watch=False` somebody else calls `fire` (tests)."""
        if watch and any(bot.schedules for bot in self._app.bots.values()):
            self._task = asyncio.create_task(self._watch(), name="schedules")

    async def stop(self) -> None:
        """Stops watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                await self.fire()
            except Temporary as error:
                log.error("schedules.waiting", error=str(error))
            await asyncio.sleep(TICK_S)

    async def fire(self) -> int:
        """Accepts an event for every schedule whose moment has come; returns how many."""
        now = self._app.clock.now()
        fired = 0
        for bot in list(self._app.bots.values()):
            for name, schedule in bot.schedules.items():
                fired += await self._check(bot, name, schedule, now)
        return fired

    @property
    def next_due_ms(self) -> int | None:
        """When the next schedule comes, as far as `fire` has planned them."""
        return min(self._due.values(), default=None)

    async def _check(self, bot: Bot, name: str, schedule: Schedule, now: datetime) -> int:
        """Fires one schedule if it is due. The planned moment is the event's key, so that a crash in between fires it once."""
        scope, key = f"schedules/{bot.id}", name
        known = self._due.get(f"{bot.id}/{name}")
        if known is not None and to_ms(now) < known:
            return 0
        plan: dict[str, Any] | None = await self._app.storage.kv_get(scope, key)
        rule = schedule.rule
        fresh = plan is None or plan["cron"] != rule.cron or plan["zone"] != rule.zone
        due = rule.next(now) if fresh or plan is None else from_ms(plan["due_ms"])
        fired = 0
        if due <= now:
            fired = await self._fire_one(bot, schedule, due, now)
            due = rule.next(now)
        self._due[f"{bot.id}/{name}"] = to_ms(due)
        await self._app.storage.kv_set(scope, key, {"cron": rule.cron, "zone": rule.zone, "due_ms": to_ms(due)})
        return fired

    async def _fire_one(self, bot: Bot, schedule: Schedule, due: datetime, now: datetime) -> int:
        name = schedule.dialog.name
        if now - due > MISFIRE:
            log.warning("schedule.missed", bot=bot.id, schedule=name, due=due.isoformat())
            return 0
        event = CustomEvent(name=SCHEDULED, data={"dialog": name, "due": due.isoformat()})
        await self._app.accept_event(
            bot.id, INTERNAL, f"schedule:{name}", f"schedule:{name}", event, f"{name}:{to_ms(due)}"
        )
        return 1
