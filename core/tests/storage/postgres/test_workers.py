"""Several workers on one database: one turn at a time per conversation, and nothing from a worker that lost its lease."""

import asyncio
import socket
from typing import Any

import psycopg
import pytest
from core.tests.storage.postgres.servers import PostgresDatabase

from gutenbot.kernel.ids import BotId, conversation_id
from gutenbot.storage.errors import LeaseLost
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.rows import Claim, TimerRow
from gutenbot.testing.contracts.storage_kit import (
    BOT,
    CID,
    NOW,
    WEB,
    accept,
    arrival,
    begin,
    finish,
    history,
    journal,
)

_EVENTS = 500
_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_con_01_five_hundred_increments_by_two_workers_are_all_counted(database: PostgresDatabase) -> None:
    workers = [await database.worker(), await database.worker()]

    async def work(storage: PostgresStorage, claim: Claim | None) -> None:
        while claim is not None:
            loaded = await storage.load(claim.conversation_id)
            count = loaded.conversation.variables.get("count", 0) + 1
            done = await finish(storage, claim, str(count), variables={"count": count}, deliver=False)
            assert done.applied
            claim = done.next

    async def come(i: int) -> None:
        storage = workers[i % 2]
        await work(storage, (await accept(storage, str(i), thread=f"t{i % 5}")).claim)

    await asyncio.gather(*(come(i) for i in range(_EVENTS)))
    for i in range(5):
        place = conversation_id(BOT, WEB, f"t{i}")
        assert (await workers[0].load(place)).conversation.variables == {"count": _EVENTS // 5}
    check_invariants(database)


async def test_con_02_a_worker_that_was_frozen_commits_nothing(database: PostgresDatabase) -> None:
    frozen, other = await database.worker(), await database.worker()
    claim = await begin(frozen, "hi")
    assert await other.recover() == []
    database.expire(frozen)
    (taken,) = await other.claim_ready(10, [BOT], [WEB])
    assert (taken.seq, taken.attempts, taken.fence) == (claim.seq, 2, claim.fence + 1)
    assert not (await finish(frozen, claim, "from the past")).applied
    with pytest.raises(LeaseLost):
        await frozen.record(claim, journal())
    assert await frozen.claim_more(claim, 5) == []
    await frozen.release([claim])
    assert database.run("SELECT attempts FROM inbox") == [(1,)]  # the frozen one lives, so this event ends no process
    assert (await finish(other, taken, "now")).applied
    assert await history(other) == [(1, "in", "hi"), (2, "out", "now")]
    check_invariants(database)


async def test_con_03_a_worker_whose_renewal_stands_still_knows_that_its_lease_is_lost(
    database: PostgresDatabase,
) -> None:
    stalled, other = await database.worker(Limits(lease_s=0.5)), await database.worker()
    claim = await begin(stalled, "hi")
    with stalled._keeper._changed:  # what renews the lease waits for this
        async with asyncio.timeout(20):
            while stalled.lease_left_s > 0 or not (taken := await other.claim_ready(10, [BOT], [WEB])):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        assert "lease ran out" in stalled.healthy()
        assert not (await finish(stalled, claim, "from the past")).applied
        with pytest.raises(LeaseLost):
            await stalled.record(claim, journal())
    assert (await finish(other, taken[0], "now")).applied
    assert await history(other) == [(1, "in", "hi"), (2, "out", "now")]
    async with asyncio.timeout(20):
        while stalled.healthy():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    check_invariants(database)


async def test_a_late_worker_whose_work_nobody_took_goes_on(database: PostgresDatabase) -> None:
    storage = await database.worker()
    claim = await begin(storage)
    database.expire(storage)
    assert (await finish(storage, claim, "late")).applied


async def test_a_lease_is_kept_while_the_worker_lives(database: PostgresDatabase) -> None:
    short = await database.worker(Limits(lease_s=0.6))
    other = await database.worker()
    await begin(short)
    for _ in range(10):
        await asyncio.sleep(0.1)
        assert await other.claim_ready(10, [BOT], [WEB]) == []
    assert short.lease_left_s > 0


async def test_what_waits_longest_is_taken_first_and_by_one_worker_only(database: PostgresDatabase) -> None:
    taker = await database.worker(works=False)
    accepted = await taker.accept([arrival(thread=f"t{i}") for i in range(40)])
    assert all(one.claim is None for one in accepted)
    workers = [await database.worker() for _ in range(3)]
    oldest = await workers[0].claim_ready(4, [BOT], [WEB])
    assert [claim.seq for claim in oldest] == [one.seq for one in accepted[:4]]
    rest = await asyncio.gather(*(worker.claim_ready(20, [BOT], [WEB]) for worker in workers))
    seqs = [claim.seq for claims in rest for claim in claims]
    assert len(seqs) == len(set(seqs))
    assert set(seqs) <= {one.seq for one in accepted[4:]}
    check_invariants(database)


async def test_iso_05_a_bot_with_much_work_does_not_keep_others_waiting(database: PostgresDatabase) -> None:
    taker = await database.worker(works=False)
    await taker.accept([arrival(thread=f"t{i}") for i in range(20)])
    await taker.accept([arrival(thread=f"q{i}", bot="quiet") for i in range(2)])
    worker = await database.worker()
    taken = await worker.claim_ready(4, [BOT, BotId("quiet")], [WEB])
    assert sorted(claim.bot_id for claim in taken) == ["quiet", "quiet", BOT, BOT]


async def test_dbx_04_events_are_taken_in_while_all_other_connections_are_busy(database: PostgresDatabase) -> None:
    storage = await database.worker()
    claims = [await begin(storage, thread=f"t{i}") for i in range(12)]
    with psycopg.connect(database.url) as elsewhere:
        elsewhere.execute("SELECT FROM conversation FOR UPDATE")
        stuck: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(finish(storage, claim, deliver=False)) for claim in claims[:6]
        ]
        stuck += [asyncio.ensure_future(storage.mark_read(claim.conversation_id, 1)) for claim in claims[6:]]
        async with asyncio.timeout(20):
            while database.run(_WAITS) < [(2,)]:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
            for i in range(3):
                assert (await accept(storage, thread=f"new {i}")).claim is not None
        assert not any(one.done() for one in stuck)
    await asyncio.gather(*stuck)
    check_invariants(database)


async def test_dep_03_a_worker_takes_only_what_it_can_run(database: PostgresDatabase) -> None:
    taker = await database.worker(works=False)
    await taker.accept([arrival(), arrival(bot="newer"), arrival(channel="newer", thread="t2")])
    worker = await database.worker()
    assert [claim.conversation_id for claim in await worker.claim_ready(10, [BOT], [WEB])] == [CID]
    assert await worker.claim_ready(10, [BOT], [WEB]) == []


async def test_dup_13_a_name_is_held_by_one_live_worker(database: PostgresDatabase) -> None:
    one, two = await database.worker(), await database.worker()
    assert await one.take_lease("poll telegram") == ""
    holder = await two.take_lease("poll telegram")
    assert socket.gethostname() in holder
    await two.end_lease("poll telegram")
    assert await two.take_lease("poll telegram") == holder
    database.expire(one)
    assert await two.take_lease("poll telegram") == ""
    assert await one.take_lease("poll telegram") != ""


async def test_a_claim_of_a_send_whose_answer_got_lost_is_not_lost(database: PostgresDatabase) -> None:
    worker = await database.worker()
    await finish(worker, await begin(worker), "one")
    assert await worker.claim_send(CID, NOW) is not None
    worker._sending.clear()  # as if the answer had not come
    again = await worker.claim_send(CID, NOW)
    assert again is not None
    assert (again.state, again.tries) == ("unknown", 2)


async def test_a_conversation_of_a_live_worker_is_left_alone(database: PostgresDatabase) -> None:
    one, two = await database.worker(), await database.worker()
    claim = await begin(one, "one")
    assert (await accept(two, "two")).claim is None
    assert await two.claim(CID) is None
    following = (await finish(one, claim)).next
    assert following is not None
    assert following.event.text == "two"


async def test_dup_02_the_same_event_at_two_workers_is_kept_once(database: PostgresDatabase) -> None:
    workers = [await database.worker(), await database.worker()]
    for i in range(10):
        answers = await asyncio.gather(*(accept(workers[k % 2], thread=f"t{i}", external_id=f"m{i}") for k in range(8)))
        assert sum(not answer.duplicate for answer in answers) == 1
        assert len({answer.seq for answer in answers}) == 1
    check_invariants(database)


async def test_dup_03_the_same_message_for_two_conversations_at_once_is_kept_once(database: PostgresDatabase) -> None:
    workers = [await database.worker(), await database.worker()]
    for i in range(10):
        answers = await asyncio.gather(
            *(accept(workers[k % 2], thread=f"t{i}-{k}", natural_key=f"m{i}") for k in range(4))
        )
        assert sum(not answer.duplicate for answer in answers) == 1
    check_invariants(database)


async def test_timers_fire_once_however_many_workers_look(database: PostgresDatabase) -> None:
    workers = [await database.worker(), await database.worker()]
    timers = tuple(TimerRow(conversation_id=CID, name=f"timer {i}", due_ms=NOW) for i in range(20))
    await finish(workers[0], await begin(workers[0]), timers=timers)
    fired = await asyncio.gather(*(workers[i % 2].fire_timers(NOW, 5) for i in range(8)))
    seqs = [one.seq for some in fired for one in some if not one.duplicate]
    assert len(seqs) == len(set(seqs))
    while more := await workers[0].fire_timers(NOW, 5):
        seqs += [one.seq for one in more]
    assert len(seqs) == 20


async def test_ord_05_a_message_is_sent_by_one_worker_at_a_time(database: PostgresDatabase) -> None:
    one, two = await database.worker(), await database.worker()
    await finish(one, await begin(one), "a", "b")
    row = await one.claim_send(CID, NOW)
    assert row is not None
    assert await two.claim_send(CID, NOW) is None
    database.expire(one)
    again = await two.claim_send(CID, NOW)
    assert again is not None
    assert (again.key, again.state) == (row.key, "unknown")
    await one.finish_send(row, "sent", now_ms=NOW)
    assert await two.claim_send(CID, NOW) is None


async def test_inp_02_a_nul_in_any_text_is_replaced(storage: PostgresStorage) -> None:
    await storage.kv_set("a\x00", "k\x00", 1)
    assert await storage.kv_list("a\x00", "k\x00") == {"k\ufffd": 1}
    assert await storage.find_user(BOT, WEB, "nobody\x00\ud800") is None


def check_invariants(database: PostgresDatabase) -> None:
    """What must be true between any two transactions, whatever happened."""
    backlogs = database.run(
        """SELECT c.conversation_id, c.owner, c.backlog, count(i.seq) FROM conversation c
        LEFT JOIN inbox i ON i.conversation_id = c.conversation_id AND i.state = 'open' GROUP BY 1, 2, 3"""
    )
    for _, owner, backlog, opened in backlogs:
        assert opened == backlog, "the backlog is the number of open events"
        assert (owner is None) == (backlog == 0), "held exactly while something is open"
    places = database.run(
        """SELECT c.last_n, array_agg(e.n ORDER BY e.n) FROM conversation c JOIN (
        SELECT conversation_id, n FROM inbox WHERE n IS NOT NULL UNION ALL SELECT conversation_id, n FROM outbox
        ) e USING (conversation_id) GROUP BY c.conversation_id, c.last_n"""
    )
    for last_n, found in places:
        assert found == list(range(1, last_n + 1)), "positions have no gaps and no doubles"
