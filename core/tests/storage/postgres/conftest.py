"""One PostgreSQL server for the run, one database for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from core.tests.storage.postgres.servers import PostgresDatabase, Server

from gutenbot.storage.postgres import PostgresStorage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture
async def database(server: Server) -> AsyncIterator[PostgresDatabase]:
    url = server.new_database()
    opened = PostgresDatabase(url)
    yield opened
    await opened.close()
    server.drop(url)


@pytest.fixture
async def storage(database: PostgresDatabase) -> PostgresStorage:
    return await database.open()
