"""A SQLite file under test, and short ways to look into it."""

import sqlite3
from pathlib import Path
from typing import Any

from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.engine import Limits

SMALL = Limits(reserve_bytes=64 << 10, low_bytes=0)


class SqliteDatabase:
    """A database file, and the storage that is open on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.storage: SqliteStorage | None = None

    async def open(self, **options: Any) -> SqliteStorage:
        await self.close()
        settings: dict[str, Any] = {"synchronous": "OFF", "limits": SMALL}
        self.storage = SqliteStorage(self.path, SystemClock(), **(settings | options))
        await self.storage.open()
        return self.storage

    async def close(self) -> None:
        if self.storage is not None:
            await self.storage.close()
            self.storage = None

    def raw(self) -> sqlite3.Connection:
        """A connection of the test's own, for looking and for doing damage while nothing is open."""
        return sqlite3.connect(self.path, isolation_level=None)
