"""Fixtures of the HTTP tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from core.tests.http.house import House, Skipping
from core.tests.http.served import Served, sample, serving
from core.tests.storage.postgres.servers import Server

from gutenbot.modules.store import Store
from gutenbot.storage.postgres import PostgresStorage


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """The echo bot in development: no key is needed from this machine."""
    async with serving(tmp_path) as one:
        yield one


@pytest_asyncio.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Served]:
    """The echo bot as a server: every call needs a key."""
    async with serving(tmp_path, dev=False) as one:
        yield one


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server."""
    started = Server()
    yield started
    started.close()


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """The echo bot as a server to sign in to, on each engine, with a clock that the test moves."""
    clock = Skipping()
    if request.param == "sqlite":
        async with serving(tmp_path, dev=False, modules=[sample()], clock=clock) as served:
            served.app.installing.use(Store(tmp_path))
            yield House(served, clock)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database()
    storage = PostgresStorage(url, clock)
    async with serving(tmp_path, dev=False, modules=[sample()], storage=storage, clock=clock) as served:
        served.app.installing.use(Store(tmp_path))
        yield House(served, clock)
    server.drop(url)
