"""A SQLite file under test, and ways to look into it."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.engine import Limits

SMALL = Limits(reserve_bytes=64 << 10, low_bytes=0)


class Skipping(SystemClock):
    """The machine's clock, some seconds ahead."""

    ahead_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_s)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


class SqliteDatabase:
    """A database file, and the storage that is open on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Skipping()
        self.storage: SqliteStorage | None = None

    async def open(self, **options: Any) -> SqliteStorage:
        await self.close()
        settings: dict[str, Any] = {"synchronous": "OFF", "limits": SMALL}
        self.storage = SqliteStorage(self.path, self.clock, **(settings | options))
        await self.storage.open()
        return self.storage

    async def close(self) -> None:
        if self.storage is not None:
            await self.storage.close()
            self.storage = None

    def raw(self) -> sqlite3.Connection:
        """A connection of the test's own, for looking and for doing damage while nothing else writes."""
        return sqlite3.connect(self.path, isolation_level=None)

    def damage(self, sql: str) -> None:
        """Changes the file behind the storage's back."""
        connection = self.raw()
        connection.execute(sql)
        connection.close()


def check_invariants(path: Path) -> None:
    """What must be true between any two transactions, whatever happened."""
    db = sqlite3.connect(path, isolation_level=None)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for conversation, owner, backlog, last_n in db.execute(
        "SELECT conversation_id, owner, backlog, last_n FROM conversation"
    ).fetchall():
        where = "WHERE conversation_id = ?"
        opened = db.execute(f"SELECT count(*) FROM inbox {where} AND state = 'open'", (conversation,)).fetchone()[0]
        assert opened == backlog, "the backlog is the number of open events"
        assert (owner is None) == (backlog == 0), "held exactly while something is open"
        places = f"SELECT n FROM inbox {where} AND n IS NOT NULL UNION ALL SELECT n FROM outbox {where} ORDER BY 1"
        found = [row[0] for row in db.execute(places, (conversation, conversation))]
        assert found == list(range(1, last_n + 1)), "positions have no gaps and no doubles"
        assert chain(db, conversation) == found[::-1], "the chain leads from the newest entry to the first"
    db.close()


def chain(db: sqlite3.Connection, conversation: str) -> list[int]:
    """The positions along a thread's chain, newest first."""
    ref = db.execute("SELECT head FROM conversation WHERE conversation_id = ?", (conversation,)).fetchone()[0]
    found: list[int] = []
    while ref:
        sql = "SELECT n, prev FROM inbox WHERE seq = ?" if ref > 0 else "SELECT n, prev FROM outbox WHERE id = ?"
        n, ref = db.execute(sql, (abs(ref),)).fetchone()
        found.append(n)
    return found
