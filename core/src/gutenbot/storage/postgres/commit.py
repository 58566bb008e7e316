"""Statements of T2: everything that a group of turns changes, each guarded by its revision, fence and owner.

Two round trips for the group: the first locks the conversations and reads what is open in them, the second writes and
commits. A turn with its own records, user data or endings costs the group a few more.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import msgspec

from gutenbot.events.incoming import redacted
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.ids import BotId, ConversationId, UserId
from gutenbot.storage.codec import clean, encode_incoming
from gutenbot.storage.columns import Held, as_claim
from gutenbot.storage.errors import LeaseLost
from gutenbot.storage.postgres.accept import columns
from gutenbot.storage.postgres.claims import COUNT_ATTEMPTS, NEXT_COLUMNS, next_claim
from gutenbot.storage.postgres.dialogs import write_dialogs, write_timers
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.named import execute_on
from gutenbot.storage.postgres.people_rows import patch_user
from gutenbot.storage.postgres.records import measure
from gutenbot.storage.postgres.session import Transaction
from gutenbot.storage.prepared import PreparedTurn
from gutenbot.storage.rows import Claim, Committed, OutgoingRow, SendState

_LOCK = """SELECT conversation_id, rev, fence, owner, last_n, head, backlog, mode, mode_epoch, state_size, user_id, updated_ms
FROM conversation WHERE conversation_id = ANY(%s::text[]) ORDER BY conversation_id FOR UPDATE"""
_OPEN = f"""SELECT v.id, i.* FROM unnest(%s::text[], %s::bigint[]) AS v (id, wanted), LATERAL (SELECT {NEXT_COLUMNS}
FROM inbox WHERE conversation_id = v.id AND state = 'open' ORDER BY seq LIMIT v.wanted) i"""
_NUMBERS = "SELECT nextval('outbox_id_seq') FROM generate_series(1, %s)"

_ADVANCE = """UPDATE conversation c SET rev = c.rev + 1, last_n = v.last_n, head = v.head, backlog = v.backlog,
owner = v.owner, state_size = v.size, updated_ms = v.updated_ms, mode = v.mode, mode_epoch = v.mode_epoch,
variables = coalesce(v.variables, c.variables)
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
%s::bigint[], %s::text[]) AS v (id, last_n, head, backlog, owner, size, updated_ms, mode, mode_epoch, variables)
WHERE c.conversation_id = v.id"""
_INSERT_MESSAGES = """INSERT INTO outbox (bot_id, id, conversation_id, n, prev, cause, k, message, state, mode_epoch,
created_ms, done_ms) SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])"""
_CLOSE = """UPDATE inbox i SET state = v.state, error = v.error, trace = v.trace, done_ms = v.done_ms
FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::bytea[], %s::bigint[])
AS v (bot_id, seq, state, error, trace, done_ms) WHERE i.bot_id = v.bot_id AND i.seq = v.seq"""
_PUT_OFF = """UPDATE inbox i SET failures = failures + 1, not_before_ms = coalesce(v.not_before_ms, i.not_before_ms),
error = v.error, trace = coalesce(v.trace, i.trace)
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bytea[])
AS v (bot_id, seq, not_before_ms, error, trace) WHERE i.bot_id = v.bot_id AND i.seq = v.seq"""
_REDACT = "UPDATE inbox SET event = %s WHERE bot_id = %s AND seq = %s"


@dataclass(slots=True)
class _Place:
    """The row of a conversation, as far as a commit needs it."""

    conversation_id: ConversationId
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


@dataclass(slots=True)
class _Ending:
    """A turn that may be committed, and what follows it."""

    prepared: PreparedTurn
    place: _Place
    held: Held
    messages: tuple[OutgoingRow, ...] = ()
    following: Claim | None = None
    retry_at: int | None = None
    unreadable: bool = False
    """The next event cannot be read; it has to be set aside."""


Numbered = tuple[BotId, int, OutgoingRow, str, int]
"""Bot, id, row, message as JSON, and the entry of the thread before it."""


@dataclass(slots=True)
class _Group:
    """All turns of a transaction."""

    endings: list[_Ending] = field(default_factory=list)
    rows: list[Numbered] = field(default_factory=list)


def group(turns: Sequence[PreparedTurn], boot: str, limit: int) -> Callable[[Transaction], None]:
    """The whole transaction for the turns, each of another conversation; answers with one `Committed` for each."""

    def work(transaction: Transaction) -> None:
        found = _look(transaction, turns)
        ends = _Group()
        answers = [_end(ends, turn, found, boot) for turn in turns]
        waiting = _needs_more(ends, limit)
        with transaction.db.pipeline():
            _write(transaction.db, ends)
            if not waiting:
                reach("commit.inside")
                transaction.commit([_committed(answer) for answer in answers])
        if waiting:
            _more(transaction.db, ends, limit)
            reach("commit.inside")
            transaction.commit([_committed(answer) for answer in answers])

    return work


# What is there ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    places: dict[ConversationId, _Place]
    events: dict[ConversationId, list[tuple[Any, ...]]]
    numbers: Iterable[int]


def _look(transaction: Transaction, turns: Sequence[PreparedTurn]) -> _Found:
    db = transaction.db
    ids = [prepared.turn.claim.conversation_id for prepared in turns]
    wanted = [2 + len(prepared.turn.also) for prepared in turns]
    with db.pipeline():
        begun = transaction.begin_in_pipeline()
        places = db.execute(_LOCK, (ids,))
        events = db.execute(_OPEN, (ids, wanted))
        numbers = db.execute(_NUMBERS, (sum(len(prepared.messages) for prepared in turns),))
        transaction.learn(begun)
        found = _Found({row[0]: _Place(*row) for row in places.fetchall()}, {}, ())
        for conversation_id, *event in events.fetchall():
            found.events.setdefault(conversation_id, []).append(tuple(event))
        found.numbers = iter([row[0] for row in numbers.fetchall()])
    return found


def _end(ends: _Group, prepared: PreparedTurn, found: _Found, boot: str) -> _Ending | None:
    """None when another owner exists. Raises `LeaseLost` when one of the turn's events was closed before."""
    turn, claim = prepared.turn, prepared.turn.claim
    place = found.places.get(claim.conversation_id)
    if place is None or (place.rev, place.fence, place.owner) != (turn.rev, claim.fence, boot):
        return None
    events = found.events.get(claim.conversation_id, [])
    closing: set[int] = {claim.seq, *turn.also}
    if len(closing.intersection(row[0] for row in events)) != len(closing):
        raise LeaseLost(conversation_id=claim.conversation_id)
    held = Held(claim.conversation_id, claim.bot_id, claim.channel_id, place.user_id, claim.thread, claim.fence)
    ending = _Ending(prepared, place, held)
    if turn.set_mode is not None:
        place.mode_epoch += turn.set_mode != place.mode
        place.mode = turn.set_mode
    ending.messages = _messages(ends, ending, found.numbers)
    _follow(ending, events, closing)
    ends.endings.append(ending)
    return ending


def _follow(ending: _Ending, events: Sequence[tuple[Any, ...]], closing: set[int]) -> None:
    """Finds the next event, or when it may be tried; gives the conversation back when there is none."""
    turn, place = ending.prepared.turn, ending.place
    retrying = turn.outcome == "retry"
    if not retrying:
        place.backlog -= len(closing)
    row = next((row for row in events if retrying or row[0] not in closing), None)
    if row is None:
        place.backlog = 0
        return
    not_before, failures = row[8], row[7]
    if retrying and row[0] in closing:
        failures += 1
        not_before = turn.not_before_ms if row[0] == turn.claim.seq else not_before
    if not_before > turn.now_ms:
        ending.retry_at = not_before
        return
    try:
        ending.following = as_claim(ending.held, (*row[:7], failures, *row[8:]))
    except (msgspec.DecodeError, UnicodeError):
        ending.unreadable = True


def _messages(ends: _Group, ending: _Ending, numbers: Iterable[int]) -> tuple[OutgoingRow, ...]:
    turn, place = ending.prepared.turn, ending.place
    thread = Thread(ending.held, place.last_n, place.head, str(turn.claim.seq), place.mode_epoch)
    made = thread.append(ending.prepared.messages, numbers, deliver=turn.deliver, now_ms=turn.now_ms)
    place.last_n, place.head = thread.last_n, thread.head
    ends.rows += made
    return tuple(row[2] for row in made)


@dataclass(slots=True)
class Thread:
    """Where new messages are appended, and why."""

    held: Held
    last_n: int
    head: int
    cause: str
    mode_epoch: int

    def append(
        self, messages: Sequence[tuple[Outgoing, str]], numbers: Iterable[int], *, deliver: bool, now_ms: int
    ) -> list[Numbered]:
        """The rows of these messages; the thread ends with the last of them from now on."""
        state: SendState = "queued" if deliver else "sent"
        made: list[Numbered] = []
        for (k, (message, text)), number in zip(enumerate(messages), numbers, strict=False):
            self.last_n += 1
            row = OutgoingRow(
                conversation_id=self.held.conversation_id,
                n=self.last_n,
                cause=self.cause,
                k=k,
                channel_id=self.held.channel_id,
                thread=self.held.thread,
                message=message,
                state=state,
                created_ms=now_ms,
                mode_epoch=self.mode_epoch,
            )
            made.append((self.held.bot_id, number, row, text, self.head))
            self.head = -number
        return made


# What is written --------------------------------------------------------------------------------------------------------


def _write(db: Connection, ends: _Group) -> None:
    """All that needs no answer."""
    if not ends.endings:
        return
    insert_messages(db, ends.rows)
    db.execute(_ADVANCE, columns([_advanced(ending) for ending in ends.endings]))
    _events(db, ends.endings)
    turns = [ending.prepared.turn for ending in ends.endings]
    dialogs = [(turn.claim, turn.frames, turn.journal, turn.ended, turn.drop_journal) for turn in turns]
    write_dialogs(db, [one for one in dialogs if any(one[1:])])
    timers = [(ending.prepared.turn, ending.place.rev + 1) for ending in ends.endings]
    write_timers(db, [(turn, rev) for turn, rev in timers if turn.timers or turn.cancel_timers])


def insert_messages(db: Connection, rows: Sequence[Numbered]) -> None:
    """Outbox rows. The caller writes the new end of the thread into the conversation."""
    if not rows:
        return
    values = [
        (
            bot_id,
            number,
            row.conversation_id,
            row.n,
            prev,
            row.cause,
            row.k,
            text,
            row.state,
            row.mode_epoch,
            row.created_ms,
            row.created_ms if row.state == "sent" else None,
        )
        for bot_id, number, row, text, prev in rows
    ]
    db.execute(_INSERT_MESSAGES, columns(values))


def take_numbers(db: Connection, count: int) -> list[int]:
    """Ids for new outbox rows."""
    return [row[0] for row in db.execute(_NUMBERS, (count,)).fetchall()]


def _advanced(ending: _Ending) -> tuple[Any, ...]:
    place, prepared = ending.place, ending.prepared
    return (
        place.conversation_id,
        place.last_n,
        place.head,
        place.backlog,
        place.owner if place.backlog else None,
        place.state_size + prepared.added,
        max(place.updated_ms, prepared.turn.now_ms),
        place.mode,
        place.mode_epoch,
        prepared.variables,
    )


def _events(db: Connection, endings: Sequence[_Ending]) -> None:
    """Closes the turns' events, or puts them off, and counts the attempt of each next one."""
    closed: list[tuple[Any, ...]] = []
    put_off: list[tuple[Any, ...]] = []
    for turn in (ending.prepared.turn for ending in endings):
        bot_id, error, trace = turn.claim.bot_id, clean(turn.error) if turn.error else None, turn.trace or None
        if turn.outcome == "retry":
            put_off.append((bot_id, turn.claim.seq, turn.not_before_ms, error, trace))
            put_off += [(bot_id, seq, None, error, None) for seq in turn.also]
        else:
            closed.append((bot_id, turn.claim.seq, turn.outcome, error, trace, turn.now_ms))
            closed += [(bot_id, seq, turn.outcome, error, None, turn.now_ms) for seq in turn.also]
    if closed:
        db.execute(_CLOSE, columns(closed))
    if put_off:
        db.execute(_PUT_OFF, columns(put_off))
    following = [(ending.held.bot_id, ending.following.seq) for ending in endings if ending.following]
    if following:
        db.execute(COUNT_ATTEMPTS, columns(following))
    for secret in (claim for ending in endings for claim in ending.prepared.turn.redact):
        db.execute(_REDACT, (encode_incoming(redacted(secret.event))[1], secret.bot_id, secret.seq))


# What needs an answer before the commit ---------------------------------------------------------------------------------


def _needs_more(ends: _Group, limit: int) -> bool:
    return any(
        ending.unreadable
        or ending.prepared.turn.user is not None
        or ending.prepared.turn.records
        or _must_measure(ending, limit)
        for ending in ends.endings
    )


def _must_measure(ending: _Ending, limit: int) -> bool:
    turn = ending.prepared.turn
    return bool(turn.ended or turn.drop_journal) or ending.place.state_size + ending.prepared.added > limit


def _more(db: Connection, ends: _Group, limit: int) -> None:
    measured = [ending.place.conversation_id for ending in ends.endings if _must_measure(ending, limit)]
    if measured:
        measure(db, measured, limit)
    patches = [ending for ending in ends.endings if ending.prepared.turn.user is not None]
    for ending in sorted(patches, key=_user_key):
        turn = ending.prepared.turn
        assert turn.user is not None
        patch_user(db, turn.claim.bot_id, ending.place.user_id, turn.user, turn.now_ms)
    for record in chain.from_iterable(ending.prepared.turn.records for ending in ends.endings):
        record(execute_on(db))
    for ending in ends.endings:
        if ending.unreadable:
            ending.following, ending.retry_at = next_claim(db, ending.held, ending.prepared.turn.now_ms)


def _user_key(ending: _Ending) -> tuple[str, str]:
    return ending.held.bot_id, ending.place.user_id


def _committed(ending: _Ending | None) -> Committed:
    if ending is None:
        return Committed(applied=False)
    return Committed(applied=True, messages=ending.messages, next=ending.following, retry_at_ms=ending.retry_at)
