"""Part of the storage contract: old rows leave, and nothing that anybody still needs goes with them."""

import asyncio
from datetime import timedelta

from gutenbot.app.retention import LEAST_DAYS, leave
from gutenbot.events.incoming import CustomEvent
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.storage.port import Storage
from gutenbot.storage.retention import Left
from gutenbot.storage.rows import TimerRow
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.contracts.storage_kit import BOT, CID, NOW, WEB, accept, begin, finish, frame, history

KEEP = 30
DAY_MS = 86_400_000


def later(days: float) -> FakeClock:
    """A clock so many days after `NOW`."""
    return FakeClock(from_ms(NOW) + timedelta(days=days))


async def said(storage: Storage, body: str, *says: str, at_ms: int = NOW, thread: str = "t1") -> int:
    """A message with its answers; returns the event's number."""
    claim = await begin(storage, body, at_ms=at_ms, thread=thread, external_id=f"{thread}-{body}")
    await finish(storage, claim, *says, now_ms=at_ms, trace=b'{"said":1}', deliver=False)
    return claim.seq


class RetentionContract:
    """What leaves, and what stays."""

    async def test_what_was_said_in_an_idle_conversation_leaves_as_a_whole(self, storage: Storage) -> None:
        for k in range(5):
            await said(storage, f"m{k}", f"a{k}")
        await said(storage, "of", "another", thread="t2", at_ms=NOW + KEEP * DAY_MS)
        assert await leave(storage, later(KEEP - 1), KEEP) == Left()
        left = await leave(storage, later(KEEP + 1), KEEP, portion=2)
        assert left.rows == 10
        assert await history(storage) == []
        listed = await storage.conversations(BOT, WEB, "t1")
        assert [(one.last_n, one.last_text) for one in listed] == [(10, "")]

    async def test_a_conversation_that_goes_on_after_that_goes_on_with_its_numbers(self, storage: Storage) -> None:
        await said(storage, "old", "answer")
        await said(storage, "of", "another", thread="t2", at_ms=NOW + KEEP * DAY_MS)
        await leave(storage, later(KEEP + 1), KEEP)
        await said(storage, "new", "again", at_ms=NOW + (KEEP + 2) * DAY_MS)
        assert await history(storage) == [(3, "in", "new"), (4, "out", "again")]
        assert [entry.n for entry in await storage.thread(CID, limit=1)] == [3], (
            "the place of what has left is no entry"
        )
        assert [entry.n for entry in await storage.thread(CID, after=3)] == [4]

    async def test_the_last_message_of_all_leaves_without_leading_threads_in_circles(self, storage: Storage) -> None:
        await said(storage, "old", "answer")
        await leave(storage, later(KEEP + 1), KEEP)
        await said(storage, "new", "again", at_ms=NOW + (KEEP + 2) * DAY_MS)
        assert (await history(storage))[-2:] == [(3, "in", "new"), (4, "out", "again")]

    async def test_a_conversation_in_use_keeps_what_can_be_seen(self, storage: Storage) -> None:
        first = await said(storage, "old", "answer")
        unseen = await accept(storage, event=CustomEvent(name="x", data={}))
        assert unseen.claim is not None
        await finish(storage, unseen.claim)
        recent = await said(storage, "recent", "too", at_ms=NOW + KEEP * DAY_MS)
        assert await leave(storage, later(KEEP + 1), KEEP) == Left(rows=1, traces=1)
        assert [text for _, _, text in await history(storage)] == ["old", "answer", "recent", "too"]
        assert await storage.trace(BOT, first) is None  # type: ignore[arg-type]
        assert await storage.trace(BOT, recent) is not None  # type: ignore[arg-type]

    async def test_nothing_leaves_that_is_open_dead_unsent_or_awaited(self, storage: Storage) -> None:
        await accept(storage, "open", thread="open")
        dead = await begin(storage, "dead", thread="dead")
        await finish(storage, dead, outcome="dead", error="x")
        unsent = await begin(storage, "unsent", thread="unsent")
        await finish(storage, unsent, "waits", deliver=True)
        asked = await begin(storage, "asked", thread="asked")
        await finish(storage, asked, "size?", frames=(frame(),), deliver=False)
        timed = await begin(storage, "timed", thread="timed")
        timer = TimerRow(conversation_id=timed.conversation_id, name="t", due_ms=NOW + 900 * DAY_MS)
        await finish(storage, timed, "later", timers=(timer,), deliver=False)
        assert (await leave(storage, later(KEEP + 1), KEEP)).rows == 0
        assert len(await storage.dead_letters(BOT)) == 1
        for claim in (unsent, asked, timed):
            assert len(await history(storage, claim.conversation_id)) == 2

    async def test_dup_05_an_event_that_comes_again_after_almost_a_week_is_known(self, storage: Storage) -> None:
        await said(storage, "hello", "answer")
        await leave(storage, later(7), 1)  # less than LEAST_DAYS is taken for that
        again = await accept(storage, "hello", external_id="t1-hello", at_ms=NOW + 7 * DAY_MS - 3_600_000)
        assert again.duplicate
        assert LEAST_DAYS >= 7 + 1

    async def test_dup_11_what_comes_again_while_rows_leave_is_handled_once(self, storage: Storage) -> None:
        moment = later(KEEP + 1)
        young = to_ms(moment.now()) - LEAST_DAYS * DAY_MS
        for k in range(10):
            await said(storage, f"m{k}", "answer", thread=f"old{k}")
        for k in range(10):
            await said(storage, f"m{k}", "answer", thread=f"young{k}", at_ms=young)
        passing = asyncio.ensure_future(leave(storage, moment, LEAST_DAYS, portion=1))
        again = [
            await accept(storage, f"m{k}", thread=f"young{k}", external_id=f"young{k}-m{k}", at_ms=young + DAY_MS)
            for k in range(10)
        ]
        left = await passing
        assert all(one.duplicate for one in again)
        assert left.rows == 20, "all that was old has left meanwhile"
