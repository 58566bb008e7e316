"""The contract of loading, recording and committing turns, and of timers."""

import pytest

from gutenbot.events.incoming import HIDDEN, TimerEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import FrameId
from gutenbot.storage.errors import LeaseLost, NoConversation, NotStorable, StateTooLarge
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Committed, Execute, TimerRow, TurnCommit, UserPatch
from gutenbot.testing.contracts.storage_kit import (
    BOT,
    CID,
    NOW,
    Database,
    accept,
    begin,
    finish,
    frame,
    history,
    journal,
)


class TurnContract:
    """What must be true of a turn."""

    async def test_a_commit_changes_all_at_once(self, storage: Storage) -> None:
        claim = await begin(storage, "hi")
        done = await finish(
            storage,
            claim,
            "hello",
            "how are you?",
            variables={"greeted": True},
            frames=(frame(),),
            journal=(journal(),),
            trace=b'{"handler":"greet"}',
        )
        assert [(row.n, row.cause, row.k, row.state) for row in done.messages] == [
            (2, str(claim.seq), 0, "queued"),
            (3, str(claim.seq), 1, "queued"),
        ]
        loaded = await storage.load(CID)
        assert (loaded.conversation.rev, loaded.conversation.last_n) == (1, 3)
        assert (loaded.conversation.variables, loaded.frames, loaded.journal) == (
            {"greeted": True},
            (frame(),),
            (journal(),),
        )
        assert await storage.trace(BOT, claim.seq) == b'{"handler":"greet"}'
        assert await history(storage) == [(1, "in", "hi"), (2, "out", "hello"), (3, "out", "how are you?")]

    async def test_a_stale_revision_changes_nothing(self, storage: Storage) -> None:
        claim = await begin(storage)
        await accept(storage, "two")
        following = (await finish(storage, claim, "first")).next
        assert following is not None
        stale = await finish(storage, following, "stale", rev=0, variables={"x": 1})
        assert (stale.applied, stale.messages) == (False, ())
        assert (await finish(storage, following, "second")).applied
        assert [text for _, way, text in await history(storage) if way == "out"] == ["first", "second"]

    async def test_con_02_an_owner_of_before_the_crash_changes_nothing(self, database: Database) -> None:
        old = await begin(await database.open())
        storage = await database.open()
        await storage.recover()
        assert not (await finish(storage, old, "from the dead")).applied
        with pytest.raises(LeaseLost):
            await storage.record(old, journal())
        claim = await storage.claim(CID)
        assert claim is not None
        assert (await finish(storage, claim, "alive")).applied
        assert await history(storage) == [(1, "in", "hello"), (2, "out", "alive")]

    async def test_exactly_the_events_with_a_secret_lose_their_words(self, storage: Storage) -> None:
        first = await begin(storage, "my password is")
        for body in ("hunter2", "and thanks"):
            await accept(storage, body)
        more = await storage.claim_more(first, 10)
        await finish(storage, first, "Noted.", also=tuple(claim.seq for claim in more), redact=(first, more[0]))
        assert [text for _, _, text in await history(storage)] == [HIDDEN, HIDDEN, "and thanks", "Noted."]

    async def test_an_event_is_ended_once(self, storage: Storage) -> None:
        claim = await begin(storage)
        await accept(storage, "two")
        await finish(storage, claim, "once")
        with pytest.raises(LeaseLost):
            await finish(storage, claim, "twice")
        assert (await storage.load(CID)).conversation.rev == 1

    async def test_what_is_not_delivered_counts_as_sent(self, storage: Storage) -> None:
        done = await finish(storage, await begin(storage), "hello", deliver=False)
        assert [row.state for row in done.messages] == ["sent"]
        assert await storage.undelivered(10) == []

    async def test_a_retry_keeps_the_conversation_and_its_order(self, storage: Storage) -> None:
        claim = await begin(storage, "one")
        await accept(storage, "two")
        put_off = await finish(storage, claim, outcome="retry", error="TimeoutError", not_before_ms=NOW + 10**12)
        assert (put_off.applied, put_off.next, put_off.retry_at_ms) == (True, None, NOW + 10**12)
        assert await storage.claim(CID) is None
        assert (await accept(storage, "three")).claim is None

    async def test_tim_04_a_retry_whose_moment_somebody_has_seen_is_claimed_whatever_the_clock_says_now(
        self, storage: Storage
    ) -> None:
        await finish(storage, await begin(storage), outcome="retry", not_before_ms=NOW + 10**12)
        assert await storage.claim(CID) is None
        claim = await storage.claim(CID, due=True)
        assert claim is not None
        assert (claim.attempts, claim.failures) == (2, 1)

    async def test_a_retry_counts_its_failure(self, storage: Storage) -> None:
        claim = await begin(storage)
        again = (await finish(storage, claim, outcome="retry", error="x", not_before_ms=NOW)).next
        assert again is not None
        assert (again.seq, again.attempts, again.failures) == (claim.seq, 2, 1)
        assert (await finish(storage, again, "at last")).next is None

    async def test_after_a_restart_a_retry_is_ready_at_once(self, database: Database) -> None:
        storage = await database.open()
        await finish(storage, await begin(storage), outcome="retry", not_before_ms=NOW + 10**12)
        storage = await database.open()
        assert await storage.recover() == [CID]
        claim = await storage.claim(CID)
        assert claim is not None
        assert (claim.attempts, claim.failures) == (2, 1)

    async def test_frames_end_with_their_journals(self, storage: Storage) -> None:
        frames = (frame("f1"), frame("f2", depth=1))
        first = await finish(storage, await begin(storage), frames=frames, journal=(journal("f1"), journal("f2")))
        assert first.applied
        assert [item.frame_id for item in (await storage.load(CID)).frames] == ["f1", "f2"]
        changed = frame("f1", revision=7)
        await finish(storage, await begin(storage), ended=(FrameId("f2"),), frames=(changed,))
        loaded = await storage.load(CID)
        assert (loaded.frames, loaded.journal) == ((changed,), (journal("f1"),))

    async def test_a_journal_is_written_anew(self, storage: Storage) -> None:
        rows = (journal(n=0, entries=["a"]), journal(n=1, entries=["b"]))
        await finish(storage, await begin(storage), frames=(frame(),), journal=rows)
        anew = journal(n=0, entries=["c"])
        await finish(storage, await begin(storage), drop_journal=(FrameId("f1"),), journal=(anew,))
        assert (await storage.load(CID)).journal == (anew,)

    async def test_cra_06_a_recorded_step_outlives_a_crash(self, database: Database) -> None:
        storage = await database.open()
        await storage.record(await begin(storage), journal(entries=["paid"]))
        storage = await database.open()
        assert (await storage.load(CID)).journal == (journal(entries=["paid"]),)

    async def test_poi_03_a_state_that_is_too_large_changes_nothing(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), variables={"kept": 1})
        claim = await begin(storage)
        with pytest.raises(StateTooLarge):
            await finish(storage, claim, "no", variables={"large": "x" * (2 << 20)})
        assert (await storage.load(CID)).conversation.variables == {"kept": 1}
        assert (await finish(storage, claim, "still here", outcome="dead", error="too large")).applied

    async def test_poi_03_a_state_may_not_grow_too_large_in_small_steps(self, storage: Storage) -> None:
        claim = await begin(storage)
        part = "x" * (100 << 10)
        for n in range(10):
            await storage.record(claim, journal(n=n, entries=[part]))
        with pytest.raises(StateTooLarge):
            await storage.record(claim, journal(n=10, entries=[part]))
        assert len((await storage.load(CID)).journal) == 10

    async def test_rewriting_the_same_variables_is_not_growth(self, storage: Storage) -> None:
        for _ in range(30):
            await finish(storage, await begin(storage), variables={"part": "x" * (100 << 10)})
        assert (await storage.load(CID)).conversation.rev == 30

    async def test_poi_03_what_is_not_json_changes_nothing(self, storage: Storage) -> None:
        claim = await begin(storage)
        with pytest.raises(NotStorable):
            await finish(storage, claim, variables={"socket": object()})
        assert (await finish(storage, claim, "fine")).applied

    async def test_a_change_of_mode_raises_its_epoch(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), set_mode="human")
        await finish(storage, await begin(storage), set_mode="human")
        loaded = await storage.load(CID)
        assert (loaded.conversation.mode, loaded.conversation.mode_epoch) == ("human", 1)

    async def test_records_succeed_and_fail_with_the_turn(self, storage: Storage) -> None:
        def note(text: str) -> object:
            def record(execute: Execute) -> None:
                execute("CREATE TABLE IF NOT EXISTS contract_note (text TEXT)")
                execute("INSERT INTO contract_note (text) VALUES (:text)", {"text": text})
                if text == "bad":
                    raise ValueError(text)

            return record

        seen: list[tuple[object, ...]] = []
        await finish(storage, await begin(storage), records=(note("good"),))
        claim = await begin(storage)
        with pytest.raises(ValueError, match="bad"):
            await finish(storage, claim, "said", records=(note("bad"),))
        last = await finish(
            storage, claim, records=(lambda execute: seen.extend(execute("SELECT text FROM contract_note")),)
        )
        assert last.applied
        assert (seen[0][0], len(set(seen))) == ("good", 1)
        assert [way for _, way, _ in await history(storage)] == ["in", "in"]

    async def test_what_comes_with_a_claim_is_what_load_gives(self, storage: Storage) -> None:
        patch = UserPatch(set_attributes={"name": "Ada"})
        claims = [await begin(storage, at_ms=NOW + 5)]
        changes = {"frames": (frame(),), "journal": (journal(),), "variables": {"a": 1}, "user": patch}
        await finish(storage, claims[0], "said", **changes)
        claims.append(await begin(storage, at_ms=NOW + 9))
        assert claims[1].loaded in (None, await storage.load(CID))
        large = {"part": "x" * (100 << 10)}
        await finish(storage, claims[1], variables=large)
        claims.append(await begin(storage))
        assert claims[2].loaded is None or claims[2].loaded.conversation.variables == large

    async def test_who_waits_for_the_end_of_a_turn_is_told_once_it_is_on_disk(self, storage: Storage) -> None:
        claim = await begin(storage)
        rev = (await storage.load(CID)).conversation.rev
        told: list[bool] = []
        for expected in (True, False):
            turn = TurnCommit(claim=claim, rev=rev, outcome="done", messages=(TextMessage(text="said"),), now_ms=NOW)
            done = await storage.commit(turn, lambda done: told.append(done.applied))
            assert done.applied is expected
        assert told == [True, False]

    async def test_who_waits_is_not_told_of_a_turn_that_failed(self, storage: Storage) -> None:
        told: list[Committed] = []
        turn = TurnCommit(claim=await begin(storage), rev=0, outcome="done", variables={"a": object()}, now_ms=NOW)
        with pytest.raises(NotStorable):
            await storage.commit(turn, told.append)
        assert not told

    async def test_loading_an_unknown_conversation_is_an_error(self, storage: Storage) -> None:
        with pytest.raises(NoConversation):
            await storage.load(CID)

    async def test_a_turn_changes_the_user(self, storage: Storage) -> None:
        patch = UserPatch(set_attributes={"name": "Ada"}, tags={"vip": "gold"}, profile={"locale": "en"})
        await finish(storage, await begin(storage), user=patch)
        user = (await storage.load(CID)).user
        assert (user.attributes, user.profile, user.profile_ms) == ({"name": "Ada"}, {"locale": "en"}, NOW)
        assert await storage.tags(BOT, user.user_id) == {"VIP": ("gold", NOW)}

    async def test_a_message_from_outside_does_not_disturb_a_running_turn(self, storage: Storage) -> None:
        claim = await begin(storage)
        loaded = await storage.load(CID)
        (sent,) = await storage.send(CID, "op-1", [TextMessage(text="psst")], deliver=True, now_ms=NOW)
        turn = TurnCommit(
            claim=claim,
            rev=loaded.conversation.rev,
            outcome="done",
            messages=(TextMessage(text="answer"),),
            now_ms=NOW,
        )
        done = await storage.commit(turn)
        assert (sent.n, done.messages[0].n) == (2, 3)


class TimerContract:
    """What must be true of timers."""

    async def test_a_due_timer_becomes_an_event_once(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), timers=(_timer("remind", NOW + 10),))
        assert await storage.next_timer() == NOW + 10
        assert await storage.fire_timers(NOW + 9, 10) == []
        (fired,) = await storage.fire_timers(NOW + 10, 10)
        assert fired.claim is not None
        assert fired.claim.lane == "timer"
        assert isinstance(fired.claim.event, TimerEvent)
        assert fired.n is None
        assert await storage.fire_timers(NOW + 10, 10) == []
        assert await storage.next_timer() is None

    async def test_setting_a_timer_again_replaces_it_with_a_higher_generation(self, storage: Storage) -> None:
        generations = []
        for _ in range(2):
            for due in (NOW + 50, NOW + 10):
                await finish(storage, await begin(storage), timers=(_timer("remind", due),))
            (fired,) = await storage.fire_timers(NOW + 99, 10)
            assert fired.claim is not None
            assert isinstance(fired.claim.event, TimerEvent)
            generations.append(fired.claim.event.generation)
            await finish(storage, fired.claim)
        assert generations[0] < generations[1]

    async def test_a_cancelled_timer_does_not_fire(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), timers=(_timer("a", NOW + 1), _timer("b", NOW + 2)))
        await finish(storage, await begin(storage), cancel_timers=("a",))
        (fired,) = await storage.fire_timers(NOW + 99, 10)
        assert fired.claim is not None
        assert isinstance(fired.claim.event, TimerEvent)
        assert fired.claim.event.name == "b"

    async def test_a_timer_of_a_busy_conversation_waits_its_turn(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), timers=(_timer("remind", NOW),))
        busy = await begin(storage, "talking")
        (fired,) = await storage.fire_timers(NOW, 10)
        assert fired.claim is None
        following = (await finish(storage, busy)).next
        assert following is not None
        assert following.seq == fired.seq

    async def test_tim_07_many_timers_that_are_late_come_paced_and_in_order(self, storage: Storage) -> None:
        timers = tuple(_timer(f"timer {i:04}", NOW + (i * 7919) % 1000) for i in range(1000))
        await finish(storage, await begin(storage), timers=timers)
        seqs, counts = [], []
        while fired := await storage.fire_timers(NOW + 3_600_000, 100):
            counts.append(len(fired))
            seqs += [item.seq for item in fired]
        assert counts == [100] * 10
        names = []
        claim = await storage.claim(CID)
        while claim is not None:
            assert isinstance(claim.event, TimerEvent)
            names.append(claim.event.name)
            claim = (await finish(storage, claim)).next
        due = {timer.name: timer.due_ms for timer in timers}
        assert [due[name] for name in names] == sorted(due.values())


def _timer(name: str, due_ms: int) -> TimerRow:
    return TimerRow(conversation_id=CID, name=name, due_ms=due_ms)
