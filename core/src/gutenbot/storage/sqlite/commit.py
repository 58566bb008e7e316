"""Statements of T2: everything that a turn changes, guarded by the conversation's revision and fence. Inside a unit."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gutenbot.events.incoming import redacted
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.ids import ConversationId, UserId
from gutenbot.storage.codec import clean, encode_incoming
from gutenbot.storage.columns import Held
from gutenbot.storage.errors import LeaseLost, StateTooLarge
from gutenbot.storage.prepared import PreparedTurn
from gutenbot.storage.rows import Claim, Committed, JournalRow, OutgoingRow, SendState, TurnCommit
from gutenbot.storage.sqlite.claims import next_claim
from gutenbot.storage.sqlite.people_rows import patch_user

_PLACE = """SELECT rowid, rev, fence, owner, last_n, head, backlog, mode, mode_epoch, state_size, user_id, updated_ms
FROM conversation WHERE conversation_id = ?"""
_ADVANCE = """UPDATE conversation SET rev = ?, last_n = ?, head = ?, backlog = ?, owner = ?, state_size = ?,
updated_ms = ? WHERE rowid = ?"""
_SET_VARIABLES = "UPDATE conversation SET variables = ? WHERE rowid = ?"
_SET_MODE = "UPDATE conversation SET mode = ?, mode_epoch = ? WHERE rowid = ?"

_CLOSE = "UPDATE inbox SET state = ?, error = ?, trace = ?, done_ms = ? WHERE seq = ? AND state = 'open'"
_CLOSE_ALSO = (
    "UPDATE inbox SET state = ?, error = ?, done_ms = ? WHERE seq = ? AND conversation_id = ? AND state = 'open'"
)
_PUT_OFF = """UPDATE inbox SET failures = failures + 1, not_before_ms = ?, error = ?, trace = ?
WHERE seq = ? AND state = 'open'"""
_FAILED_ALSO = (
    "UPDATE inbox SET failures = failures + 1, error = ? WHERE seq = ? AND conversation_id = ? AND state = 'open'"
)

_REDACT = "UPDATE inbox SET event = ? WHERE seq = ?"

INSERT_MESSAGE = """INSERT INTO outbox (conversation_id, n, prev, bot_id, cause, k, message, state, mode_epoch,
created_ms, done_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_FRAME = """INSERT INTO frame (conversation_id, frame_id, bot_id, depth, dialog, args, start, pending, started_ms, revision)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation_id, frame_id) DO UPDATE SET depth = excluded.depth,
dialog = excluded.dialog, args = excluded.args, start = excluded.start, pending = excluded.pending,
started_ms = excluded.started_ms, revision = excluded.revision"""
_END_FRAME = "DELETE FROM frame WHERE conversation_id = ? AND frame_id = ?"
_JOURNAL = """INSERT INTO journal (conversation_id, frame_id, n, bot_id, entries) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (conversation_id, frame_id, n) DO UPDATE SET entries = excluded.entries"""
_DROP_JOURNAL = "DELETE FROM journal WHERE conversation_id = ? AND frame_id = ?"

_TIMER = """INSERT INTO timer (conversation_id, name, bot_id, due_ms, generation) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (conversation_id, name) DO UPDATE SET due_ms = excluded.due_ms, generation = excluded.generation"""
_CANCEL_TIMER = "DELETE FROM timer WHERE conversation_id = ? AND name = ?"

_EXACT_SIZE = """SELECT iif(variables = '{}', 0, length(CAST(variables AS BLOB)))
+ ifnull((SELECT sum(length(args) + length(start) + length(pending)) FROM frame WHERE conversation_id = ?1), 0)
+ ifnull((SELECT sum(length(entries)) FROM journal WHERE conversation_id = ?1), 0)
FROM conversation WHERE conversation_id = ?1"""
_SET_SIZE = "UPDATE conversation SET state_size = ? WHERE conversation_id = ?"
_GROW = """UPDATE conversation SET state_size = state_size + ? WHERE conversation_id = ? AND fence = ? AND owner = ?
RETURNING state_size"""


class _Place(NamedTuple):
    """The row of a conversation, as far as a commit needs it."""

    rowid: int
    rev: int
    fence: int
    owner: str
    last_n: int
    head: int
    backlog: int
    mode: str
    mode_epoch: int
    state_size: int
    user_id: UserId
    updated_ms: int


def commit_turn(db: sqlite3.Connection, prepared: PreparedTurn, boot: str, limit: int) -> Committed:
    """All of the turn, or nothing when another owner exists."""
    turn = prepared.turn
    claim = turn.claim
    row = db.execute(_PLACE, (claim.conversation_id,)).fetchone()
    if row is None or row[1:4] != (turn.rev, claim.fence, boot):
        return Committed(applied=False)
    place = _Place._make(row)
    epoch = _change_mode(db, turn, place) if turn.set_mode is not None else place.mode_epoch
    messages, head = _messages(db, prepared, place, epoch) if prepared.messages else ((), place.head)
    backlog = _advance(db, prepared, place, head, boot)
    _events(db, turn)
    _rest(db, prepared, place, limit)
    reach("commit.inside")
    following, retry_at = None, None
    if backlog:
        held = Held(claim.conversation_id, claim.bot_id, claim.channel_id, place.user_id, claim.thread, claim.fence)
        following, retry_at = next_claim(db, held, turn.now_ms)
    return Committed(applied=True, messages=messages, next=following, retry_at_ms=retry_at)


def record_step(db: sqlite3.Connection, claim: Claim, row: JournalRow, boot: str, limit: int) -> None:
    """One step's result. Raises `LeaseLost` when another owner exists."""
    grown = db.execute(_GROW, (len(row.entries), claim.conversation_id, claim.fence, boot)).fetchone()
    if grown is None:
        raise LeaseLost(conversation_id=claim.conversation_id)
    db.execute(_JOURNAL, (claim.conversation_id, row.frame_id, row.n, claim.bot_id, row.entries))
    if grown[0] > limit:
        check_size(db, claim.conversation_id, grown[0], limit)


def check_size(db: sqlite3.Connection, conversation_id: ConversationId, estimate: int, limit: int) -> None:
    """Replaces the estimate by the true size. Raises `StateTooLarge` above the limit."""
    size = db.execute(_EXACT_SIZE, (conversation_id,)).fetchone()[0]
    if size > limit:
        raise StateTooLarge(conversation_id=conversation_id, size=size, limit=limit)
    if size != estimate:
        db.execute(_SET_SIZE, (size, conversation_id))


def _advance(db: sqlite3.Connection, prepared: PreparedTurn, place: _Place, head: int, boot: str) -> int:
    """Counts the turn in its conversation, which is given back when nothing is open; returns what is open."""
    turn = prepared.turn
    backlog = place.backlog if turn.outcome == "retry" else place.backlog - 1 - len(turn.also)
    last_n = place.last_n + len(prepared.messages)
    size = place.state_size + prepared.added
    owner = boot if backlog else None
    updated_ms = max(place.updated_ms, turn.now_ms)
    db.execute(_ADVANCE, (place.rev + 1, last_n, head, backlog, owner, size, updated_ms, place.rowid))
    if prepared.variables is not None:
        db.execute(_SET_VARIABLES, (prepared.variables, place.rowid))
    return backlog


def _change_mode(db: sqlite3.Connection, turn: TurnCommit, place: _Place) -> int:
    """The epoch, which rises with each change of mode."""
    epoch = place.mode_epoch + (turn.set_mode != place.mode)
    db.execute(_SET_MODE, (turn.set_mode, epoch, place.rowid))
    return epoch


def _rest(db: sqlite3.Connection, prepared: PreparedTurn, place: _Place, limit: int) -> None:
    """What most turns of a small bot do not change."""
    turn = prepared.turn
    if turn.frames or turn.journal or turn.ended or turn.drop_journal:
        _dialogs(db, turn)
    if turn.timers or turn.cancel_timers:
        _timers(db, turn, place.rev + 1)
    if turn.user is not None:
        patch_user(db, turn.claim.bot_id, place.user_id, turn.user, turn.now_ms)
    for record in turn.records:
        record(_execute_on(db))
    size = place.state_size + prepared.added
    if size > limit or turn.ended or turn.drop_journal:
        check_size(db, turn.claim.conversation_id, size, limit)


def _messages(
    db: sqlite3.Connection, prepared: PreparedTurn, place: _Place, mode_epoch: int
) -> tuple[tuple[OutgoingRow, ...], int]:
    turn = prepared.turn
    chain = Chain(place.last_n, place.head, str(turn.claim.seq), mode_epoch)
    return insert_messages(db, turn.claim, chain, prepared.messages, deliver=turn.deliver, now_ms=turn.now_ms)


class Chain(NamedTuple):
    """Where new messages are appended to a thread, and why."""

    last_n: int
    head: int
    cause: str
    mode_epoch: int


def insert_messages(
    db: sqlite3.Connection,
    place: Claim | Held,
    chain: Chain,
    messages: Sequence[tuple[Outgoing, str]],
    *,
    deliver: bool,
    now_ms: int,
) -> tuple[tuple[OutgoingRow, ...], int]:
    """Outbox rows after the end of the thread, and its new head. The caller writes both into the conversation."""
    state: SendState = "queued" if deliver else "sent"
    done_ms = None if deliver else now_ms
    last_n, head, cause, epoch = chain
    conversation_id, bot_id = place.conversation_id, place.bot_id
    rows: list[OutgoingRow] = []
    for k, (message, text) in enumerate(messages):
        n = last_n + 1 + k
        values = (conversation_id, n, head, bot_id, cause, k, text, state, epoch, now_ms, done_ms)
        head = -(db.execute(INSERT_MESSAGE, values).lastrowid or 0)
        rows.append(
            OutgoingRow(
                conversation_id=conversation_id,
                n=n,
                cause=cause,
                k=k,
                channel_id=place.channel_id,
                thread=place.thread,
                message=message,
                state=state,
                created_ms=now_ms,
                mode_epoch=epoch,
            )
        )
    return tuple(rows), head


def _events(db: sqlite3.Connection, turn: TurnCommit) -> None:
    """Closes the turn's events, or puts them off. Raises `LeaseLost` when one of them was closed before."""
    claim, trace, error = turn.claim, turn.trace or None, clean(turn.error) if turn.error else None
    if turn.outcome == "retry":
        changed = db.execute(_PUT_OFF, (turn.not_before_ms, error, trace, claim.seq)).rowcount
        for seq in turn.also:
            changed += db.execute(_FAILED_ALSO, (error, seq, claim.conversation_id)).rowcount
    else:
        changed = db.execute(_CLOSE, (turn.outcome, error, trace, turn.now_ms, claim.seq)).rowcount
        for seq in turn.also:
            values = (turn.outcome, error, turn.now_ms, seq, claim.conversation_id)
            changed += db.execute(_CLOSE_ALSO, values).rowcount
    for secret in turn.redact:
        db.execute(_REDACT, (encode_incoming(redacted(secret.event))[1], secret.seq))
    if changed != 1 + len(turn.also):
        raise LeaseLost(conversation_id=claim.conversation_id)


def _dialogs(db: sqlite3.Connection, turn: TurnCommit) -> None:
    place = turn.claim.conversation_id
    bot_id = turn.claim.bot_id
    for frame_id in turn.drop_journal:
        db.execute(_DROP_JOURNAL, (place, frame_id))
    for frame in turn.frames:
        db.execute(
            _FRAME,
            (
                place,
                frame.frame_id,
                bot_id,
                frame.depth,
                frame.dialog,
                frame.args,
                frame.start,
                frame.pending,
                frame.started_ms,
                frame.revision,
            ),
        )
    for row in turn.journal:
        db.execute(_JOURNAL, (place, row.frame_id, row.n, bot_id, row.entries))
    for frame_id in turn.ended:
        db.execute(_END_FRAME, (place, frame_id))
        db.execute(_DROP_JOURNAL, (place, frame_id))


def _timers(db: sqlite3.Connection, turn: TurnCommit, rev: int) -> None:
    """A timer's generation is the revision that set it: it rises, also after the timer fired and is set again."""
    place = turn.claim.conversation_id
    for name in turn.cancel_timers:
        db.execute(_CANCEL_TIMER, (place, name))
    for timer in turn.timers:
        db.execute(_TIMER, (place, timer.name, turn.claim.bot_id, timer.due_ms, rev))


def _execute_on(db: sqlite3.Connection) -> Any:
    def execute(sql: str, parameters: Mapping[str, Any] | None = None, /) -> Sequence[tuple[Any, ...]]:
        return db.execute(sql, parameters or {}).fetchall()

    return execute
