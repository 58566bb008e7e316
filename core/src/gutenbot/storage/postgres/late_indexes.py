"""Indexes that came after the tables they are of had grown: built beside the work, never in a migration (MIG-03).

Without them everything works, only more slowly, so nobody waits for them: neither a start nor the release before this one.
"""

import threading
from collections.abc import Callable

import psycopg

from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.session import Session

log = get_logger("storage")

LATE_INDEXES = {
    "inbox_queue": "inbox ((seq + 0)) WHERE state = 'open'",
    "outbox_queue": "outbox ((id + 0)) WHERE state IN ('queued', 'claimed')",
}
"""By an expression, so that only who means them gets them: the oldest open event of one conversation must never be looked
for in the queue of all."""
_STATE = """SELECT i.indisvalid, EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
FROM pg_index i WHERE i.indexrelid = to_regclass(%s)"""
_EMPTY = "SELECT NOT EXISTS (SELECT FROM inbox) AND NOT EXISTS (SELECT FROM outbox)"
_PAUSE_S = 60.0


def make_in_empty(db: Connection) -> None:
    """Makes them at once in a database that holds nothing yet; inside the transaction that made its tables."""
    if db.execute(_EMPTY).fetchone() == (True,):
        for name, of in LATE_INDEXES.items():
            db.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {of}".encode())


class LateIndexes:
    """Builds what is missing, on a thread and a connection of its own: a build waits for every transaction that was there
    before it, be it forgotten."""

    def __init__(self, session: Callable[[], Session], stopping: threading.Event) -> None:
        self._new_session = session
        self._stopping = stopping
        self._session: Session | None = None
        self._thread: threading.Thread | None = None
        self._found = False

    def look(self, session: Session) -> None:
        """Starts a build when one is needed. Costs nothing once all are there. Raises `StorageAway`."""
        if self._found or (self._thread is not None and self._thread.is_alive()):
            return
        if not session.read(_missing):
            self._found = True
            return
        self._thread = threading.Thread(target=self._build, name="gutenbot-indexes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gives up a build that has not ended; the next start goes on. Blocks for a moment."""
        session, thread = self._session, self._thread
        if thread is None or not thread.is_alive():
            return
        while thread.is_alive():
            if session is not None:
                session.cancel()
            thread.join(0.1)
            session = self._session

    def _build(self) -> None:
        session = self._session = self._new_session()
        try:
            for name in session.read(_missing):
                log.info("index.begun", index=name)
                session.read(lambda db, name=name: _make(db, name))  # type: ignore[misc]
                log.info("index.built", index=name)
        except (psycopg.Error, Temporary) as error:
            if not self._stopping.is_set():
                log.warning("index.failed", error=" ".join(str(error).split()))
                self._stopping.wait(_PAUSE_S)
        finally:
            session.close()


def _missing(db: Connection) -> list[str]:
    """Those that are not there, or that a build left unfinished, unless somebody builds them at this moment."""
    states = {name: db.execute(_STATE, (name,)).fetchone() for name in LATE_INDEXES}
    return [name for name, state in states.items() if state in (None, (False, False))]


def _make(db: Connection, name: str) -> None:
    db.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}".encode())
    db.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {LATE_INDEXES[name]}".encode())
