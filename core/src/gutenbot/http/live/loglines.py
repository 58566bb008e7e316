"""`logs`: the lines of a worker as they are written, at most 60 a second to a page: of the one that holds the connection, or of
another one, which is asked each second."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gutenbot.app.otherlogs import NoSuchWorker
from gutenbot.http.live.connection import Connection, encoded
from gutenbot.http.live.sources import CAUGHT_UP, Source
from gutenbot.http.live.topics import LONGEST
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.logfile import told
from gutenbot.kernel.logring import NUMBERS, Line, Wanted

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("live")
RATE = 60
BURST = 60.0
_FLUSH_S = 0.25
_OTHER_S = 1.0
_LONGEST = 200


@dataclass(slots=True)
class Page:
    """What one page wants to see, and what it has not seen because there was too much."""

    wanted: Wanted = field(default_factory=Wanted)
    skipped: int = 0
    tokens: float = BURST
    other: "asyncio.Task[None] | None" = None
    """Asks another worker, whose lines the page wants to see instead."""

    def alone(self) -> None:
        """Asks nobody any more."""
        if self.other is not None:
            self.other.cancel()
            self.other = None


class LogLines(Source):
    """`say` with `{level, logger, turn, q, worker, after}` chooses what comes; `skipped` tells how many lines were left out before
    a line. Lines of another worker bear no number of this topic: they go on behind `after`, the last line that the page has.
    `gone` tells that the worker does not answer any more."""

    def __init__(self, app: "App", topic: str) -> None:
        super().__init__(app, topic)
        self._logs = app.bridge.logs
        self._loop = asyncio.get_running_loop()
        self._pages: dict[Connection, Page] = {}
        self._came: list[Line] = []
        self._due = False
        self._stop = self._logs.ring.listen(self._hear)

    def _hear(self, line: Line) -> None:
        """On the thread that logs."""
        try:
            self._loop.call_soon_threadsafe(self._take, line)
        except RuntimeError:
            return  # that loop is closed: nobody looks any more

    def _take(self, line: Line) -> None:
        self._came.append(line)
        if not self._due:
            self._due = True
            self._loop.call_later(_FLUSH_S, self._flush)

    def _flush(self) -> None:
        self._due = False
        came, self._came = self._came, []
        for connection, page in self._pages.items():
            page.tokens = min(BURST, page.tokens + RATE * _FLUSH_S)
            for line in came:
                if page.other is None and page.wanted.fits(line):
                    self._send(connection, page, line)

    def _send(self, connection: Connection, page: Page, line: Line) -> None:
        if page.tokens < 1:
            page.skipped += 1
            return
        page.tokens -= 1
        data = {**told(line), "worker": self._logs.worker, "skipped": page.skipped}
        page.skipped = 0
        connection.put(encoded(topic=self.topic, seq=line.seq, data=data))

    async def attach(self, connection: Connection, after: int | None) -> None:
        page = self._pages[connection] = Page(tokens=float(CAUGHT_UP))
        ring = self._logs.ring
        if after is not None and not ring.first() - 1 <= after <= ring.last():
            self.gap(connection, ring.last())
        elif after is not None:
            for line in reversed(list(ring.lines(page.wanted, after=after))):
                self._send(connection, page, line)
        page.tokens = BURST
        self.joined(connection, ring.last())

    async def detach(self, connection: Connection) -> None:
        await super().detach(connection)
        page = self._pages.pop(connection, None)
        if page is not None:
            page.alone()

    async def said(self, connection: Connection, data: Any) -> None:
        page = self._pages.get(connection)
        if page is None or not isinstance(data, Mapping):
            return
        text = {name: str(data.get(name) or "")[:_LONGEST] for name in ("level", "logger", "turn", "q")}
        level = text["level"] if text["level"] in NUMBERS else "debug"
        page.wanted = Wanted(level=level, logger=text["logger"], turn=text["turn"], words=text["q"])
        page.alone()
        worker, after = str(data.get("worker") or "")[:LONGEST], data.get("after")
        if worker not in ("", self._logs.worker):
            known = after if isinstance(after, int) and 0 <= after < 2**62 else 0
            page.other = asyncio.create_task(self._follow(connection, page.wanted, worker, known), name="live log")

    async def _follow(self, connection: Connection, wanted: Wanted, worker: str, after: int) -> None:
        """Sends what another worker logs, until it answers no more or the page wants something else."""
        while True:
            try:
                lines, skipped = await self._logs.others.newer(worker, wanted, after=after, limit=RATE)
            except NoSuchWorker:
                self.passing({"worker": worker, "gone": True}, connection)
                return
            except Temporary as error:
                log.debug("live.no_lines", error=str(error))
                lines, skipped = (), 0
            for line in lines:
                self.passing({**told(line), "worker": worker, "skipped": skipped}, connection)
                after, skipped = line.seq, 0
            await asyncio.sleep(_OTHER_S)

    def close(self) -> None:
        for page in self._pages.values():
            page.alone()
        self._stop()
