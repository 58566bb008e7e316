"""Hints between workers: heard soon, harmless when late or doubled, not needed when lost."""

import asyncio

from core.tests.storage.postgres.servers import PostgresDatabase

from gutenbot.testing.contracts.storage_kit import CID, accept, begin, finish


async def test_a_worker_hears_that_there_is_work(database: PostgresDatabase) -> None:
    taker, worker = await database.worker(works=False), await database.worker()
    wakeups = worker.wakeups()
    await wakeups.wait()
    await accept(taker)
    heard: frozenset[str] = frozenset()
    async with asyncio.timeout(10):
        while not heard:
            heard = await wakeups.wait()
    assert heard == {"work"}
    (claim,) = await worker.claim_ready(10)
    assert (await finish(worker, claim, "hi")).applied
    wakeups.close()


async def test_net_05_doubled_and_late_hints_are_harmless(database: PostgresDatabase) -> None:
    one, two = await database.worker(), await database.worker()
    claim = await begin(one)
    for _ in range(5):
        database.run("SELECT pg_notify('gutenbot', 'work')")
        assert await two.claim_ready(10) == []
    assert (await finish(one, claim)).applied
    assert await two.claim_ready(10) == []
    assert await two.claim(CID) is None


async def test_without_a_connection_to_listen_on_time_does_it(database: PostgresDatabase) -> None:
    worker = await database.worker(listen_url="")
    wakeups = worker.wakeups()
    async with asyncio.timeout(10):
        assert await wakeups.wait() == frozenset()
    wakeups.close()
