"""Hints between workers: heard soon, harmless when late or doubled, not needed when lost."""

import asyncio

from core.tests.storage.postgres.servers import PostgresDatabase

from gutenbot.storage.postgres.keeper import payloads
from gutenbot.storage.rows import Claim
from gutenbot.testing.contracts.storage_kit import BOT, CID, WEB, accept, begin, finish


async def test_a_worker_hears_that_there_is_work(database: PostgresDatabase) -> None:
    worker = await database.worker()
    wakeups = worker.wakeups()
    await wakeups.wait()
    taker = await database.worker(works=False)
    await accept(taker)
    heard: frozenset[str] = frozenset()
    async with asyncio.timeout(10):
        while "work" not in heard:
            heard |= await wakeups.wait()
    assert heard == {"hello", "work"}
    (claim,) = await worker.claim_ready(10, [BOT], [WEB])
    assert (await finish(worker, claim, "hi")).applied
    wakeups.close()


async def test_net_05_doubled_and_late_hints_are_harmless(database: PostgresDatabase) -> None:
    one, two = await database.worker(), await database.worker()
    claim = await begin(one)
    for _ in range(5):
        database.run("SELECT pg_notify('gutenbot', 'work')")
        assert await two.claim_ready(10, [BOT], [WEB]) == []
    assert (await finish(one, claim)).applied
    assert await two.claim_ready(10, [BOT], [WEB]) == []
    assert await two.claim(CID) is None


async def test_without_a_connection_to_listen_on_time_does_it(database: PostgresDatabase) -> None:
    worker = await database.worker(listen_url="")
    wakeups = worker.wakeups()
    async with asyncio.timeout(10):
        assert await wakeups.wait() == frozenset()
    wakeups.close()


async def test_a_worker_that_was_alone_learns_that_it_is_not(database: PostgresDatabase) -> None:
    first = await database.worker()
    ears = first.wakeups()
    second = await database.worker()
    wakeups = second.wakeups()
    heard: frozenset[str] = frozenset()
    async with asyncio.timeout(10):
        while "hello" not in heard:
            heard |= await ears.wait()
        first.hint("news:x")
        while "news:x" not in heard:
            heard |= await wakeups.wait()
    ears.close()
    wakeups.close()


def test_many_hints_share_few_texts_that_the_server_takes() -> None:
    topics = {f"news:{number:040}" for number in range(1000)}
    texts = payloads("boot", topics)
    assert max(len(text.encode()) for text in texts) < 8000
    assert len(texts) == 6
    assert {line for text in texts for line in text.split("\n")[1:]} == topics
    assert {text.split("\n")[0] for text in texts} == {"boot"}


async def test_net_03_workers_that_hear_nothing_of_each_other_do_everything_once(database: PostgresDatabase) -> None:
    deaf = "postgresql://nobody@127.0.0.1:1/nothing"  # hints go and come nowhere; the database itself is there
    taker = await database.worker(works=False, listen_url=deaf)
    workers = [await database.worker(listen_url=deaf) for _ in range(2)]
    for number in range(20):
        await accept(taker, f"m{number}", thread=f"t{number % 4}")
    done: list[int] = []
    async with asyncio.timeout(30):
        while len(done) < 20:
            claimed = await asyncio.gather(*(worker.claim_ready(3, [BOT], [WEB]) for worker in workers))
            for worker, claims in zip(workers, claimed, strict=True):
                for first in claims:
                    claim: Claim | None = first
                    while claim is not None:
                        finished = await finish(worker, claim, "yes")
                        assert finished.applied
                        done.append(claim.seq)
                        claim = finished.next
    assert len(set(done)) == 20
    assert database.run("SELECT count(*), count(DISTINCT cause) FROM outbox") == [(20, 20)]
