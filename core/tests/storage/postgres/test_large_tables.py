"""Migrations leave tables with millions of rows alone, so that no lock on them lasts (MIG-03)."""

import pytest
from core.tests.storage.postgres.servers import Server
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from gutenbot.storage.migrate import CORE
from gutenbot.storage.postgres.driver import connect
from gutenbot.storage.upgrade import run

GROWING = ("inbox", "outbox", "conversation", "frame", "journal", "timer", "bot_user", "identity", "tag", "kv", "blob")
_SHAPES = """SELECT c.relname, c.relfilenode, (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid),
(SELECT count(*) FROM pg_constraint k WHERE k.conrelid = c.oid)
FROM pg_class c WHERE c.relname = ANY(%s) AND c.relkind = 'r' ORDER BY 1"""
_TOUCHED = """SELECT relname, seq_scan, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
WHERE relname = ANY(%s) AND (seq_scan > 0 OR n_tup_upd > 0 OR n_tup_del > 0)"""


@pytest.mark.parametrize("revision", CORE.revisions()[1:])
def test_mig_03_no_growing_table_is_rewritten_read_or_indexed(server: Server, revision: str) -> None:
    """A column without a default is all right: that takes a moment, however many rows there are. An index of a growing
    table has to be built concurrently, and rows have to be changed in portions, after the start."""
    url = server.new_database(migrated=False)
    before = CORE.revisions()[CORE.revisions().index(revision) - 1]
    connection = connect(url)
    connection.autocommit = False
    engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
    with engine.begin() as wrapped:
        run(wrapped, CORE, before)
        connection.execute(
            "INSERT INTO kv (scope, key, value) SELECT 's', g::text, '1' FROM generate_series(1, 1000) g"
        )
    with engine.begin() as wrapped:
        shapes = connection.execute(_SHAPES, (list(GROWING),)).fetchall()
        assert len(shapes) == len(GROWING)
        touched = connection.execute(_TOUCHED, (list(GROWING),)).fetchall()
        run(wrapped, CORE, revision)
        assert connection.execute(_SHAPES, (list(GROWING),)).fetchall() == shapes
        assert connection.execute(_TOUCHED, (list(GROWING),)).fetchall() == touched
    connection.close()
    server.drop(url)


def test_what_the_test_above_looks_for_is_seen(server: Server) -> None:
    url = server.new_database()
    with connect(url) as connection:
        connection.execute("INSERT INTO kv (scope, key, value) VALUES ('s', 'k', '1')")
        shapes = connection.execute(_SHAPES, (list(GROWING),)).fetchall()
        for change in (
            "CREATE INDEX slow ON inbox (sender)",
            "ALTER TABLE outbox ALTER COLUMN k TYPE integer",
            "ALTER TABLE inbox ADD CONSTRAINT slow CHECK (n > 0)",
        ):
            with connection.transaction(force_rollback=True):
                connection.execute(change)
                assert connection.execute(_SHAPES, (list(GROWING),)).fetchall() != shapes, change
        with connection.transaction(force_rollback=True):
            connection.execute("UPDATE kv SET value = '2'")
            assert connection.execute(_TOUCHED, (list(GROWING),)).fetchall() != []
    server.drop(url)
