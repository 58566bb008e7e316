"""A fresh database for every test, quickly: migrated once, copied from then on.

It is a SQLite file; with the variable `GUTENBOT_TEST_DATABASE_URL`, a database on that PostgreSQL server instead.
"""

import asyncio
import os
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Protocol

from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.storage.port import Storage
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.engine import Limits

NAME = "gutenbot.sqlite3"
SERVER = "GUTENBOT_TEST_DATABASE_URL"
"""The address of a PostgreSQL server on which tests may make databases; without it they use SQLite."""
_LIMITS = Limits(reserve_bytes=0, low_bytes=0)


class TestDatabase(Protocol):
    """A database of one test."""

    def storage(self, clock: Clock) -> Storage:
        """A storage on it, not opened yet."""
        ...

    def drop(self) -> None:
        """It is not needed any more."""
        ...


def new_database(folder: Path) -> TestDatabase:
    """A new, migrated, empty database, on the engine that tests run on."""
    server = os.environ.get(SERVER, "")
    if not server:
        return SqliteFile(fresh_database(folder))
    from gutenbot.testing.postgres import PostgresCopy  # needs a driver that not everybody has

    return PostgresCopy(server)


class SqliteFile:
    """A database in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def storage(self, clock: Clock) -> SqliteStorage:
        return open_storage(self.path, clock)

    def drop(self) -> None:
        """Its folder goes with the test."""


def fresh_database(folder: Path) -> Path:
    """The path of a new, migrated, empty SQLite database in a folder."""
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
