"""Looking for work costs what is open, not what was open since somebody's forgotten transaction began (DBX-07)."""

import asyncio
from typing import Any

import psycopg
from core.tests.storage.postgres.servers import PostgresDatabase

from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres import claims as claiming
from gutenbot.storage.postgres import commit as committing
from gutenbot.storage.postgres.late_indexes import LATE_INDEXES
from gutenbot.storage.postgres.marks import MOST_NAMED, Bounds
from gutenbot.storage.postgres.session import Session
from gutenbot.testing.contracts.storage_kit import BOT, NOW, WEB, accept, arrival, begin, finish

_WAS_OPEN = 20_000
_COME_AND_GO = f"""INSERT INTO inbox (bot_id, seq, conversation_id, channel_id, sender, external_id, lane, event, state)
SELECT 'shop', nextval('inbox_seq_seq'), 'c' || g % 500, 'web', 's', 'x' || g, 'live', '{{}}', 'open'
FROM generate_series(1, {_WAS_OPEN}) g;
UPDATE inbox SET state = 'done' WHERE state = 'open'"""
_VALID = "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = ANY(ARRAY[{}]::regclass[])"
NAMES = ", ".join(f"to_regclass('{name}')" for name in LATE_INDEXES)


def look(storage: PostgresStorage, times: int = 2, session: Session | None = None) -> Bounds:
    """Looks as the worker does now and then; gives the bounds of the inbox."""
    used = session or storage._session()
    for _ in range(times):
        storage._upkeep.look(used)
    if session is None:
        used.close()
    return storage._inbox_mark.bounds


def looking(database: PostgresDatabase, bounds: Bounds) -> int:
    """How many pages a look for conversations to take over reads."""
    wanted = {"boot": "b", "bots": None, "channels": None, "limit": 10, **bounds.values()}
    return pages(database, claiming._TAKE_OVER, wanted)


def pages(database: PostgresDatabase, sql: str, values: Any) -> int:
    """How many pages a statement reads."""
    with psycopg.connect(database.url) as connection:
        row = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}".encode(), values).fetchone()
        connection.rollback()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def test_dbx_07_a_forgotten_transaction_does_not_slow_the_look_for_work(database: PostgresDatabase) -> None:
    storage = await database.open()
    look(storage, 1)
    with psycopg.connect(database.url) as forgotten:
        forgotten.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM inbox")
        database.run(_COME_AND_GO)
        database.run("ANALYZE inbox")
        bounds = look(storage)
        assert looking(database, bounds) * 10 < looking(database, Bounds())
        assert pages(database, committing._OPEN, (["c"], [1])) < 10, "of one conversation"
        assert pages(database, claiming._FIRST, (["c"],)) < 10
        webs = await database.worker(works=False)
        await accept(webs, "is found")
        assert [claim.event.text for claim in await storage.claim_ready(10, [BOT], [WEB])] == ["is found"]
        assert await storage.open_events(10) == 1


async def test_what_is_open_for_long_is_named_and_found(database: PostgresDatabase) -> None:
    webs, worker = await database.worker(works=False), await database.worker()
    await webs.accept([arrival(str(i), thread=f"t{i}") for i in range(5)])
    bounds = look(worker)
    assert (len(bounds.numbers), bounds.mark) == (5, max(bounds.numbers) + 1)
    assert await worker.open_events(10) == 5
    assert await worker.open_events(2) == 2
    claims = await worker.claim_ready(10, [BOT], [WEB])
    assert [claim.event.text for claim in claims] == ["0", "1", "2", "3", "4"]
    await finish(worker, claims[0])
    assert look(worker).numbers == bounds.numbers[1:]
    assert await worker.open_events(10) == 4


async def test_of_many_that_are_open_the_rest_stays_above_the_mark(database: PostgresDatabase) -> None:
    webs, worker = await database.worker(works=False), await database.worker()
    many = MOST_NAMED + 20
    kept = await webs.accept([arrival(str(i), thread=f"t{i}") for i in range(many)])
    bounds = look(worker, 4)
    assert (len(bounds.numbers), bounds.mark) == (MOST_NAMED, kept[MOST_NAMED].seq)
    assert await worker.open_events(1000) == many
    assert len(await worker.claim_ready(1000, [BOT], [WEB])) == many


async def test_the_mark_passes_no_number_that_somebody_holds_and_has_not_committed(database: PostgresDatabase) -> None:
    webs, worker = await database.worker(works=False), await database.worker()
    await accept(webs, "before")
    with psycopg.connect(database.url) as late:
        row = late.execute("SELECT nextval('inbox_seq_seq')").fetchone()
        assert row is not None
        for _ in range(3):
            await accept(webs, "meanwhile", thread="t2")
            assert look(worker).mark <= row[0]
        values = (row[0], *(await webs.accept([arrival(thread="t3")]))[0].conversation_id.split(), NOW)
        late.execute(
            """INSERT INTO inbox (bot_id, seq, conversation_id, channel_id, sender, external_id, lane, event, received_ms)
            VALUES ('shop', %s, %s, 'web', 't3', 'late', 'live', '{"type":"message","body":"late"}', %s)""",
            values,
        )
        late.commit()
    assert look(worker).mark > row[0]
    assert row[0] in worker._inbox_mark.bounds.numbers


async def test_dbx_02_another_server_with_fewer_numbers_sets_the_mark_back(database: PostgresDatabase) -> None:
    storage = await database.open()
    for i in range(5):
        await finish(storage, await begin(storage, str(i)))
    session = storage._session()
    assert look(storage, 2, session).mark > 1
    assert look(storage, 1, session).mark > 1
    database.run("SELECT setval('inbox_seq_seq', 2)")
    assert look(storage, 1, session) == Bounds()
    assert look(storage, 1, session).mark == 3
    connection = session.connection()
    database.run(f"SELECT pg_terminate_backend({connection.info.backend_pid})")
    assert look(storage, 1, session) == Bounds(), "who lost the connection may have missed a crash"
    session.close()


async def test_sends_that_wait_are_found_above_the_mark_and_below_it(database: PostgresDatabase) -> None:
    storage = await database.open()
    await finish(storage, await begin(storage), "one", deliver=True)
    look(storage)
    assert len(storage._outbox_mark.bounds.numbers) == 1
    await finish(storage, await begin(storage, thread="t2"), "two", deliver=True)
    assert len(await storage.undelivered(10)) == 2


async def test_mig_03_an_index_that_a_large_table_lacks_is_built_while_it_is_in_use(database: PostgresDatabase) -> None:
    storage = await database.open()
    assert database.run(_VALID.format(NAMES)) == [(len(LATE_INDEXES),)]
    database.run("DROP INDEX inbox_queue")
    database.run(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'outbox_queue'::regclass"
    )  # a build that ended
    look(storage, 1)
    async with asyncio.timeout(30):
        while database.run(_VALID.format(NAMES)) != [(len(LATE_INDEXES),)]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    assert (await accept(storage)).claim is not None


async def test_an_end_does_not_wait_for_a_build_that_waits_for_a_forgotten_transaction(
    database: PostgresDatabase,
) -> None:
    storage = await database.open()
    database.run("DROP INDEX inbox_queue")
    with psycopg.connect(database.url) as forgotten:
        forgotten.execute("INSERT INTO kv (scope, key, value) VALUES ('a', 'b', '1')")
        forgotten.execute("LOCK TABLE inbox IN ROW EXCLUSIVE MODE")
        look(storage, 1)
        async with asyncio.timeout(30):
            while database.run("SELECT count(*) FROM pg_stat_progress_create_index") != [(1,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await database.close()
    again = await database.open()
    look(again, 1)
    async with asyncio.timeout(30):
        while database.run(_VALID.format(NAMES)) != [(len(LATE_INDEXES),)]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
