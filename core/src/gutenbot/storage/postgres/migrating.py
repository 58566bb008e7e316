"""Brings a PostgreSQL database up to date. Of several processes that start together one migrates and the others wait.

When every history is at its head, neither Alembic nor SQLAlchemy is imported.
"""

from collections.abc import Sequence
from typing import Any

import psycopg

from gutenbot.storage.copies.errors import HalfCopied
from gutenbot.storage.copies.shapes import MOVE_TABLE
from gutenbot.storage.errors import MigrationFailed
from gutenbot.storage.migrate import CORE, History, version_row
from gutenbot.storage.postgres.driver import Connection, connect, is_lost
from gutenbot.storage.postgres.late_indexes import make_in_empty

LOCK = 0x677574656E626F74  # "gutenbot"
_FOUND = "SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s AND relkind = 'r' AND pg_table_is_visible(oid))"
"""Not by `to_regclass`: that remembers for the whole transaction that there was no such table."""


def migrate(url: str, histories: Sequence[History]) -> list[str]:
    """Upgrades each history, in this order and each in one transaction; returns the modules that had something to do.

    Raises `StorageNewer` and `HalfCopied` before anything is changed, `MigrationFailed` after the failed module was rolled back.
    """
    connection = connect(url)
    try:
        _refuse_half_copied(connection)
        late = [history for history in histories if not history.is_head(*_found(connection, history))]
        return [history.module for history in late if _upgraded(connection, history)]
    finally:
        connection.close()


def found_revision(connection: Connection, history: History) -> str:
    """The revision that the database is at; empty when this module was never here."""
    return _found(connection, history)[0]


def _found(connection: Connection, history: History) -> tuple[str, str]:
    if connection.execute(_FOUND, (history.table,)).fetchone() != (True,):
        return "", ""
    return version_row(connection.execute(f'SELECT * FROM "{history.table}"'.encode()).fetchone())


def _refuse_half_copied(connection: Connection) -> None:
    """Raises `HalfCopied`."""
    if connection.execute("SELECT to_regclass(%s)::text", (MOVE_TABLE,)).fetchone() != (None,):
        row = connection.execute(f"SELECT value FROM {MOVE_TABLE} WHERE name = 'source'".encode()).fetchone()
        raise HalfCopied(source=row[0] if row else "?")


def _upgraded(connection: Connection, history: History) -> bool:
    """False when somebody else did it while we waited for the lock, which lasts as long as the transaction."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    from gutenbot.storage.upgrade import run  # costs 0.3 s: only when there is work

    connection.autocommit = False
    engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.begin() as wrapped:
            wrapped.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            if history.is_head(*_found(connection, history)):
                return False
            run(wrapped, history)
            if history == CORE:
                make_in_empty(connection)
    except Exception as error:
        _pass_on(error, connection)
        raise MigrationFailed(module=history.module, reason=f"{type(error).__name__}: {error}") from error
    finally:
        if not connection.closed:
            connection.rollback()
            connection.autocommit = True
    return True


def _pass_on(error: Any, connection: Connection) -> None:
    """A lost connection is no mistake of the migration."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, psycopg.Error) and is_lost(cause, connection):
        raise cause
