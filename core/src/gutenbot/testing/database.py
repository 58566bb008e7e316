"""A fresh database for every test, quickly: migrated once per process, copied from then on."""

import asyncio
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.engine import Limits

NAME = "gutenbot.sqlite3"
_LIMITS = Limits(reserve_bytes=0, low_bytes=0)


def fresh_database(folder: Path) -> Path:
    """The path of a new, migrated, empty database in a folder."""
    path = folder / NAME
    path.write_bytes(_template())
    return path


def open_storage(path: Path, clock: Clock) -> SqliteStorage:
    """A storage on this database that does not wait for the disk; not opened yet."""
    return SqliteStorage(path, clock, synchronous="OFF", limits=_LIMITS)


@cache
def _template() -> bytes:
    """The bytes of a migrated database. Made on a thread of its own, since the caller's event loop runs already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _migrated()).result()


async def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="gutenbot-template-") as folder:
        path = Path(folder) / NAME
        storage = open_storage(path, SystemClock())
        await storage.open()
        await storage.close()
        _forget_place(path)
        return path.read_bytes()


def _forget_place(path: Path) -> None:
    """A copy of this database is no copy of a bot: it finds its place when it is first opened."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM instance")
    connection.close()
