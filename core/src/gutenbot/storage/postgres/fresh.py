"""Databases that come and go, for tests: copies of one that was migrated once, emptied and used again."""

import atexit
from contextlib import suppress
from functools import cache

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gutenbot.kernel.ids import new_id
from gutenbot.storage.migrate import CORE
from gutenbot.storage.postgres.migrating import migrate

_CLOSE_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_EMPTY = """DO $$ BEGIN EXECUTE (
SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' RESTART IDENTITY' FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic_version%'); END $$"""


def new_copy(server: str) -> str:
    """The address of a new, migrated, empty database on a server; it goes with this process."""
    return _of(server, _create(server, _template(server)))


def empty(url: str) -> None:
    """Takes everything out of a database, and everybody's connections."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers: some tables refuse to be emptied
        connection.execute(_CLOSE_OTHERS)
        connection.execute(_EMPTY)


@cache
def _template(server: str) -> str:
    """The migrated database, made anew once per process: an older one may lack tables."""
    name = _create(server)
    migrate(_of(server, name), [CORE])
    return name


def _create(server: str, template: str | None = None) -> str:
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
