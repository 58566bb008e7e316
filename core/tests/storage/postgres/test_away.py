"""A database that goes away and comes back, and transactions whose outcome nobody heard."""

import asyncio
from typing import Any

import psycopg
import pytest
from core.tests.storage.postgres.servers import PostgresDatabase, Server
from core.tests.storage.postgres.test_workers import check_invariants

from gutenbot.storage.errors import StorageAway, StorageBusy
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.postgres.session import Again, Session, Transaction
from gutenbot.testing.contracts.storage_kit import BOT, CID, WEB, accept, arrival, begin, finish, history

_IMPATIENT = Limits(patience_s=0.1)


@pytest.mark.slow
async def test_dbx_01_a_server_that_stops_and_starts_again_costs_nothing(
    server: Server, database: PostgresDatabase
) -> None:
    storage = await database.worker(_IMPATIENT)
    claim = await begin(storage, "before")
    await asyncio.to_thread(server.halt)
    with pytest.raises(StorageAway, match="cannot be reached"):
        await accept(storage, "lost")
    with pytest.raises(StorageAway):
        await storage.load(CID)
    assert storage.healthy() != ""
    await asyncio.to_thread(server.resume)
    assert (await finish(storage, claim, "after")).applied
    assert (await accept(storage, "again")).claim is not None
    assert await history(storage) == [(1, "in", "before"), (2, "out", "after"), (3, "in", "again")]
    await storage.load(CID)
    assert storage.healthy() == ""
    check_invariants(database)


@pytest.mark.slow
async def test_issue_a_worker_to_which_nothing_is_sent_is_healthy_again_soon_after_its_database(
    server: Server, database: PostgresDatabase
) -> None:
    storage = await database.worker(Limits(patience_s=0.1, lease_s=0.6))
    await asyncio.to_thread(server.halt)
    with pytest.raises(StorageAway):
        await accept(storage, "lost")
    assert storage.healthy() != ""
    await asyncio.to_thread(server.resume)
    async with asyncio.timeout(20):
        while storage.healthy():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_cra_19_work_that_waits_while_the_server_restarts_is_done_once(
    server: Server, database: PostgresDatabase
) -> None:
    storage = await database.worker(Limits(patience_s=30))
    batches = [[arrival(thread=f"t{i}-{k}", external_id=f"m{i}-{k}") for k in range(5)] for i in range(40)]

    async def come(delay_s: float, i: int) -> list[Any]:
        await asyncio.sleep(delay_s)
        return await storage.accept(batches[i])

    coming = [asyncio.create_task(come(i * 0.01, i)) for i in range(40)]
    await asyncio.sleep(0.1)
    await asyncio.to_thread(server.restart)
    accepted = [one for some in await asyncio.gather(*coming) for one in some]
    assert not any(one.duplicate for one in accepted)
    assert len({one.seq for one in accepted}) == 200
    assert all(one.claim is not None for one in accepted)
    assert await storage.count_users(BOT) == 200
    check_invariants(database)


@pytest.mark.parametrize("reached", [True, False])
async def test_dbx_03_a_commit_without_an_answer_is_looked_up(
    storage: PostgresStorage, monkeypatch: pytest.MonkeyPatch, reached: bool
) -> None:
    cut = _Cut(reached)
    monkeypatch.setattr(Transaction, "commit", lambda *call: cut.commit(*call))
    claim = await begin(storage, "hi", external_id="m1")
    assert cut.cuts == 1
    cut.cuts = 0
    done = await finish(storage, claim, "once")
    assert (cut.cuts, done.applied) == (1, True)
    assert await history(storage) == [(1, "in", "hi"), (2, "out", "once")]
    cut.cuts = 0
    assert await storage.kv_add("bot", "k", 2) == 2
    assert (cut.cuts, await storage.kv_get("bot", "k")) == (1, 2)


@pytest.mark.slow
async def test_dbx_03_a_number_that_a_crashed_server_gave_to_another_transaction_is_not_taken_for_ours(
    server: Server, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = await database.worker(Limits(patience_s=30))
    commit = Transaction.commit
    mixed_up: list[str] = []

    def crash(transaction: Transaction, answer: Any) -> None:
        if mixed_up:
            return commit(transaction, answer)
        transaction.answer, transaction.ending = answer, True
        server.restart()
        while (number := _other_transaction(database)) < int(transaction.number):
            pass
        if number == int(transaction.number):
            mixed_up.append(transaction.number)
        transaction.db.close()
        raise psycopg.OperationalError("no answer")

    monkeypatch.setattr(Transaction, "commit", crash)
    tried = 0
    # What was begun may be on disk before the server stops; then its number is used up.
    while not mixed_up and tried < 40:
        tried += 1
        assert await storage.kv_add("bot", "k", 1) == tried
    assert mixed_up
    assert await storage.kv_get("bot", "k") == tried


def _other_transaction(database: PostgresDatabase) -> int:
    """Commits one that is nobody's of ours, and tells its number."""
    return int(database.run("SELECT pg_current_xact_id()::text")[0][0])


async def test_dbx_03_what_nobody_could_look_up_is_claimed_anew(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = await database.worker(Limits(lease_s=0.6, patience_s=0.1))
    cut = _Cut(reached=True)

    def away(session: Session, number: str, server: str) -> bool:
        raise StorageAway(reason="still away")

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit", lambda *call: cut.commit(*call))
        patched.setattr(Session, "_happened", away)
        with pytest.raises(StorageAway):
            await accept(storage, "hi", external_id="m1")
    assert (await accept(storage, "hi", external_id="m1")).duplicate
    wakeups = storage.wakeups()
    async with asyncio.timeout(10):
        while not (claims := await storage.claim_ready(10, [BOT], [WEB])):
            await wakeups.wait()
    wakeups.close()
    assert (claims[0].event.text, claims[0].attempts) == ("hi", 2)
    assert (await finish(storage, claims[0], "once")).next is None
    check_invariants(database)


class _Cut:
    """Breaks the connection at the first commit: before it, or after it has happened and before the answer."""

    def __init__(self, reached: bool) -> None:
        self.reached = reached
        self.cuts = 0
        self._commit = Transaction.commit

    def commit(self, transaction: Transaction, answer: Any) -> None:
        if self.cuts:
            return self._commit(transaction, answer)
        self.cuts = 1
        if not transaction.number:
            raise AssertionError("the number is known before the commit")
        if self.reached:
            self._commit(transaction, answer)
            if transaction.db.pgconn.pipeline_status:
                transaction.db._pipeline.sync()  # type: ignore[union-attr] # pyright: ignore[reportOptionalMemberAccess]
        else:
            transaction.answer, transaction.ending = answer, True
        transaction.db.close()
        raise psycopg.OperationalError("the connection was cut")


async def test_dbx_06_a_conflict_is_tried_three_times_again(storage: PostgresStorage) -> None:
    tries = 0

    def unit(db: Any) -> str:
        nonlocal tries
        tries += 1
        if tries <= 3:
            raise Again
        return "done"

    assert await storage._write(unit) == "done"

    def hopeless(db: Any) -> None:
        raise Again

    with pytest.raises(StorageBusy):
        await storage._write(hopeless)


async def test_dbx_06_two_that_wait_for_each_other_both_get_through(database: PostgresDatabase) -> None:
    one, two = await database.worker(), await database.worker()
    await one.kv_set("x", "a", 0)
    await one.kv_set("x", "b", 0)
    add = "UPDATE kv SET value = (value::int + 1)::text WHERE scope = 'x' AND key = %s"

    def crossing(first: str, second: str) -> Any:
        def unit(db: Any) -> None:
            db.execute(add, (first,))
            db.execute("SELECT pg_sleep(0.1)")
            db.execute(add, (second,))

        return unit

    await asyncio.gather(one._write(crossing("a", "b")), two._write(crossing("b", "a")))
    assert await one.kv_list("x") == {"a": 2, "b": 2}


async def test_one_that_fails_does_not_spoil_its_group(storage: PostgresStorage) -> None:
    claims = [await begin(storage, thread=f"t{i}") for i in range(10)]

    def refuse(execute: Any) -> None:
        raise ValueError("no")

    async def end(i: int) -> Any:
        return await finish(storage, claims[i], "done", records=(refuse,) if i == 4 else ())

    ends = await asyncio.gather(*(end(i) for i in range(10)), return_exceptions=True)
    assert [isinstance(one, ValueError) for one in ends] == [i == 4 for i in range(10)]


async def test_opening_a_database_that_is_not_there_says_so(database: PostgresDatabase) -> None:
    missing = database.url.replace("?host=", "_nowhere?host=")
    with pytest.raises(StorageAway):
        await PostgresStorage(missing, database.clock).open()
