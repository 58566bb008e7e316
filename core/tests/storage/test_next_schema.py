"""This release on the tables of the next one (DEP-03, DEP-04): what a migration may add does not disturb it."""

import pytest
from core.tests.storage.databases import SqliteDatabase

from gutenbot.storage.errors import StorageNewer
from gutenbot.testing.contracts.storage import StorageContract

_TABLES = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
AND name NOT LIKE 'alembic_version%'"""


def expand(database: SqliteDatabase, oldest: str = "0001") -> None:
    """What the next release's migration does: a column on every table, a table, an index, and its own revision."""
    connection = database.raw()
    for (table,) in connection.execute(_TABLES).fetchall():
        connection.execute(f"ALTER TABLE {table} ADD COLUMN of_the_future TEXT DEFAULT 'x'")
    connection.execute("CREATE TABLE of_the_future (id INTEGER PRIMARY KEY)")
    connection.execute("CREATE INDEX of_the_future_inbox ON inbox (of_the_future)")
    connection.execute("UPDATE alembic_version__core SET version_num = '9999', oldest = ?", (oldest,))
    connection.close()


class TestNextSchema(StorageContract):
    """The whole contract of storage, on expanded tables."""

    @pytest.fixture
    async def database(self, database: SqliteDatabase) -> SqliteDatabase:
        await database.open()
        await database.close()
        expand(database)
        return database


async def test_dep_04_a_release_that_lacks_what_was_taken_away_is_refused(database: SqliteDatabase) -> None:
    await database.open()
    await database.close()
    expand(database, oldest="9000")
    with pytest.raises(StorageNewer, match="9999"):
        await database.open()
