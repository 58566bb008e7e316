"""Runs Alembic over a connection that is already open. Imported only when there is something to upgrade."""

import sqlite3
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import StaticPool

from gutenbot.storage.migrate import History


def upgrade(connection: sqlite3.Connection, history: History, to: str = "head") -> None:
    """Upgrades one history to a revision in one transaction, tables and version together."""
    with _engine(connection).begin() as wrapped:
        run(wrapped, history, to)


def _engine(connection: sqlite3.Connection) -> Engine:
    """Makes SQLAlchemy begin for real: the driver's legacy mode would leave DDL outside of any transaction.

    The engine is never disposed of: the connection belongs to the caller and stays open.
    """
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    event.listen(engine, "begin", lambda wrapped: wrapped.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def run(connection: Connection, history: History, to: str = "head") -> None:
    """Upgrades one history to a revision inside the transaction of this connection."""
    script = ScriptDirectory(str(history.folder.parent), version_locations=[str(history.folder)])

    def steps(revision: Any, context: Any) -> Any:
        return script._upgrade_revs(to, revision)  # noqa: SLF001 - what `alembic upgrade` itself calls

    with EnvironmentContext(Config(), script, fn=steps, destination_rev=to) as environment:
        environment.configure(
            connection=connection, version_table=history.table, transactional_ddl=True, render_as_batch=True
        )
        with environment.begin_transaction():
            environment.run_migrations()
    _note_oldest(connection, history)


def _note_oldest(connection: Connection, history: History) -> None:
    """Says beside the revision which older releases can use the tables, for them to see."""
    columns = {column["name"] for column in inspect(connection).get_columns(history.table)}
    if not columns:
        return
    if "oldest" not in columns:
        connection.exec_driver_sql(f'ALTER TABLE "{history.table}" ADD COLUMN oldest TEXT')
    connection.execute(text(f'UPDATE "{history.table}" SET oldest = :oldest'), {"oldest": history.oldest()})
