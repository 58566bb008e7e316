"""Tables on PostgreSQL: a server that goes away, answers that are lost, and works that meet."""

import asyncio

import pytest
import sqlalchemy as sa
from core.tests.storage.postgres.servers import PostgresDatabase, Server

from gutenbot.storage.errors import StorageAway, StorageBusy, StorageSlow
from gutenbot.storage.postgres.engine import Limits
from gutenbot.testing.contracts.storage_tables import COUNT, _count, _make, _raise_by_one


@pytest.mark.slow
async def test_dbx_01_work_on_a_server_that_is_away_says_so_and_goes_on_when_it_is_back(
    server: Server, database: PostgresDatabase
) -> None:
    storage = await database.worker(Limits(patience_s=0.1))
    await storage.write(_make)
    await asyncio.to_thread(server.halt)
    with pytest.raises(StorageAway, match="cannot be reached"):
        await storage.write(_raise_by_one)
    with pytest.raises(StorageAway):
        await storage.read(_count)
    await asyncio.to_thread(server.resume)
    assert await storage.write(_raise_by_one) == 1
    assert await storage.read(_count) == 1


async def test_dbx_06_work_that_always_meets_others_gives_up_in_words(database: PostgresDatabase) -> None:
    first, second = await database.worker(), await database.worker()
    await first.write(_make)
    tries = 0

    def meets(db: sa.Connection) -> int:
        nonlocal tries
        tries += 1
        _count(db)
        other = asyncio.run_coroutine_threadsafe(second.write(_raise_by_one), loop)
        other.result(10)
        return _raise_by_one(db)

    loop = asyncio.get_running_loop()
    with pytest.raises(StorageBusy):
        await first.write(meets)
    assert tries == 4
    assert await first.read(_count) == 4, "what it did was undone each time; what the others did was not"


async def test_a_read_that_takes_too_long_is_stopped(database: PostgresDatabase) -> None:
    storage = await database.worker(Limits(read_s=0.1))
    with pytest.raises(StorageSlow):
        await storage.read(lambda db: db.execute(sa.text("SELECT pg_sleep(5)")).all())
    await storage.write(_make)
    assert await storage.read(_count) == 0


async def test_places_hold_over_all_workers(database: PostgresDatabase) -> None:
    workers = [await database.worker() for _ in range(3)]
    await workers[0].write(_make)
    await asyncio.gather(*(one.write(_raise_by_one, place="x") for one in workers for _ in range(10)))
    assert await workers[0].read(_count) == 30
    assert await workers[0].read(lambda db: db.execute(sa.select(sa.func.count()).select_from(COUNT)).scalar_one()) == 2
