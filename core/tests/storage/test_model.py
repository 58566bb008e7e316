"""The storage against a model of a few lists, over thousands of random histories with crashes in them."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from core.tests.storage.databases import SqliteDatabase, check_invariants
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gutenbot.events.incoming import TimerEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import ConversationId, conversation_id
from gutenbot.storage.rows import Claim, OutgoingRow, Seq, TimerRow
from gutenbot.testing.contracts.storage_kit import BOT, NOW, WEB, accept, finish, history

T = TypeVar("T")
FAR = NOW + 10**12
THREADS = ("a", "b", "c")
threads = st.sampled_from(THREADS)


@dataclass
class Open:
    """An accepted event that has not ended."""

    seq: int
    text: str
    attempts: int = 0
    failures: int = 0
    waits: bool = False


@dataclass
class Conversation:
    """What the storage must know of one thread."""

    open: list[Open] = field(default_factory=list)
    claim: Claim | None = None
    released: bool = False
    rev: int = 0
    thread: list[tuple[str, str]] = field(default_factory=list)
    timers: dict[str, int] = field(default_factory=dict)
    unsent: list[int] = field(default_factory=list)
    sending: OutgoingRow | None = None
    cut_off: bool = False
    """The oldest unsent message was being sent when the process died."""


class StorageMachine(RuleBasedStateMachine):
    """Every rule does the same to the storage and to the model, and compares the answers."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="gutenbot-model-"))
        shutil.copy(self.template, self.folder / "gutenbot.db")
        self.loop = asyncio.Runner()
        self.database = SqliteDatabase(self.folder / "gutenbot.db")
        self.storage = self.run(self.database.open())
        self.conversations = {thread: Conversation() for thread in THREADS}
        self.known: dict[str, int] = {}
        self.dead: dict[int, tuple[str, str]] = {}
        self.sent: dict[tuple[str, str], int] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    def teardown(self) -> None:
        self.run(self.database.close())
        self.loop.close()
        check_invariants(self.database.path)
        shutil.rmtree(self.folder)

    # In -------------------------------------------------------------------------------------------------------------

    @rule(thread=threads, number=st.integers(0, 30))
    def accept(self, thread: str, number: int) -> None:
        external = f"{thread}{number}"
        answer = self.run(accept(self.storage, external, thread=thread, external_id=external))
        if external in self.known:
            assert (answer.duplicate, answer.seq, answer.claim) == (True, self.known[external], None)
            return
        assert not answer.duplicate
        self.known[external] = answer.seq
        model = self.conversations[thread]
        model.thread.append(("in", external))
        assert answer.n == len(model.thread)
        self.arrived(thread, answer.seq, external, answer.claim)

    def arrived(self, thread: str, seq: int, text: str, claim: Claim | None) -> None:
        """A new open event: claimed exactly when its conversation was idle."""
        model = self.conversations[thread]
        idle = not model.open
        model.open.append(Open(seq, text))
        assert (claim is not None) == idle
        if claim is not None:
            self.claimed(thread, claim)

    def claimed(self, thread: str, claim: Claim) -> None:
        model = self.conversations[thread]
        head = model.open[0]
        head.attempts += 1
        assert (claim.seq, claim.attempts, claim.failures) == (head.seq, head.attempts, head.failures)
        model.claim, model.released = claim, False

    # Turns ----------------------------------------------------------------------------------------------------------

    def running(self) -> list[str]:
        return [thread for thread, model in self.conversations.items() if model.claim]

    @precondition(lambda self: self.running())
    @rule(data=st.data(), says=st.integers(0, 2), due=st.sampled_from([None, NOW, NOW + 50]))
    def commit(self, data: st.DataObject, says: int, due: int | None) -> None:
        thread = data.draw(st.sampled_from(self.running()))
        model, cid = self.conversations[thread], place(thread)
        head, claim = model.open.pop(0), model.claim
        assert claim is not None
        texts = [f"{head.text}.{i}" for i in range(says)]
        timers = () if due is None else (TimerRow(conversation_id=cid, name="t", due_ms=due),)
        done = self.run(finish(self.storage, claim, *texts, timers=timers, variables={"rev": model.rev + 1}))
        assert done.applied
        for row, text in zip(done.messages, texts, strict=True):
            model.thread.append(("out", text))
            model.unsent.append(row.n)
            assert row.n == len(model.thread)
        if due is not None:
            model.timers["t"] = due
        self.followed(thread, done.next, done.retry_at_ms)

    def followed(self, thread: str, following: Claim | None, retry_at: int | None) -> None:
        """After a commit: the next open event is claimed, or waits, or there is none."""
        model = self.conversations[thread]
        model.rev += 1
        model.claim = None
        ready = bool(model.open) and not model.open[0].waits
        assert (following is not None) == ready
        assert (retry_at is not None) == (bool(model.open) and not ready)
        if following is not None:
            self.claimed(thread, following)

    @precondition(lambda self: self.running())
    @rule(data=st.data(), later=st.booleans())
    def retry(self, data: st.DataObject, later: bool) -> None:
        thread = data.draw(st.sampled_from(self.running()))
        model = self.conversations[thread]
        assert model.claim is not None
        model.open[0].failures += 1
        model.open[0].waits = later
        done = self.run(
            finish(self.storage, model.claim, outcome="retry", error="x", not_before_ms=FAR if later else NOW)
        )
        self.followed(thread, done.next, done.retry_at_ms)

    @precondition(lambda self: self.running())
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        thread = data.draw(st.sampled_from(self.running()))
        model = self.conversations[thread]
        assert model.claim is not None
        head = model.open.pop(0)
        self.dead[head.seq] = (thread, head.text)
        done = self.run(finish(self.storage, model.claim, outcome="dead", error="x"))
        self.followed(thread, done.next, done.retry_at_ms)

    @precondition(lambda self: self.dead)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        seq = data.draw(st.sampled_from(sorted(self.dead)))
        thread, text = self.dead.pop(seq)
        answer = self.run(self.storage.replay(BOT, Seq(seq), NOW))
        assert answer.seq > max(self.known.values())
        self.arrived(thread, answer.seq, text, answer.claim)
        self.known[f"replay {answer.seq}"] = answer.seq

    @precondition(lambda self: self.running())
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        thread = data.draw(st.sampled_from(self.running()))
        model = self.conversations[thread]
        assert model.claim is not None
        self.run(self.storage.release([model.claim]))
        model.open[0].attempts -= 1
        model.claim, model.released = None, True

    @rule()
    def recover(self) -> None:
        released = {place(thread): model for thread, model in self.conversations.items() if model.released}
        assert set(self.run(self.storage.recover())) == set(released)
        for model in released.values():
            model.released = False
            for event in model.open:
                event.waits = False

    @rule(thread=threads)
    def claim(self, thread: str) -> None:
        model = self.conversations[thread]
        if model.claim is not None:
            return
        claim = self.run(self.storage.claim(place(thread)))
        assert (claim is not None) == (bool(model.open) and not model.open[0].waits)
        model.released = False
        if claim is not None:
            self.claimed(thread, claim)

    @rule(now_ms=st.sampled_from([NOW, NOW + 50]))
    def fire_timers(self, now_ms: int) -> None:
        due = {thread for thread, model in self.conversations.items() if model.timers.get("t", FAR) <= now_ms}
        fired = self.run(self.storage.fire_timers(now_ms, 100))
        by_place = {place(thread): thread for thread in THREADS}
        assert {by_place[item.conversation_id] for item in fired} == due
        for item in fired:
            thread = by_place[item.conversation_id]
            assert item.claim is None or isinstance(item.claim.event, TimerEvent)
            del self.conversations[thread].timers["t"]
            self.known[f"timer {item.seq}"] = item.seq
            self.arrived(thread, item.seq, "timer", item.claim)

    # Out ------------------------------------------------------------------------------------------------------------

    @rule(thread=threads, key=st.sampled_from("xy"))
    def send(self, thread: str, key: str) -> None:
        model = self.conversations[thread]
        if not model.thread:
            return
        text = f"{thread} {key}"
        rows = self.run(self.storage.send(place(thread), key, [TextMessage(text=text)], deliver=True, now_ms=NOW))
        if (thread, key) not in self.sent:
            model.thread.append(("out", text))
            self.sent[thread, key] = len(model.thread)
            model.unsent.append(len(model.thread))
        assert [row.n for row in rows] == [self.sent[thread, key]]

    @rule(thread=threads)
    def claim_send(self, thread: str) -> None:
        model = self.conversations[thread]
        row = self.run(self.storage.claim_send(place(thread), NOW))
        if model.sending is not None or not model.unsent:
            assert row is None
            return
        assert row is not None
        assert (row.n, row.state) == (model.unsent[0], "unknown" if model.cut_off else "claimed")
        model.sending, model.cut_off = row, False

    @rule(thread=threads, state=st.sampled_from(["sent", "failed", "unknown", "queued"]))
    def finish_send(self, thread: str, state: str) -> None:
        model = self.conversations[thread]
        if model.sending is None:
            return
        self.run(self.storage.finish_send(model.sending, state, now_ms=NOW, retry_at_ms=NOW))
        model.sending = None
        if state != "queued":
            model.unsent.pop(0)

    # The end of the process -----------------------------------------------------------------------------------------

    @rule()
    def crash(self) -> None:
        self.storage = self.run(self.database.open())
        held = {place(thread) for thread, model in self.conversations.items() if model.open}
        assert set(self.run(self.storage.recover())) == held
        for thread, model in self.conversations.items():
            model.claim, model.released = None, False
            model.cut_off = model.cut_off or model.sending is not None
            model.sending = None
            for event in model.open:
                event.waits = False
            claim = self.run(self.storage.claim(place(thread)))
            assert (claim is not None) == bool(model.open)
            if claim is not None:
                self.claimed(thread, claim)

    @invariant()
    def threads_are_the_same(self) -> None:
        for thread, model in self.conversations.items():
            found = self.run(history(self.storage, place(thread)))
            assert found == [(n, *entry) for n, entry in enumerate(model.thread, 1)]
            if model.rev:
                loaded = self.run(self.storage.load(place(thread)))
                assert loaded.conversation.rev == model.rev


def place(thread: str) -> ConversationId:
    return conversation_id(BOT, WEB, thread)


@pytest.mark.slow
@pytest.mark.timeout(600)  # to shrink a history that fails takes time
def test_the_storage_does_what_the_model_does(migrated: Path) -> None:
    StorageMachine.template = migrated
    limits = settings(
        max_examples=25,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    StorageMachine.TestCase.settings = limits
    StorageMachine.TestCase().runTest()
