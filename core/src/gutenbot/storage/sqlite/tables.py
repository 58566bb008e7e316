"""Tables of the console and of modules: written through the one writing connection and its group commits, read by threads.

SQLAlchemy is imported when it is first used.
"""

import asyncio
import importlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from gutenbot.kernel.log import get_logger
from gutenbot.storage.sqlite.engine import Engine
from gutenbot.storage.sqlite.faults import is_disk_error

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")
log = get_logger("storage")

_READERS = 2
_SLOW_S = 0.25


class SqliteTables(Engine):
    """Functions over a SQLAlchemy connection."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._writing: tuple[sqlite3.Connection, sa.Engine] | None = None
        self._reading = threading.local()
        self._threads: ThreadPoolExecutor | None = None

    async def read(self, work: "Callable[[sa.Connection], T]") -> T:
        loop = asyncio.get_running_loop()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_READERS, "gutenbot-tables")
        return await loop.run_in_executor(self._threads, self._run_read, work)

    async def peek(self, question: str, /, **values: str | int) -> int:
        row = self._read(lambda db: db.execute(question, values).fetchone())
        return int(row[0] or 0) if row else 0

    async def write(self, work: "Callable[[sa.Connection], T]", *, place: str = "") -> T:
        assert self._writer is not None, "the storage is not open"
        if self._writing is None:
            await asyncio.to_thread(_warm)  # not on the event loop
        return await self._writer.submit_aside(lambda db: self._run_write(db, work))

    def _run_write(self, db: sqlite3.Connection, work: "Callable[[sa.Connection], T]") -> T:
        from gutenbot.storage.tables import run

        started = self._clock.monotonic()
        try:
            return run(self._engine_of_writer(db), work)
        except Exception as error:
            _raise_known(error, is_disk_error)
            raise
        finally:
            took = self._clock.monotonic() - started
            if took > _SLOW_S:
                log.warning("tables.slow", seconds=round(took, 3), work=getattr(work, "__qualname__", repr(work)))

    def _engine_of_writer(self, db: sqlite3.Connection) -> "sa.Engine":
        if self._writing is None or self._writing[0] is not db:
            self._writing = (db, _engine(db))
        return self._writing[1]

    def _run_read(self, work: "Callable[[sa.Connection], T]") -> T:
        return self._readers.long(lambda db: self._snapshot(db, work))

    def _snapshot(self, db: sqlite3.Connection, work: "Callable[[sa.Connection], T]") -> T:
        from gutenbot.storage.tables import run

        engine: sa.Engine | None = getattr(self._reading, "engine", None)
        if engine is None:
            engine = self._reading.engine = _engine(db)
        db.execute("BEGIN")
        try:
            return run(engine, work)
        except Exception as error:
            _raise_known(error, _is_interrupted)
            raise
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")

    def _close_tables(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None


def _warm() -> None:
    importlib.import_module("gutenbot.storage.tables")


def _engine(db: sqlite3.Connection) -> "sa.Engine":
    from gutenbot.storage.tables import engine_over

    return engine_over("sqlite://", db)


def _raise_known(error: Exception, known: Callable[[BaseException], bool]) -> None:
    """Errors that the storage itself handles come as the driver's; all others are the work's, and SQLAlchemy's."""
    from gutenbot.storage.tables import driver_error

    found = driver_error(error)
    if found is not error and known(found):
        raise found from error


def _is_interrupted(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
