"""Opens connections to the database file: one that writes, and read-only ones, one for each thread that asks."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote

from gutenbot.kernel.clock import Clock
from gutenbot.storage.errors import StorageSlow
from gutenbot.storage.sqlite.locks import FolderLock

T = TypeVar("T")
Synchronous = Literal["FULL", "OFF"]
PAGES_KB = {"writing": 32_000, "reading": 16_000}
"""How much of the database a connection keeps in memory, at most."""
_STATEMENTS = 512
_STEPS_PER_LOOK = 200_000  # about a millisecond of work between two looks at the clock
_ACTING_PRAGMAS = frozenset(("wal_checkpoint", "optimize", "incremental_vacuum"))
_ASKING_PRAGMAS = frozenset(
    "table_list table_info table_xinfo index_list index_info index_xinfo foreign_key_list integrity_check quick_check".split()
)


def open_writer(lock: FolderLock, synchronous: Synchronous) -> sqlite3.Connection:
    """The only connection that writes and checkpoints. Transactions are ours: the driver begins none.

    It is opened with the lock of the database, which gives the right to do so once (DSK-07).
    """
    connection = sqlite3.connect(
        lock.give_writer(), timeout=5, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
    )
    try:
        _set_up(connection, synchronous)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, synchronous: Synchronous) -> None:
    for pragma in (
        "journal_mode = WAL",
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "mmap_size = 0",
        f"cache_size = -{PAGES_KB['writing']}",
        "wal_autocheckpoint = 2000",
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


class Readers(threading.local):
    """A read-only connection per thread, and a time limit for what may read long (DSK-03)."""

    def __init__(self, path: Path, clock: Clock, limit_s: float, opened: list[sqlite3.Connection]) -> None:
        self._path = path
        self._clock = clock
        self._limit_s = limit_s
        self._opened = opened
        self._deadline = 0.0
        self._connection: sqlite3.Connection | None = None

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, for short reads: it sees the last commit."""
        return self._connection or self._open()

    def close(self) -> None:
        """Closes this thread's connection for good. Another thread must not: something may be reading from it just now, which
        would end the process."""
        if self._connection is not None and self._connection in self._opened:
            self._opened.remove(self._connection)
            self._connection.close()

    def long(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a read that may be long. Raises `StorageSlow` when the time is over, so that checkpoints can go on."""
        connection = self.connection()
        self._deadline = self._clock.monotonic() + self._limit_s
        try:
            return read(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise StorageSlow(limit_s=self._limit_s) from error
            raise
        finally:
            self._deadline = 0.0

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=ro",
            uri=True,
            timeout=5,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )
        cache = f"cache_size = -{PAGES_KB['reading']}"
        for pragma in ("trusted_schema = OFF", "mmap_size = 0", cache, "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.set_progress_handler(self._over, _STEPS_PER_LOOK)
        connection.set_authorizer(_only_reads)
        self._opened.append(connection)
        self._connection = connection
        return connection

    def _over(self) -> bool:
        return self._deadline > 0 and self._clock.monotonic() > self._deadline


def _only_reads(action: int, name: str | None, argument: str | None, *_: str | None) -> int:
    """A connection that is opened with `mode=ro` may still reset the log by a pragma: it is refused (DSK-07)."""
    if action == sqlite3.SQLITE_ATTACH:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and name not in _ASKING_PRAGMAS and (argument or name in _ACTING_PRAGMAS):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
