"""A bot's database with something of everything in it, and a PostgreSQL to move it to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from core.tests.storage.copies.kit import filled, module
from core.tests.storage.postgres.servers import Server

from gutenbot.storage.migrate import CORE, History


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """The address of a PostgreSQL database without anything in it."""
    url = server.new_database(migrated=False)
    yield url
    server.drop(url)


@pytest.fixture
def histories(tmp_path: Path) -> list[History]:
    return [CORE, module(tmp_path)]


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that a server has worked in."""
    folder = tmp_path_factory.mktemp("used")
    filled(folder / "data" / "gutenbot.db", [CORE, module(folder)])
    return folder / "data"


@pytest.fixture
def database(tmp_path: Path, used: Path) -> Path:
    """A SQLite file that a server has worked on, at its place."""
    shutil.copytree(used, tmp_path / "data")
    return tmp_path / "data" / "gutenbot.db"
