"""Ends a server that cannot write to its database any more: it is started anew, and never answers from memory (DSK-04)."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("serve")

UNWRITABLE = 74
"""The exit code of a server that lost its database (EX_IOERR of sysexits.h)."""
LOOK_S = 1.0
TRIES = 4
"""So many tries to write in a row must fail, a second apart."""


class DiskWatch:
    """Looks whether the database can be written once there was trouble; calls `end` when it is lost."""

    def __init__(self, app: "App", end: Callable[[], None]) -> None:
        self._app = app
        self._end = end
        self.lost = ""
        """Why the database was given up; empty while it was not."""

    async def run(self) -> None:
        """Returns when the database is lost."""
        failed, reason = 0, ""
        while failed < TRIES:
            await asyncio.sleep(LOOK_S)
            reason = await self._app.storage.lost()
            failed = failed + 1 if reason else 0
        self.lost = reason
        log.error("server.lost_its_database", reason=reason, tries=TRIES)
        self._end()
