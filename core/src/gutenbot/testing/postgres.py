"""Databases of tests on a PostgreSQL server: copies of one that was migrated once, emptied and used again after a test."""

import atexit
from contextlib import suppress
from datetime import datetime
from functools import cache

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.kernel.ids import new_id
from gutenbot.storage.migrate import CORE
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.migrating import migrate

_CLOSE_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_EMPTY = """DO $$ BEGIN EXECUTE (
SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' RESTART IDENTITY' FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic_version%'); END $$"""

_free: dict[str, list[str]] = {}
"""Server → databases that no test has now."""


class PostgresCopy:
    """A database that one test has to itself."""

    def __init__(self, server: str) -> None:
        self._server = server
        free = _free.setdefault(server, [])
        self._name = free.pop() if free else _create(server, _template(server))
        self.url = _of(server, self._name)

    def storage(self, clock: Clock) -> PostgresStorage:
        return PostgresStorage(self.url, RealSeconds(clock))

    def drop(self) -> None:
        """Empties it for the next test: that is much quicker than making another one."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # no triggers: some tables refuse to be emptied
            connection.execute(_CLOSE_OTHERS)
            connection.execute(_EMPTY)
        _free[self._server].append(self._name)


class RealSeconds:
    """The date is a test's, seconds are real: the lease of a worker is kept by the clock of the server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._real = SystemClock()

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._real.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


@cache
def _template(server: str) -> str:
    """The migrated database, made anew once per process: an older one may lack tables."""
    name = _create(server)
    migrate(_of(server, name), [CORE])
    return name


def _create(server: str, template: str | None = None) -> str:
    """A database that goes with this process."""
    name = f"gutenbot_test_{new_id().lower()}"
    copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
    _run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
    atexit.register(_forget, server, name)
    return name


def _forget(server: str, name: str) -> None:
    with suppress(psycopg.Error):  # the server may be gone by now
        _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _of(server: str, name: str) -> str:
    return make_conninfo("", **{**conninfo_to_dict(server), "dbname": name})


def _run(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
