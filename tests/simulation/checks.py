"""What must be true: after every transaction, at every send, at every 2xx, and when the world has come to rest."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gutenbot.events.messages import plain_text
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.codec import decode_object
from gutenbot.storage.rows import Claim, Committed, OutgoingRow
from gutenbot.turns.attempt import MAX_CRASHES
from tests.simulation.bot import Expected
from tests.simulation.loop import Process
from tests.simulation.model.server import Job
from tests.simulation.model.tables import Event, Message, Place, Tables

if TYPE_CHECKING:
    from tests.simulation.world import World

_FINAL = ("sent", "failed", "unknown", "cancelled")


class Broken(AssertionError):
    """A promise was broken."""


@dataclass(slots=True)
class _Seen:
    """A conversation as the checks saw it last."""

    owner: str | None = None
    fence: int = 0
    rev: int = 0
    lines: int = 0
    causes: set[tuple[str, int]] = field(default_factory=set)
    done: int = 0


def must(holds: bool, sentence: str) -> None:
    """Raises `Broken` unless it holds."""
    if not holds:
        raise Broken(sentence)


class Checks:
    """All of them, for one world."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.transactions = 0
        self.sends = 0
        self._seen: dict[ConversationId, _Seen] = {}
        self._claimed_by: dict[int, dict[int, str]] = {}
        """Event → attempt → who claimed it. An attempt that was taken back is the next one's again."""
        self._lost: Counter[str] = Counter()
        """Worker → how often what it had in flight became unclear."""
        self._tries: dict[str, list[str]] = {}
        """Key of a message → the workers that began to send it, in order."""

    @property
    def db(self) -> Tables:
        return self.world.server.tables

    # At every transaction -------------------------------------------------------------------------------------------

    def transaction(self, boot: str, jobs: Sequence[Job]) -> None:
        """Called by the database after each transaction."""
        self.transactions += 1
        for job in jobs:
            self._tell(boot, job)
            if job.name == "commit" and isinstance(job.result, Committed) and job.result.applied:
                self._guarded(boot, job)
        for conversation_id in sorted(self.db.touched):
            self._place(boot, self.db.places[conversation_id])

    def _tell(self, boot: str, job: Job) -> None:
        if job.error is not None and not isinstance(job.error, GutenbotError):
            raise Broken(f"{job.name} raised {job.error!r}") from job.error
        if job.name == "fire timers" and job.error is None:
            twice = [accepted.seq for accepted in job.result if accepted.duplicate]
            must(not twice, f"the timers of events {twice} fired twice")
        for claim in _claims(job.result):
            self._claimed_by.setdefault(claim.seq, {})[claim.attempts] = boot
        self.world.trace.note(self.db.now(), boot, f"{job.name} {job.place[:6]} {_short(job)}")

    def _guarded(self, boot: str, job: Job) -> None:
        """Only who holds the conversation, with the fence of its claim, has committed (CON-02)."""
        claim: Claim = job.about.claim
        seen = self._seen[claim.conversation_id]
        must(
            (seen.owner, seen.fence, seen.rev) == (boot, claim.fence, job.about.rev),
            f"{boot} committed turn {claim.seq} with fence {claim.fence}, but {seen.owner} holds it with {seen.fence}",
        )

    def _place(self, boot: str, place: Place) -> None:
        seen = self._seen.setdefault(place.conversation_id, _Seen())
        name = place.thread
        must((place.owner is None) == (not place.open), f"{name}: held exactly while something is open: {place.owner}")
        must(place.rev >= seen.rev and place.fence >= seen.fence, f"{name}: revision and fence never go back")
        if place.owner != seen.owner and seen.owner and place.owner and boot != seen.owner:
            must(not self.db.is_live(seen.owner), f"{name}: {boot} took it from {seen.owner}, whose lease lasts")
            must(place.fence > seen.fence, f"{name}: a new owner has a new fence")
        if place.owner != seen.owner and place.owner:
            must(place.owner == boot, f"{name}: {boot} gave it to {place.owner}")
        for line in place.lines[seen.lines :]:
            seen.lines += 1
            n = line.n if isinstance(line, Event) else line.row.n
            must(n == seen.lines, f"{name}: position {n} stands at {seen.lines}")
            if isinstance(line, Message):
                cause = (line.row.cause, line.row.k)
                must(cause not in seen.causes, f"{name}: message {cause} was made twice")
                seen.causes.add(cause)
        seen.owner, seen.fence, seen.rev = place.owner, place.fence, place.rev

    # At every send --------------------------------------------------------------------------------------------------

    def send_begins(self, process: Process, row: OutgoingRow) -> None:
        """A worker hands a message to a network."""
        try:
            self._send_begins(process, row)
        except Broken as broken:
            self.world.loop.failure = broken  # the sender takes every error of a channel for one of the network
            raise

    def _send_begins(self, process: Process, row: OutgoingRow) -> None:
        self.sends += 1
        boot = process.name
        place = self.db.places[row.conversation_id]
        must(row.n <= place.last_n, f"{row.key} is sent, and nothing committed it")
        message = place.lines[row.n - 1]
        assert isinstance(message, Message)
        must(message.row.key == row.key, f"{row.key} is sent, and its place has {message.row.key}")
        self.world.trace.note(self.db.now(), boot, f"sends {row.thread} n{row.n} try {row.tries}")
        must(
            (message.state, message.owner) == ("claimed", boot),
            f"{boot} sends n{row.n} of {row.thread}, which is {message.state} by {message.owner}",
        )
        must(self.db.is_live(boot), f"{boot} sends n{row.n} of {row.thread} after its lease (NET-04)")
        for before in place.lines[: row.n - 1]:
            if isinstance(before, Message):
                must(before.state in _FINAL, f"{row.thread}: n{row.n} is sent before n{before.row.n}, {before.state}")
        self._tries.setdefault(row.key, []).append(boot)

    def lost(self, boot: str) -> None:
        """What this worker has in flight is unclear from now on."""
        self._lost[boot] += 1

    def everybody_lost(self) -> None:
        """The database went away."""
        for worker in self.world.workers:
            self.lost(worker.boot)

    # At every 2xx ---------------------------------------------------------------------------------------------------

    def acknowledged(self, external_id: str, seq: int, before: int | None) -> None:
        """P1: what got a 2xx is on disk, and a second 2xx is about the same event."""
        found = [row for row in self.db.events.values() if row.external_id == external_id]
        must(len(found) == 1, f"{external_id} got a 2xx and is stored {len(found)} times")
        must(found[0].seq == seq and before in (None, seq), f"{external_id} got a 2xx as {before} and as {seq}")

    # At rest --------------------------------------------------------------------------------------------------------

    def is_quiet(self, busy: "list[asyncio.Task[None]]") -> bool:
        """Whether nothing is left to do."""
        return not self.what_is_open(busy)

    def what_is_open(self, busy: "list[asyncio.Task[None]]") -> list[str]:
        """What is left to do."""
        left = [f"{task.get_coro()!r}" for task in busy if not task.done()]
        for place in self.db.places.values():
            left += [f"{place.thread}: event {row.seq} of {place.owner} ({row.error})" for row in place.open]
            left += [f"{place.thread}: n{one.row.n} is {one.state} by {one.owner}" for one in place.unsent]
        return left + [f"timer {name}" for _, name in self.db.timers]

    def at_the_end(self) -> None:
        """Everything that was promised has happened."""
        for user in self.world.users:
            for external_id, seq in user.accepted.items():
                row = self.db.events[seq]  # type: ignore[index]
                must(row.state in ("done", "dead"), f"{external_id} got a 2xx and is {row.state} (P2)")
        must(
            len(self.db.external) == len(self.db.events), "an event is stored twice"
        )  # the key is unique; each row has its own
        for place in self.db.places.values():
            self._history(place)
        self._payments()
        unheard = self.world.loop.unheard()
        must(not unheard, f"tasks ended with errors that nobody looked at: {unheard[:3]}")

    def _history(self, place: Place) -> None:
        """The thread is what the bot says to these events, in this order (P3, P4)."""
        expected = Expected()
        said: dict[str, list[str]] = {}
        for line in place.lines:
            if isinstance(line, Message):
                said.setdefault(line.row.cause, []).append(plain_text(line.row.message))
        rows = [row for row in self.db.events.values() if row.conversation_id == place.conversation_id]
        for row in rows:
            if row.state == "done":
                wanted = expected.to(row)
                got = said.pop(str(row.seq), [])
                must(got == wanted, f"{place.thread}: event {row.seq} ({row.event}) was answered {got}, not {wanted}")
            else:
                self._dead(row)
                expected.died(row)
        outside = {cause for cause in said if cause.startswith("send:")}
        must(outside == set(said), f"{place.thread}: nobody asked for {said}")
        must(not list(expected.asleep), f"{place.thread}: nobody woke {list(expected.asleep)}")
        variables = decode_object(place.variables)
        must(
            variables.get("count", 0) == expected.count,
            f"{place.thread}: {expected.count} events counted as {variables}",
        )
        self._shown(place)

    def _dead(self, row: Event) -> None:
        """Only what was lost with a process in four attempts, or failed five times, is given up. A process that ended later
        may have lost an attempt before: the answer to its claim did not reach it."""
        attempts = sorted(self._claimed_by[row.seq].items())
        hands = [boot for attempt, boot in attempts if attempt < row.attempts and self._lost[boot]]
        must(
            len(hands) >= MAX_CRASHES or row.failures >= 4,
            f"event {row.seq} is {row.state} after {row.attempts} attempts, {row.failures} failures, by {hands}: {row.error}",
        )

    def _shown(self, place: Place) -> None:
        """What the user of a network saw: all of it, in order, and twice only what became unclear (P5)."""
        network = next((one for one in self.world.networks if one.name == place.channel_id), None)
        if network is None:
            return
        seen = network.shown[place.thread]
        first = list(dict.fromkeys(shown.n for shown in seen if not shown.late))
        must(first == sorted(first), f"{place.thread} saw {first}: out of order")
        counts = Counter(shown.key for shown in seen)
        for line in place.lines:
            if isinstance(line, Message):
                self._message(place, line, counts[line.row.key], network.unclear[line.row.key], network.idempotent)

    def _message(self, place: Place, line: Message, shown: int, unclear: int, idempotent: bool) -> None:
        what = f"{place.thread}: n{line.row.n}, {line.state}, {line.tries} tries"
        must(line.state in _FINAL, f"{what}: has no end")
        if line.state == "sent":
            must(shown >= 1, f"{what}: nobody saw it")
        if line.state == "failed":
            must(self.world.clocks_were_set > 0, f"{what}: given up without a reason ({line.error})")
        if line.state == "unknown":
            must(unclear > 0 or line.tries > 1, f"{what}: has no unclear try")
        if idempotent:
            must(shown <= 1, f"{what}: seen {shown} times in spite of its key")
        cut_off = sum(1 for boot in self._tries.get(line.row.key, ()) if self._lost[boot])
        must(shown <= 1 + unclear + cut_off, f"{what}: seen {shown} times, {unclear} unclear and {cut_off} cut off")

    def _payments(self) -> None:
        """Outside work was done under one key, however often it was tried (CRA-06)."""
        for label, keys in self.world.payments.items():
            must(len(keys) == 1, f"{label} was paid under {len(keys)} keys")


def _claims(result: Any) -> Iterator[Claim]:
    """The claims that a piece of work gave out."""
    for item in result if isinstance(result, list) else [result]:
        found = getattr(item, "claim", None) or getattr(item, "next", None) or item
        if isinstance(found, Claim):
            yield found


def _short(job: Job) -> str:
    """The outcome in a few words."""
    if job.error is not None:
        return type(job.error).__name__
    match job.result:
        case None:
            return "-"
        case Committed(applied=applied, next=following, retry_at_ms=retry):
            then = f" then {following.seq}" if following else " retry" if retry else ""
            return f"turn {job.about.claim.seq} {job.about.outcome} {'ok' if applied else 'STALE'}{then}"
        case Claim(seq=seq, attempts=attempts):
            return f"event {seq} attempt {attempts}"
        case OutgoingRow(n=n, tries=tries):
            return f"n{n} try {tries}"
        case list() as found:
            return f"[{', '.join(_one(item) for item in found)}]"
        case _:
            return ""


def _one(item: Any) -> str:
    seq = getattr(item, "seq", None)
    if seq is None:
        return str(item)[:6]
    return f"{seq}{'=' if getattr(item, 'duplicate', False) else ''}"
