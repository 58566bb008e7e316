"""A wrap of a module that fails again and again is switched off by itself, so that events get through without it (MOD-03).

An event is tried again after an error of a wrap. Three errors in a row are before it is given up, so none is lost to a wrap
that always fails. Wraps of bots are their author's own: they stay, and what goes wrong is seen where it is.
"""

import asyncio
from typing import TYPE_CHECKING, cast

from gutenbot.accounts.lines import SYSTEM, Who
from gutenbot.app.pipeline import change, shown
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import GutenbotError, UserMistake
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.pipeline import Choice
from gutenbot.modules.bot import Bot
from gutenbot.turns.stages import Stage

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("pipeline")
MOST = 3
"""Errors in a row."""
WRAP = "wrap"
"""The kind of these switches; their names are `stage/wrap`."""
TRIES = 3


class Breaker:
    """Watches the wraps of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._in_a_row: dict[tuple[str, str], int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Watches from now on; what it does is done on this event loop."""
        self._loop = asyncio.get_running_loop()
        if not self._app.mode.strict:
            self._app.measures.on_wrap = self._saw

    def _saw(self, stage: str, name: str, failed: bool) -> None:
        """A wrap has run; called on the turns' thread, for every wrap of every turn."""
        if not failed:
            if self._in_a_row:
                self._in_a_row.pop((stage, name), None)
            return
        count = self._in_a_row[stage, name] = self._in_a_row.get((stage, name), 0) + 1
        if count == MOST and self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin, stage, name)

    def _begin(self, stage: str, name: str) -> None:
        task = asyncio.get_running_loop().create_task(self._open(cast("Stage", stage), name), name=f"breaker {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, stage: Stage, name: str) -> None:
        wrap = next((one for one in self._app.wraps[stage] if one.name == name), None)
        entry = self._app.installed.get(wrap.module) if wrap is not None else None
        if wrap is None or entry is None or isinstance(entry.module, Bot):
            return
        reason = f"It failed {MOST} times in a row, and was switched off."
        try:
            await switch_wrap(self._app, stage, name, on=False, who=SYSTEM, reason=reason)
        except GutenbotError as error:
            log.error("wrap.not_switched_off", wrap=name, stage=stage, error=str(error))
            return
        log.error("wrap.switched_off", wrap=name, stage=stage, module=wrap.module, why=reason)
        await self._app.notify(
            f"{name} of {wrap.module} failed {MOST} times in a row and was switched off.", "error",
            f"/modules/{wrap.module}/health", module=wrap.module, to="may:modules:read", same=f"wrap {stage}/{name}",
        )  # fmt: skip

    def forget(self, stage: str, name: str) -> None:
        """It is given another chance."""
        self._in_a_row.pop((stage, name), None)


async def switch_wrap(app: "App", stage: Stage, name: str, *, on: bool, who: Who, reason: str = "") -> None:
    """Switches one wrap on or off in its place, in all workers. Raises what `pipeline.change` raises."""
    from gutenbot.accounts.desk import Desk
    from gutenbot.config import kept

    desk = Desk(app.storage, app.clock)
    now_ms = to_ms(app.clock.now())
    for tries in range(TRIES):
        choices = [Choice(one.wrap.name, on if one.wrap.name == name else one.enabled) for one in shown(app)[stage]]
        try:
            await change(app, desk, who, {stage: choices}, app.order.version)
            break
        except UserMistake:  # somebody else was faster: look again
            if tries == TRIES - 1:
                raise
            await app.order.load()
    if not on:
        await desk.write(
            lambda db: kept.turn(db, WRAP, f"{stage}/{name}", False, reason=reason, by=who.name, now_ms=now_ms)
        )
        await app.settings.changed()
    app.switching.breaker.forget(stage, name)
