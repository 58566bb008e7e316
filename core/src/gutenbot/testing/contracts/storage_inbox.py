"""The contract of accepting, claiming and recovering events."""

import asyncio

import pytest

from gutenbot.events.incoming import CustomEvent, Incoming, MessageEvent, PayloadEvent, ReactionEvent, ReferralEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import conversation_id, user_id
from gutenbot.storage.errors import NoConversation, NoDeadLetter, NotStorable
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Seq
from gutenbot.testing.contracts.storage_kit import (
    BOT,
    CID,
    NOW,
    WEB,
    Database,
    accept,
    arrival,
    begin,
    finish,
    history,
)

_WEEK_MS = 6 * 86_400_000 + 23 * 3_600_000


class InboxContract:
    """What must be true of arrivals."""

    async def test_an_event_to_an_idle_conversation_is_claimed_with_it(self, storage: Storage) -> None:
        accepted = await accept(storage, "hi")
        claim = accepted.claim
        assert claim is not None
        assert (claim.event, claim.attempts, claim.failures, claim.n) == (MessageEvent(body="hi"), 1, 0, 1)
        assert (claim.conversation_id, claim.user_id, claim.thread) == (CID, user_id(BOT, WEB, "t1"), "t1")

    async def test_an_event_to_a_held_conversation_waits(self, storage: Storage) -> None:
        first = await begin(storage, "one")
        second = await accept(storage, "two")
        assert second.claim is None
        done = await finish(storage, first)
        assert done.next is not None
        assert (done.next.seq, done.next.event.text, done.next.attempts) == (second.seq, "two", 1)
        assert (await finish(storage, done.next)).next is None
        assert (await begin(storage, "three")).event.text == "three"

    async def test_dup_01_the_same_event_twice_is_kept_once(self, storage: Storage) -> None:
        first = await accept(storage, "one", external_id="m1")
        again = await accept(storage, "one", external_id="m1")
        assert (again.seq, again.n, again.duplicate, again.claim) == (first.seq, first.n, True, None)
        assert await history(storage) == [(1, "in", "one")]

    async def test_dup_01_the_same_event_twice_in_one_batch_is_kept_once(self, storage: Storage) -> None:
        one, two = await storage.accept([arrival(external_id="m1"), arrival(external_id="m1")])
        assert (one.duplicate, two.duplicate, one.seq) == (False, True, two.seq)

    async def test_dup_02_twenty_at_once_are_kept_once(self, storage: Storage) -> None:
        answers = await asyncio.gather(*(accept(storage, external_id="m1") for _ in range(20)))
        assert sum(not answer.duplicate for answer in answers) == 1
        assert sum(answer.claim is not None for answer in answers) == 1
        assert len({answer.seq for answer in answers}) == 1

    async def test_dup_03_the_same_message_in_another_envelope_is_kept_once(self, storage: Storage) -> None:
        first = await accept(storage, external_id="envelope-1", natural_key="message-9")
        again = await accept(storage, external_id="envelope-2", natural_key="message-9")
        assert (again.duplicate, again.seq) == (True, first.seq)

    async def test_dup_05_a_redelivery_after_a_week_is_still_known(self, storage: Storage) -> None:
        claim = await begin(storage, external_id="m1")
        await finish(storage, claim, "answer")
        again = await accept(storage, external_id="m1", at_ms=NOW + _WEEK_MS)
        assert (again.duplicate, again.seq) == (True, claim.seq)

    async def test_dup_06_the_same_words_with_new_ids_are_two_events(self, storage: Storage) -> None:
        first, second = await accept(storage, "yes"), await accept(storage, "yes")
        assert not second.duplicate
        assert second.seq > first.seq

    async def test_dup_07_the_same_id_from_other_channels_and_bots_is_another_event(self, storage: Storage) -> None:
        places = [{}, {"channel": "telegram"}, {"bot": "helpdesk"}]
        answers = [await accept(storage, external_id="m1", **place) for place in places]
        assert [answer.duplicate for answer in answers] == [False, False, False]

    async def test_con_06_the_first_two_messages_at_once_make_one_user(self, storage: Storage) -> None:
        await asyncio.gather(accept(storage, "one"), accept(storage, "two"))
        assert await storage.count_users(BOT) == 1
        assert len(await storage.conversations(BOT, WEB, "t1")) == 1

    async def test_a_batch_is_kept_in_its_order(self, storage: Storage) -> None:
        batch = [arrival(str(i), thread=f"t{i % 4}") for i in range(200)]
        seqs = [answer.seq for answer in await storage.accept(batch)]
        assert seqs == sorted(seqs)
        texts = [text for _, _, text in await history(storage, conversation_id(BOT, WEB, "t3"))]
        assert texts == [str(i) for i in range(3, 200, 4)]

    async def test_a_batch_is_kept_as_a_whole_or_not_at_all(self, storage: Storage) -> None:
        bad = arrival(thread="t2", event=CustomEvent(name="x", data={"it": object()}))
        with pytest.raises(NotStorable):
            await storage.accept([arrival("good"), bad])
        with pytest.raises(NoConversation):
            await storage.load(CID)

    async def test_only_what_people_see_has_a_position(self, storage: Storage) -> None:
        events: list[Incoming] = [
            PayloadEvent(payload="BUY", title="Buy"),
            ReferralEvent(ref="ad"),
            ReactionEvent(emoji="👍", target="x"),
            MessageEvent(body="hi"),
        ]
        answers = await storage.accept([arrival(event=event) for event in events])
        assert [answer.n for answer in answers] == [1, None, None, 2]

    async def test_seqs_are_never_used_again(self, storage: Storage) -> None:
        seqs = [(await accept(storage, thread=f"t{i}")).seq for i in range(5)]
        assert len(set(seqs)) == 5

    async def test_inp_02_a_nul_is_replaced(self, storage: Storage) -> None:
        claim = await begin(storage, "a\x00b", sender="s\x00", external_id="x\x00")
        assert claim.event.text == "a\ufffdb"
        assert await history(storage) == [(1, "in", "a\ufffdb")]
        assert (await accept(storage, "a\x00b", sender="s\x00", external_id="x\x00")).duplicate

    async def test_inp_03_a_lone_surrogate_is_replaced(self, storage: Storage) -> None:
        raw = {"deep": ["\udc00", {"k\ud800": 1}]}
        claim = await begin(storage, event=MessageEvent(body="a\ud800b😀", raw=raw))
        assert claim.event == MessageEvent(body="a\ufffdb😀", raw={"deep": ["\ufffd", {"k\ufffd": 1}]})
        done = await finish(storage, claim, "echo \ud800 \x00", variables={"said": "\udfff"})
        assert done.messages[0].message == TextMessage(text="echo \ufffd \ufffd")
        assert (await storage.load(CID)).conversation.variables == {"said": "\ufffd"}

    async def test_a_written_out_escape_is_not_changed(self, storage: Storage) -> None:
        assert (await begin(storage, "C:\\u0000 \\ud800")).event.text == "C:\\u0000 \\ud800"

    async def test_a_burst_is_claimed_up_to_the_first_other_event(self, storage: Storage) -> None:
        first = await begin(storage, "one")
        for body in ("two", "three"):
            await accept(storage, body)
        await accept(storage, event=PayloadEvent(payload="BUY"))
        await accept(storage, "five")
        more = await storage.claim_more(first, 10)
        assert [claim.event.text for claim in more] == ["two", "three"]
        done = await finish(storage, first, "all three", also=tuple(claim.seq for claim in more))
        assert done.next is not None
        assert done.next.event == PayloadEvent(payload="BUY")

    async def test_what_has_no_words_takes_no_further_messages(self, storage: Storage) -> None:
        tap = await begin(storage, event=PayloadEvent(payload="BUY"))
        await accept(storage, "and quickly")
        assert await storage.claim_more(tap, 10) == []

    async def test_a_burst_keeps_to_its_limit(self, storage: Storage) -> None:
        first = await begin(storage)
        for _ in range(5):
            await accept(storage)
        assert len(await storage.claim_more(first, 2)) == 2

    async def test_a_released_claim_costs_no_attempt(self, storage: Storage) -> None:
        claim = await begin(storage)
        await storage.release([claim])
        again = await storage.claim(CID)
        assert again is not None
        assert (again.seq, again.attempts) == (claim.seq, 1)

    async def test_recovery_finds_what_was_released(self, storage: Storage) -> None:
        await storage.release([await begin(storage)])
        assert await storage.recover() == [CID]
        assert await storage.recover() == []

    async def test_claiming_where_nothing_is_open_gives_none(self, storage: Storage) -> None:
        await finish(storage, await begin(storage))
        assert await storage.claim(CID) is None
        assert await storage.claim(conversation_id(BOT, WEB, "never seen")) is None


class RecoveryContract:
    """What must be true after a crash."""

    async def test_open_events_are_found_again_oldest_first(self, database: Database) -> None:
        storage = await database.open()
        first = await begin(storage, "one")
        await accept(storage, "two")
        storage = await database.open()
        assert await storage.recover() == [CID]
        claim = await storage.claim(CID)
        assert claim is not None
        assert (claim.seq, claim.event.text, claim.fence > first.fence) == (first.seq, "one", True)

    async def test_recovery_comes_in_pieces_and_ends(self, database: Database) -> None:
        storage = await database.open()
        await storage.accept([arrival(thread=f"t{i}") for i in range(25)])
        storage = await database.open()
        found = []
        while some := await storage.recover(10):
            found += some
        assert len(found) == len(set(found)) == 25

    async def test_what_was_finished_is_not_recovered(self, database: Database) -> None:
        storage = await database.open()
        await finish(storage, await begin(storage), "answer")
        storage = await database.open()
        assert await storage.recover() == []
        assert (await accept(storage)).claim is not None

    async def test_an_event_that_comes_before_recovery_does_not_overtake(self, database: Database) -> None:
        await begin(await database.open(), "one")
        storage = await database.open()
        assert (await accept(storage, "two")).claim is None
        assert await storage.recover() == [CID]
        claim = await storage.claim(CID)
        assert claim is not None
        assert claim.event.text == "one"

    async def test_poi_02_attempts_are_counted_before_the_handler_runs(self, database: Database) -> None:
        storage = await database.open()
        claim = await begin(storage)
        for crash in (1, 2, 3):
            storage = await database.open()
            await storage.recover()
            again = await storage.claim(CID)
            assert again is not None
            assert (again.seq, again.attempts, again.failures) == (claim.seq, crash + 1, 0)

    async def test_cra_14_recovery_again_and_again_converges(self, database: Database) -> None:
        await (await database.open()).accept([arrival(thread=f"t{i}") for i in range(5)])
        for _ in range(5):
            await (await database.open()).recover()
        storage = await database.open()
        found = await storage.recover()
        for conversation in found:
            claim = await storage.claim(conversation)
            assert claim is not None
            assert (await finish(storage, claim, "once")).next is None
        for conversation in found:
            assert await history(storage, conversation) == [(1, "in", "hello"), (2, "out", "once")]

    async def test_poi_04_a_dead_letter_is_replayed_once(self, database: Database) -> None:
        storage = await database.open()
        claim = await begin(storage, "poison", at_ms=NOW - 5)
        await finish(storage, claim, outcome="dead", error="ValueError: no")
        (letter,) = await storage.dead_letters(BOT)
        assert (letter.seq, letter.event.text, letter.error) == (claim.seq, "poison", "ValueError: no")
        assert (letter.attempts, letter.died_ms, letter.conversation_id) == (1, NOW, CID)
        storage = await database.open()
        replayed = await storage.replay(BOT, claim.seq, NOW + 1)
        assert replayed.claim is not None
        assert (replayed.seq > claim.seq, replayed.claim.event.text) == (True, "poison")
        with pytest.raises(NoDeadLetter):
            await storage.replay(BOT, claim.seq, NOW + 2)
        await finish(storage, replayed.claim, "cured")
        assert await storage.dead_letters(BOT) == []
        assert await history(storage) == [(1, "in", "poison"), (2, "out", "cured")]

    async def test_a_replay_waits_at_the_end_of_the_queue(self, storage: Storage) -> None:
        claim = await begin(storage, "poison")
        await finish(storage, claim, outcome="dead", error="x")
        first = await begin(storage, "one")
        await accept(storage, "two")
        assert (await storage.replay(BOT, claim.seq, NOW)).claim is None
        second = (await finish(storage, first)).next
        assert second is not None
        last = (await finish(storage, second)).next
        assert last is not None
        assert [second.event.text, last.event.text] == ["two", "poison"]

    async def test_dead_letters_belong_to_their_bot_and_come_in_pages(self, storage: Storage) -> None:
        for i in range(5):
            await finish(storage, await begin(storage, f"p{i}", thread=f"t{i}"), outcome="dead", error="x")
        page = await storage.dead_letters(BOT, limit=3)
        rest = await storage.dead_letters(BOT, limit=3, after=page[-1].seq)
        assert [letter.event.text for letter in page + rest] == ["p0", "p1", "p2", "p3", "p4"]
        with pytest.raises(NoDeadLetter):
            await storage.replay(BOT, Seq(99_999), NOW)
