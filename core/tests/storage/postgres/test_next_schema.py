"""This release on the tables of the next one (DEP-03, DEP-04), on PostgreSQL."""

import pytest
from core.tests.storage.postgres.servers import PostgresDatabase

from gutenbot.storage.errors import StorageNewer
from gutenbot.testing.contracts.storage import StorageContract


def expand(database: PostgresDatabase, oldest: str = "0001") -> None:
    """What the next release's migration does: a column on every table, a table, an index, and its own revision."""
    tables = database.run(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic_version%'"
    )
    for (table,) in tables:
        database.run(f"ALTER TABLE {table} ADD COLUMN of_the_future TEXT DEFAULT 'x'")
    database.run("CREATE TABLE of_the_future (id BIGINT PRIMARY KEY)")
    database.run("CREATE INDEX of_the_future_inbox ON inbox (of_the_future)")
    database.run(f"UPDATE alembic_version__core SET version_num = '9999', oldest = '{oldest}'")


class TestNextSchema(StorageContract):
    """The whole contract of storage, on expanded tables."""

    @pytest.fixture
    async def database(self, database: PostgresDatabase) -> PostgresDatabase:
        expand(database)
        return database


async def test_dep_04_a_release_that_lacks_what_was_taken_away_is_refused(database: PostgresDatabase) -> None:
    expand(database, oldest="9000")
    with pytest.raises(StorageNewer, match="9999"):
        await database.open()
