"""Loading, recording and committing turns: everything of a turn, guarded by revision, fence and owner, or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from gutenbot.events.incoming import redacted
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.codec import clean, decode_object, encode_incoming
from gutenbot.storage.errors import LeaseLost, NoConversation, StateTooLarge
from gutenbot.storage.prepared import PreparedTurn
from gutenbot.storage.rows import (
    Claim,
    Committed,
    ConversationRow,
    JournalRow,
    Loaded,
    OutgoingRow,
    SendState,
    TurnCommit,
)
from tests.simulation.model import inbox
from tests.simulation.model.people import patch_user, user_row
from tests.simulation.model.tables import Event, Message, Place, Tables


def load(db: Tables, conversation_id: ConversationId) -> Loaded:
    """All that a turn starts from, as of the last commit."""
    place = db.places.get(conversation_id)
    if place is None:
        raise NoConversation(conversation_id=conversation_id)
    return Loaded(
        conversation=ConversationRow(
            conversation_id=place.conversation_id, bot_id=place.bot_id, channel_id=place.channel_id,
            user_id=place.user_id, thread=place.thread, rev=place.rev, fence=place.fence, last_n=place.last_n,
            mode=place.mode, mode_epoch=place.mode_epoch, variables=decode_object(place.variables),
            created_ms=place.created_ms, updated_ms=place.updated_ms,
        ),
        user=user_row(db, db.users[place.bot_id, place.user_id]),
        frames=tuple(sorted(place.frames.values(), key=lambda frame: frame.depth)),
        journal=tuple(place.journal[key] for key in sorted(place.journal)),
    )  # fmt: skip


def record(db: Tables, claim: Claim, row: JournalRow, boot: str, limit: int) -> None:
    """One step's result. Raises `LeaseLost` when another owner exists."""
    place = db.place(claim.conversation_id)
    if place is None or not holds(place, claim.fence, boot):
        raise LeaseLost(conversation_id=claim.conversation_id)
    before = place.journal.get((row.frame_id, row.n))
    place.journal[row.frame_id, row.n] = row
    size = place.state_bytes()
    if size > limit:
        del place.journal[row.frame_id, row.n]
        if before is not None:
            place.journal[row.frame_id, row.n] = before
        raise StateTooLarge(conversation_id=claim.conversation_id, size=size, limit=limit)


def holds(place: Place, fence: int, boot: str) -> bool:
    """Whether this worker still has the right that it got with this fence."""
    return place.fence == fence and place.owner == boot


def commit(db: Tables, prepared: PreparedTurn, boot: str, limit: int) -> Committed:
    """All of the turn, or nothing when another owner exists."""
    turn = prepared.turn
    place = db.place(turn.claim.conversation_id)
    if place is None or place.rev != turn.rev or not holds(place, turn.claim.fence, boot):
        return Committed(applied=False)
    closing = {turn.claim.seq, *turn.also}
    if len(closing.intersection(row.seq for row in place.open)) != len(closing):
        raise LeaseLost(conversation_id=turn.claim.conversation_id)
    undo = (dict(place.frames), dict(place.journal), place.variables)
    try:
        _write_state(place, prepared, limit)
        _run_records(db, turn)
    except BaseException:
        place.frames, place.journal, place.variables = undo
        raise
    place.rev += 1
    if turn.set_mode is not None:
        place.mode_epoch += turn.set_mode != place.mode
        place.mode = turn.set_mode
    place.updated_ms = max(place.updated_ms, turn.now_ms)
    rows = append(place, str(turn.claim.seq), prepared.messages, deliver=turn.deliver, now_ms=turn.now_ms)
    _end_events(place, turn, closing)
    _set_timers(db, turn, place.rev)
    if turn.user is not None:
        patch_user(db, place.bot_id, place.user_id, turn.user, turn.now_ms)
    following, retry_at = inbox.next_claim(place, turn.now_ms)
    return Committed(applied=True, messages=rows, next=following, retry_at_ms=retry_at)


def _write_state(place: Place, prepared: PreparedTurn, limit: int) -> None:
    turn = prepared.turn
    if prepared.variables is not None:
        place.variables = prepared.variables
    if turn.drop_journal:
        _drop_journal(place, turn.drop_journal)
    for frame in turn.frames:
        place.frames[frame.frame_id] = frame
    for row in turn.journal:
        place.journal[row.frame_id, row.n] = row
    for frame_id in turn.ended:
        place.frames.pop(frame_id, None)
    if turn.ended:
        _drop_journal(place, turn.ended)
    if prepared.added and (size := place.state_bytes()) > limit:
        raise StateTooLarge(conversation_id=place.conversation_id, size=size, limit=limit)


def _drop_journal(place: Place, frames: Sequence[str]) -> None:
    for key in [key for key in place.journal if key[0] in frames]:
        del place.journal[key]


def _run_records(db: Tables, turn: TurnCommit) -> None:
    if not turn.records:
        return
    records = db.records()

    def execute(sql: str, parameters: Mapping[str, Any] | None = None, /) -> Sequence[tuple[Any, ...]]:
        return records.execute(sql, parameters or {}).fetchall()

    records.execute("BEGIN")
    try:
        for one in turn.records:
            one(execute)
    except BaseException:
        records.execute("ROLLBACK")
        raise
    records.execute("COMMIT")


def append(
    place: Place, cause: str, messages: Sequence[tuple[Outgoing, str]], *, deliver: bool, now_ms: int
) -> tuple[OutgoingRow, ...]:
    """Adds messages to the end of the thread and, unless its clients read that, to the outbox."""
    state: SendState = "queued" if deliver else "sent"
    rows = []
    for k, (message, _) in enumerate(messages):
        row = OutgoingRow(
            conversation_id=place.conversation_id, n=place.last_n + 1, cause=cause, k=k, channel_id=place.channel_id,
            thread=place.thread, message=message, state=state, created_ms=now_ms, mode_epoch=place.mode_epoch,
        )  # fmt: skip
        made = Message(row, state)
        place.lines.append(made)
        if deliver:
            place.unsent.append(made)
        rows.append(row)
    return tuple(rows)


def _end_events(place: Place, turn: TurnCommit, closing: set[Any]) -> None:
    error = clean(turn.error) if turn.error else ""
    for row in [row for row in place.open if row.seq in closing]:
        first = row.seq == turn.claim.seq
        row.error = error
        row.trace = (turn.trace or row.trace) if first else row.trace
        if turn.outcome == "retry":
            row.failures += 1
            row.not_before_ms = turn.not_before_ms if first else row.not_before_ms
        else:
            row.state, row.done_ms = turn.outcome, turn.now_ms
            place.open.remove(row)
        if any(secret.seq == row.seq for secret in turn.redact):
            _redact(row)


def _redact(row: Event) -> None:
    row.event = encode_incoming(redacted(row.event))[0]


def _set_timers(db: Tables, turn: TurnCommit, rev: int) -> None:
    """A timer's generation is the revision that set it."""
    place = turn.claim.conversation_id
    for name in turn.cancel_timers:
        inbox.forget_timer(db, place, clean(name))
    for timer in turn.timers:
        db.timers[place, clean(timer.name)] = (timer.due_ms, rev)
