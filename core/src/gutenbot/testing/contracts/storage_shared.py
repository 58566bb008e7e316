"""The contract of what processes on one database know of each other, as far as one process alone can tell."""

import asyncio
import threading

from gutenbot.kernel.ids import conversation_id
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Accepted
from gutenbot.testing.contracts.storage_kit import BOT, CID, NOW, WEB, Database, accept, arrival, begin, finish


class SharedContract:
    """What must be true for a worker, alone or not."""

    async def test_what_waits_is_counted_up_to_a_limit(self, storage: Storage) -> None:
        assert await storage.open_events(10) == 0
        claim = await begin(storage, "one")
        await accept(storage, "two")
        await accept(storage, "three", thread="t2")
        assert await storage.open_events(10) == 3
        assert await storage.open_events(2) == 2
        await finish(storage, claim)
        assert await storage.open_events(10) == 2

    async def test_positions_are_those_of_the_threads(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "hi", "there")
        other = (await accept(storage, thread="t2")).conversation_id
        many = [conversation_id(BOT, WEB, f"none{i}") for i in range(1200)]
        assert await storage.positions([CID, *many, other]) == {CID: 3, other: 1}
        assert await storage.positions([]) == {}

    async def test_the_lease_of_an_open_storage_lasts(self, storage: Storage) -> None:
        assert storage.lease_left_s > 5

    async def test_what_is_kept_goes_on_by_whoever_is_told_at_once(self, storage: Storage) -> None:
        told: list[tuple[int, str]] = []
        done = threading.Event()

        def then(accepted: list[Accepted]) -> None:
            told.extend((one.seq, threading.current_thread().name) for one in accepted)
            done.set()

        task = asyncio.create_task(storage.accept([arrival()], then))
        await asyncio.sleep(0)
        task.cancel()  # the caller goes away
        await asyncio.gather(task, return_exceptions=True)
        assert await asyncio.to_thread(done.wait, 10)
        assert len(told) == 1
        again = await accept(storage, external_id="x")
        assert again.seq > told[0][0]

    async def test_an_event_that_is_given_back_and_kept_is_claimed_again_by_its_holder(self, storage: Storage) -> None:
        claim = await begin(storage)
        await storage.release([claim], keep=True)
        assert await storage.claim_ready(10, [BOT], [WEB]) == []
        again = await storage.claim(CID)
        assert again is not None
        assert (again.seq, again.attempts, again.fence) == (claim.seq, 1, claim.fence)

    async def test_a_young_message_is_left_to_whoever_made_it(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "old", now_ms=NOW - 10_000)
        assert await storage.undelivered(10) == [CID]
        assert await storage.undelivered(10, older_ms=1) == [CID]
        await finish(storage, await begin(storage, thread="t2"), "young", now_ms=2**60)
        assert await storage.undelivered(10, older_ms=1) == [CID]

    async def test_a_name_is_taken_kept_and_let_go_of(self, database: Database) -> None:
        storage = await database.open()
        assert await storage.take_lease("poll telegram") == ""
        assert await storage.take_lease("poll telegram") == ""
        await storage.end_lease("poll telegram")
        assert await storage.take_lease("poll telegram") == ""
        storage = await database.open()  # the holder is gone
        assert await storage.take_lease("poll telegram") == ""
