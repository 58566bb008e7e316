"""Group commit: few commits for much work, and only the guilty unit fails."""

import asyncio
import sqlite3
import threading
import time
from typing import Any

import pytest
from core.tests.storage.databases import SqliteDatabase, check_invariants

from gutenbot.kernel.ids import conversation_id
from gutenbot.storage.errors import StorageReadOnly
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.testing.contracts.storage_kit import BOT, WEB, accept, begin, finish, history


async def test_work_that_comes_at_once_shares_commits(storage: SqliteStorage) -> None:
    assert storage._writer is not None
    before = storage._writer.groups
    await asyncio.gather(*(accept(storage, thread=f"t{i}") for i in range(500)))
    assert storage._writer.groups - before < 50


async def test_a_single_unit_is_committed_at_once(storage: SqliteStorage) -> None:
    assert storage._writer is not None
    before = storage._writer.groups
    for i in range(5):
        await accept(storage, thread=f"t{i}")
    assert storage._writer.groups - before == 5


async def test_only_the_guilty_unit_of_a_group_fails(storage: SqliteStorage) -> None:
    def guilty(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO kv VALUES ('half', 'done', '1')")
        raise LookupError("guilty")

    slow = storage._write(lambda _: time.sleep(0.05))  # meanwhile the others queue up
    work: list[asyncio.Future[Any]] = [storage._write(guilty)]
    work += (asyncio.ensure_future(accept(storage, thread=f"t{i}")) for i in range(9))
    await slow
    results = await asyncio.gather(*work, return_exceptions=True)
    assert [type(result).__name__ for result in results].count("LookupError") == 1
    assert [type(result).__name__ for result in results].count("Accepted") == 9
    assert await storage.kv_get("half", "done") is None
    assert await storage.count_users(BOT) == 9


@pytest.mark.parametrize("error", [StopIteration, SystemExit, KeyboardInterrupt, GeneratorExit])
async def test_a_unit_cannot_end_the_writer(storage: SqliteStorage, error: type[BaseException]) -> None:
    def unit(_: sqlite3.Connection) -> None:
        raise error

    with pytest.raises(RuntimeError):
        await storage._write(unit)
    assert (await accept(storage)).claim is not None


async def test_a_caller_that_was_cancelled_does_not_undo_its_work(storage: SqliteStorage) -> None:
    slow = storage._write(lambda _: time.sleep(0.05))
    task = asyncio.create_task(accept(storage, "kept"))
    await asyncio.sleep(0)
    task.cancel()
    await slow
    await accept(storage, "next")
    assert [text for _, _, text in await history(storage)] == ["kept", "next"]


async def test_two_event_loops_use_one_storage(storage: SqliteStorage) -> None:
    async def turns(name: str) -> None:
        for i in range(50):
            claim = await begin(storage, thread=f"{name}{i % 5}")
            await finish(storage, claim, "answer")

    other = threading.Thread(target=lambda: asyncio.run(turns("other ")))
    other.start()
    await turns("own ")
    await asyncio.to_thread(other.join)
    for thread in ("other 0", "own 4"):
        assert len(await history(storage, conversation_id(BOT, WEB, thread))) == 20


async def test_closing_finishes_what_was_submitted(database: SqliteDatabase) -> None:
    storage = await database.open()
    work = [asyncio.ensure_future(accept(storage, thread=f"t{i}")) for i in range(100)]
    await asyncio.sleep(0)
    await database.close()
    answers = await asyncio.gather(*work)
    assert len(answers) == 100
    check_invariants(database.path)


async def test_a_closed_storage_takes_nothing_in(database: SqliteDatabase) -> None:
    storage = await database.open()
    writer = storage._writer
    assert writer is not None
    await database.close()
    with pytest.raises(StorageReadOnly):
        await writer.submit(lambda _: None)
    assert storage.healthy() != ""


async def test_slo_02_work_is_written_while_the_event_loop_that_was_to_write_it_is_blocked(
    storage: SqliteStorage,
) -> None:
    blocked = threading.Event()

    async def submit_and_block() -> None:
        task = asyncio.ensure_future(accept(storage, thread="of the blocked loop"))
        await asyncio.sleep(0)  # the statements of its group are about to run on this loop …
        blocked.set()
        time.sleep(2.0)  # noqa: ASYNC251  … which a handler blocks
        await task

    thread = threading.Thread(target=lambda: asyncio.run(submit_and_block()))
    thread.start()
    await asyncio.to_thread(blocked.wait)
    started = time.monotonic()
    await accept(storage, thread="of another loop")
    taken = time.monotonic() - started
    still_blocked = thread.is_alive()
    await asyncio.to_thread(thread.join)
    assert still_blocked, taken
