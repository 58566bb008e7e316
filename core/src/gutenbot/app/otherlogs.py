"""The logs of other workers: each keeps its own lines in memory, and answers when another one asks through the database.

An ask and its answers are rows of the small store for a few seconds. Workers that share no database have nobody to ask.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.logring import Line, Wanted

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.app.logs import Logs

ASKS, SAID = "core.logs.asks", "core.logs.said"
ASKED, ANSWERED = "log-asked", "log-answered"
"""Hints: somebody asks, somebody has answered."""
WAIT_S = 3.0
STALE_MS = 30_000
LIVE = "SELECT count(*) FROM worker WHERE lease_until > clock_timestamp()"


class NoSuchWorker(UserMistake):
    """The worker {worker} does not answer. It may have ended; look at the list of workers again."""

    code = "logs.no-such-worker"
    status = 404


class OtherLogs:
    """Asks, and answers those who ask."""

    def __init__(self, app: "App", logs: "Logs") -> None:
        self._app = app
        self._logs = logs
        self._answered: set[str] = set()

    async def workers(self) -> list[str]:
        """All that answer now, this one among them, by name."""
        others = await self._others()
        said = await self._ask({"worker": ""}, others) if others > 0 else {}
        return sorted({self._logs.worker, *said})

    async def lines(
        self, worker: str, wanted: Wanted, *, before: int, limit: int
    ) -> tuple[Sequence[Line], Sequence[str]]:
        """The newest lines of another worker, the newest first, and its loggers. Raises `NoSuchWorker`."""
        said = await self._of(worker, wanted, before=before, after=0, limit=limit)
        return [Line(**one) for one in said["lines"]], said["loggers"]

    async def newer(self, worker: str, wanted: Wanted, *, after: int, limit: int) -> tuple[Sequence[Line], int]:
        """What another worker has logged since a line, the oldest first, and how many lines before these there was no room
        for. Raises `NoSuchWorker`."""
        said = await self._of(worker, wanted, before=0, after=after, limit=limit)
        return [Line(**one) for one in reversed(said["lines"])], int(said.get("left_out", 0))

    async def _of(self, worker: str, wanted: Wanted, **which: int) -> dict[str, Any]:
        question = {
            "worker": worker, "level": wanted.level, "logger": wanted.logger, "turn": wanted.turn, "words": wanted.words, **which,
        }  # fmt: skip
        said = await self._ask(question, 1) if await self._others() > 0 else {}
        if worker not in said:
            raise NoSuchWorker(worker=worker[:200])
        found: dict[str, Any] = said[worker]
        return found

    async def _others(self) -> int:
        """How many beside this one hold the database."""
        return await self._app.storage.peek(LIVE) - 1 if self._app.storage.shared else 0

    async def _ask(self, question: Mapping[str, Any], expected: int) -> dict[str, Any]:
        """Worker → what it says. Waits until so many have answered, and not for long."""
        storage, ask = self._app.storage, new_id()
        self._answered.add(ask)
        ears = storage.wakeups()
        said: dict[str, Any] = {}
        try:
            await storage.kv_set(ASKS, ask, {**question, "at": to_ms(self._app.clock.now())})
            storage.hint(ASKED)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAIT_S):
                    while len(said) < expected:
                        await ears.wait()
                        said = await storage.kv_list(SAID, f"{ask} ")
            return {name.partition(" ")[2]: value for name, value in said.items()}
        finally:
            ears.close()
            await storage.kv_delete(ASKS, ask)
            for name in await storage.kv_list(SAID, f"{ask} "):
                await storage.kv_delete(SAID, name)

    async def answer(self) -> None:
        """Answers what others ask this worker."""
        storage, me = self._app.storage, self._logs.worker
        asks = await storage.kv_list(ASKS)
        stale_ms = to_ms(self._app.clock.now()) - STALE_MS
        for ask, question in asks.items():
            if question["at"] < stale_ms:
                await storage.kv_delete(ASKS, ask)
            elif ask not in self._answered and question["worker"] in ("", me):
                self._answered.add(ask)
                await storage.kv_set(SAID, f"{ask} {me}", self._found(question) if question["worker"] else {})
                storage.hint(ANSWERED)
        self._answered &= set(asks)

    def _found(self, question: Mapping[str, Any]) -> dict[str, Any]:
        wanted = Wanted(**{name: question[name] for name in ("level", "logger", "turn", "words")})
        ring = self._logs.ring
        found = ring.lines(wanted, before=question["before"], after=question.get("after", 0))
        lines = [_plain(line) for line in islice(found, question["limit"])]
        left_out = sum(1 for _ in found) if question.get("after") else 0
        return {"lines": lines, "loggers": sorted(ring.loggers), "left_out": left_out}


def _plain(line: Line) -> dict[str, Any]:
    data = {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in line.data.items()
    }
    return {
        "seq": line.seq, "at_ms": line.at_ms, "level": line.level, "logger": line.logger, "event": line.event,
        "data": data, "traceback": line.traceback,
    }  # fmt: skip
