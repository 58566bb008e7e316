"""Opens connections to the database file: one that writes, and read-only ones, one for each thread that asks."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote

from gutenbot.kernel.clock import Clock
from gutenbot.storage.errors import StorageSlow

T = TypeVar("T")
Synchronous = Literal["FULL", "OFF"]
_STATEMENTS = 512
_STEPS_PER_LOOK = 200_000  # about a millisecond of work between two looks at the clock


def open_writer(path: Path, synchronous: Synchronous) -> sqlite3.Connection:
    """The only connection that writes and checkpoints. Transactions are ours: the driver begins none."""
    connection = sqlite3.connect(
        path, timeout=5, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
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
        "cache_size = -32000",
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
        for pragma in ("trusted_schema = OFF", "mmap_size = 0", "cache_size = -16000", "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.set_progress_handler(self._over, _STEPS_PER_LOOK)
        self._opened.append(connection)
        self._connection = connection
        return connection

    def _over(self) -> bool:
        return self._deadline > 0 and self._clock.monotonic() > self._deadline
