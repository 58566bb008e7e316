"""The log for people at the console: the last lines of this worker, files, and levels that are changed for a while, everywhere.

A line is kept where it was written: each worker has its own, and the others ask it. Levels are kept in the database, so all workers
follow them.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gutenbot.app.otherlogs import ASKED, OtherLogs
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import follow_levels, get_logger, the_ring
from gutenbot.kernel.logfile import LogFile
from gutenbot.kernel.logring import Ring

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("logs")
SCOPE, KEY, HINT = "core.logs", "levels", "log-levels"
FOLLOW_S = 5.0
MOST_LEVELS = 100


class Logs:
    """Of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._own: Ring | None = None
        self._file: LogFile | None = None
        self._unheard = contextlib.ExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._woken = asyncio.Event()
        self._levels: dict[str, tuple[str, int]] = {}
        self.others = OtherLogs(app, self)
        self.name = ""
        """How this worker is called, where that is not its machine and its process."""

    @property
    def ring(self) -> Ring:
        """What this process keeps; empty where nobody has set logging up (tests)."""
        found = the_ring()
        if found is None:
            self._own = found = self._own or Ring()
        return found

    @property
    def worker(self) -> str:
        """How this process is called."""
        return self.name or f"{socket.gethostname()}:{os.getpid()}"

    def write_to(self, folder: Path, megabytes: int) -> None:
        """Also writes the lines into files of this folder; 0: does not."""
        if megabytes:
            self._file = LogFile(folder, megabytes)

    async def run(self) -> None:
        """Follows the levels from now on."""
        if self._file is not None:
            try:
                await asyncio.to_thread(self._file.open)
                self._unheard.callback(self.ring.listen(self._file.write))
            except OSError as error:
                log.error("logs.no_file", error=str(error))
        self._woken = asyncio.Event()
        self._tasks = [asyncio.create_task(self._follow_on(), name="log levels")]
        if self._app.storage.shared:
            self._tasks.append(asyncio.create_task(self._listen(), name="log levels hints"))

    async def stop(self) -> None:
        """Follows no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._unheard.close()
        if self._file is not None:
            self._file.close()

    async def _listen(self) -> None:
        ears = self._app.storage.wakeups()
        try:
            while True:
                topics = await ears.wait()
                if HINT in topics:
                    self._woken.set()
                if ASKED in topics:
                    try:
                        await self.others.answer()
                    except Temporary as error:
                        log.debug("logs.no_answer", error=str(error))
        finally:
            ears.close()

    async def _follow_on(self) -> None:
        while True:
            try:
                await self.follow()
            except Temporary as error:
                log.debug("logs.wait", error=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FOLLOW_S):
                    await self._woken.wait()
            self._woken.clear()

    async def follow(self) -> None:
        """Takes over the levels as they are kept now."""
        kept = await self._app.storage.kv_get(SCOPE, KEY)
        now = self._now_ms()
        found = {
            name: (one["level"], one["until_ms"])
            for name, one in (kept if isinstance(kept, dict) else {}).items()
            if one["until_ms"] > now
        }
        if found != self._levels:
            self._levels = found
            self.ring.levels.some = found
            follow_levels()

    async def levels(self) -> dict[str, Mapping[str, Any]]:
        """Logger → `level`, `until_ms` and `by`, of those that are changed now."""
        kept = await self._app.storage.kv_get(SCOPE, KEY)
        now = self._now_ms()
        return {name: one for name, one in (kept if isinstance(kept, dict) else {}).items() if one["until_ms"] > now}

    async def set_level(self, logger: str, level: str, until_ms: int, by: str) -> None:
        """Logs a logger from this level on until a moment, on all workers; empty: as before."""
        levels = await self.levels()
        levels.pop(logger, None)
        if level:
            levels = dict(list(levels.items())[-MOST_LEVELS:]) | {
                logger: {"level": level, "until_ms": until_ms, "by": by}
            }
        await self._app.storage.kv_set(SCOPE, KEY, levels)
        self._app.storage.hint(HINT)
        await self.follow()

    def _now_ms(self) -> int:
        return to_ms(self._app.clock.now())
