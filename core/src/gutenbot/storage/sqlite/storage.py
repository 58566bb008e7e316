"""The SQLite implementation of the whole port: opening, closing and health. Its parts are the base classes."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.log import get_logger
from gutenbot.storage.copies.moved import refuse_moved
from gutenbot.storage.errors import StorageFull, StorageReadOnly
from gutenbot.storage.migrate import CORE, History, migrate
from gutenbot.storage.sqlite.access import SqliteAccess
from gutenbot.storage.sqlite.alone import SqliteAlone
from gutenbot.storage.sqlite.blobs import SqliteBlobs
from gutenbot.storage.sqlite.connections import Synchronous, open_writer
from gutenbot.storage.sqlite.engine import Limits
from gutenbot.storage.sqlite.faults import is_lost
from gutenbot.storage.sqlite.instance import SqliteInstance
from gutenbot.storage.sqlite.keyvalue import SqliteKeyValue
from gutenbot.storage.sqlite.locks import MOUNTS, FolderLock, refuse_network
from gutenbot.storage.sqlite.outbox import SqliteOutbox
from gutenbot.storage.sqlite.people import SqlitePeople
from gutenbot.storage.sqlite.tables import SqliteTables
from gutenbot.storage.sqlite.threads import SqliteThreads
from gutenbot.storage.sqlite.turns import SqliteTurns
from gutenbot.storage.sqlite.writer import Writer

log = get_logger("storage")


class SqliteStorage(
    SqliteTurns,
    SqliteOutbox,
    SqlitePeople,
    SqliteThreads,
    SqliteKeyValue,
    SqliteBlobs,
    SqliteAccess,
    SqliteTables,
    SqliteInstance,
    SqliteAlone,
):
    """One database file that this process alone works on. Its methods may be awaited on any event loop."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        synchronous: Synchronous = "FULL",
        limits: Limits | None = None,
        mounts: Path = MOUNTS,
    ) -> None:
        super().__init__(path, clock, limits or Limits())
        self._synchronous: Synchronous = synchronous
        self._mounts = mounts
        self._lock = FolderLock(path)

    async def open(self) -> None:
        await asyncio.to_thread(self._open)

    async def close(self) -> None:
        self._readers.close()
        await asyncio.to_thread(self._close)

    async def migrate(self, module: str, folder: Path) -> bool:
        """Brings one module's tables up to date; returns whether there was something to do.

        Raises `MigrationFailed` after a roll-back: that module cannot work, the rest can (MIG-06).
        """
        assert self._writer is not None, "the storage is not open"
        history = History(module, folder)
        return bool(await self._writer.submit(lambda db: migrate(db, [history]), alone=True))

    def healthy(self) -> str:
        if self._room.full:
            return f"The disk of {self._path} is full."
        return self._writer.trouble if self._writer else f"{self._path} is not open."

    async def lost(self) -> str:
        if self._writer is None or not self._writer.trouble:
            return ""
        try:
            await self._writer.submit(_rewrite)
        except StorageReadOnly as error:
            return str(error) if is_lost(error.__cause__) else ""
        except StorageFull:
            return ""
        self._writer.trouble = ""
        return ""

    def _open(self) -> None:
        self._prepare()
        try:
            refuse_moved(self._path)
            self._connect([CORE])
        except (sqlite3.Error, OSError) as error:
            self._lock.release()
            raise StorageReadOnly(path=self._path, reason=str(error)) from error
        except BaseException:
            self._lock.release()
            raise

    def _prepare(self) -> None:
        """The folder, and the right to it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            refuse_network(self._path, self._mounts)
            self._lock.acquire()
        except OSError as error:
            raise StorageReadOnly(path=self._path, reason=str(error)) from error

    def _connect(self, histories: Sequence[History]) -> None:
        connection = open_writer(self._lock, self._synchronous)
        try:
            migrate(connection, histories)
            self._identify(connection)
            self._room.take_back(at_once=True)
        except BaseException:
            connection.close()
            raise
        self._writer = Writer(
            connection, self._room, max_group=self._limits.group, clock=self._clock, told=self._measures.group
        )
        self._writer.start()

    def _close(self) -> None:
        self._close_tables()
        self._readers_aside.shutdown()
        for reader in self._opened:
            reader.close()
        self._opened.clear()
        if self._writer is not None:
            self._writer.stop()
            self._writer = None
        self._lock.release()


def _rewrite(db: sqlite3.Connection) -> None:
    """A real write that changes nothing: the page with the user version, which nothing here uses, goes to the log."""
    number = int(db.execute("PRAGMA user_version").fetchone()[0])
    db.execute(f"PRAGMA user_version = {number}").fetchall()
