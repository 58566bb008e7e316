"""What storages tell of themselves, and how the work stands, on either engine."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from core.tests.storage.postgres.servers import Server

from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.meters import Histogram, Meters
from gutenbot.storage.measured import Measurable, OnDisk
from gutenbot.storage.port import Storage
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.standing import standing
from gutenbot.testing.contracts.storage_kit import BOT, accept, begin, finish
from gutenbot.testing.database import fresh_database, open_storage


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def measured(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Storage, Meters]]:
    """An open storage on each engine, with its meters."""
    storage: Any
    if request.param == "sqlite":
        storage = open_storage(fresh_database(tmp_path), SystemClock())
    else:
        server: Server = request.getfixturevalue("server")
        storage = PostgresStorage(server.new_database(), SystemClock())
    meters = Meters()
    assert issubclass(type(storage), Measurable)
    storage.measure(meters)
    await storage.open()
    yield storage, meters
    await storage.close()


async def test_groups_of_work_are_counted_by_kind(measured: tuple[Storage, Meters]) -> None:
    storage, meters = measured
    claim = await begin(storage, "hello")
    await finish(storage, claim, "hello you")
    sizes = meters.find("gutenbot_database_group_size")
    assert isinstance(sizes, Histogram)
    kinds = ["accepts", "commits"] if storage.shared else ["write"]
    assert all(sizes.count(kind) >= 1 for kind in kinds)


async def test_how_the_work_stands_is_read_from_the_database(measured: tuple[Storage, Meters]) -> None:
    storage, _ = measured
    empty = await storage.read(standing)
    assert (empty.open_events, empty.oldest_open_ms, empty.sends, empty.dead) == (0, 0, {"queued": 0, "claimed": 0}, {})
    claim = await begin(storage, "hello")
    await accept(storage, "again")
    found = await storage.read(standing)
    assert found.open_events == 2
    assert found.oldest_open_ms == claim.received_ms
    await finish(storage, claim, "hello you", deliver=True)
    found = await storage.read(standing)
    assert (found.open_events, found.sends["queued"]) == (1, 1)
    assert found.oldest_send_ms > 0
    assert BOT not in found.dead


async def test_only_a_database_on_a_disk_of_this_machine_knows_its_room(measured: tuple[Storage, Meters]) -> None:
    storage, _ = measured
    assert isinstance(storage, OnDisk) is not storage.shared
    if isinstance(storage, OnDisk):
        assert storage.disk.free() > 0
        assert storage.disk.full is False
