"""SQLite databases for tests. The schema is migrated once and copied, since migrating costs more than a test."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from core.tests.storage.databases import SqliteDatabase

from gutenbot.storage.migrate import CORE, migrate
from gutenbot.storage.sqlite import SqliteStorage


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, [CORE])
    connection.close()
    return path


@pytest.fixture
async def database(tmp_path: Path, migrated: Path) -> AsyncIterator[SqliteDatabase]:
    path = tmp_path / "data" / "gutenbot.db"
    path.parent.mkdir()
    shutil.copy(migrated, path)
    opened = SqliteDatabase(path)
    yield opened
    await opened.close()


@pytest.fixture
async def storage(database: SqliteDatabase) -> SqliteStorage:
    return await database.open()
