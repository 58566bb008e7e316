"""What is being done with a package, line by line: kept for whoever opens the page later, and told to those who watch.

Lines come from any thread; each is on its way at once, and several that come together are written together.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("modules")
SCOPE = "core.module-work"
TOPIC = "modules"
MOST_KEPT = 20
MOST_LINES = 400
STAGES = ("resolve", "download", "verify", "unpack", "load", "migrate", "start")


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was done."""

    at_ms: int
    stage: str
    text: str


@dataclass(slots=True)
class Work:
    """All that was done so far."""

    id: str
    """Of the job that brings a package or installs it."""
    stage: str = ""
    lines: list[Line] = field(default_factory=list)
    package: str = ""
    """The package that waits, once it is there."""
    ended: bool = False
    outcome: Mapping[str, Any] = field(default_factory=dict)
    """How an installation went, once it has ended: the fields of `staged.Outcome`."""


class Progress:
    """Tells of one work. On the event loop of the web side."""

    def __init__(self, app: "App", work: Work, *, again: bool = False) -> None:
        self.again = again
        """It had ended before: somebody tries it once more."""
        self._app = app
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._fresh = False

    async def say(self, stage: str, text: str) -> None:
        """A line, which is on the disk when this returns."""
        self._add(stage, text)
        await self.settled()

    def note(self, stage: str, text: str) -> None:
        """A line, from any thread."""
        self._loop.call_soon_threadsafe(self._add, stage, text)

    async def end(self, package: str = "", outcome: Mapping[str, Any] | None = None) -> None:
        """Nothing more is done; the package, where one waits now, or how it went."""
        await asyncio.sleep(0)  # lines of other threads are before it
        self._work.package, self._work.ended, self._work.outcome = package, True, outcome or {}
        self._begin()
        await self.settled()

    def _add(self, stage: str, text: str) -> None:
        self._work.stage = stage
        self._work.lines = [*self._work.lines, Line(to_ms(self._app.clock.now()), stage, text[:2000])][-MOST_LINES:]
        self._begin()

    def _begin(self) -> None:
        self._fresh = True
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._write(), name="module work")

    async def settled(self) -> None:
        """All that was said is told."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    async def _write(self) -> None:
        while self._fresh:
            self._fresh = False
            work = self._work
            lines = [[one.at_ms, one.stage, one.text] for one in work.lines]
            kept = {
                "stage": work.stage, "lines": lines, "package": work.package, "ended": work.ended,
                "outcome": dict(work.outcome),
            }  # fmt: skip
            try:
                await self._app.storage.kv_set(SCOPE, work.id, kept)
                await self._app.feed.publish(TOPIC, {"work": work.id}, to="may:modules:install")
            except Temporary as error:
                log.warning("module.work_not_told", error=str(error))


async def read(app: "App", work_id: str) -> Work | None:
    """What was done, if anybody knows."""
    found: Mapping[str, Any] | None = await app.storage.kv_get(SCOPE, work_id)
    if found is None:
        return None
    lines = [Line(*one) for one in found["lines"]]
    return Work(work_id, found["stage"], lines, found["package"], found["ended"], found.get("outcome", {}))


async def resumed(app: "App", work_id: str) -> Progress:
    """Goes on telling of a work; of one that had ended it begins anew."""
    found = await read(app, work_id)
    if found is None:
        await forget_old(app)
    again = found is not None and found.ended
    return Progress(app, Work(work_id) if found is None or again else found, again=again)


async def forget_old(app: "App") -> None:
    """Keeps the latest ones: their ids begin with the time."""
    kept = await app.storage.kv_list(SCOPE)
    for one in sorted(kept)[:-MOST_KEPT]:
        await app.storage.kv_delete(SCOPE, one)
