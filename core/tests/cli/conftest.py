"""Databases of both engines, for servers and commands that run as processes."""

from collections.abc import Iterator

import pytest
from core.tests.storage.postgres.servers import Server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What makes a server use it."""
    if request.param == "sqlite":
        yield {}
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database(migrated=False)
    yield {"GUTENBOT_DATABASE_URL": url}
    server.drop(url)
