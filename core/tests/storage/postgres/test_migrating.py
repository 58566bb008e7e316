"""Migrations on PostgreSQL: in one transaction each, by one of those that start together."""

import asyncio
from pathlib import Path

import pytest
from core.tests.storage.postgres.servers import PostgresDatabase, Server
from core.tests.storage.test_migrate import write

from gutenbot.storage.errors import MigrationFailed, StorageNewer
from gutenbot.storage.migrate import CORE
from gutenbot.storage.postgres.migrating import migrate
from gutenbot.testing.contracts.storage_kit import accept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "notes" / "versions"
    place.mkdir(parents=True)
    return place


@pytest.mark.slow
async def test_mig_02_of_two_that_start_together_one_migrates(server: Server) -> None:
    url = server.new_database(migrated=False)
    done = await asyncio.gather(*(asyncio.to_thread(migrate, url, [CORE]) for _ in range(3)))
    assert sorted(done) == [[], [], ["core"]]
    server.drop(url)


async def test_a_modules_tables_are_made_once_and_extended_later(database: PostgresDatabase, folder: Path) -> None:
    storage = await database.open()
    write(folder, 1)
    assert await storage.migrate("notes", folder)
    assert not await storage.migrate("notes", folder)
    write(folder, 2)
    assert await storage.migrate("notes", folder)
    assert database.run("SELECT version_num FROM alembic_version__notes") == [("0002",)]
    assert database.run("SELECT id FROM notes_2") == [(1,)]


async def test_mig_06_a_module_that_cannot_migrate_leaves_the_rest_alone(
    database: PostgresDatabase, folder: Path
) -> None:
    storage = await database.open()
    write(folder, 1, "raise ValueError('typo')")
    with pytest.raises(MigrationFailed, match="typo"):
        await storage.migrate("notes", folder)
    assert database.run("SELECT to_regclass('notes_1')::text") == [(None,)]
    assert (await accept(storage)).claim is not None


async def test_a_database_from_a_newer_release_is_refused_unchanged(database: PostgresDatabase) -> None:
    database.run("UPDATE alembic_version__core SET version_num = '9999', oldest = '9999'")
    with pytest.raises(StorageNewer, match="9999"):
        await database.open()
    database.run(f"UPDATE alembic_version__core SET version_num = '{CORE.revisions()[-1]}'")
    await database.open()


async def test_hot_tables_lead_with_their_bot_or_conversation(database: PostgresDatabase) -> None:
    keys = database.run(
        """SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND c.relname IN ('inbox', 'outbox', 'conversation', 'frame', 'journal', 'timer')"""
    )
    assert {column for _, column in keys} == {"bot_id", "conversation_id"}
