"""The state of a conversation before a turn: kept with the turn, and put back when the turn is undone."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.ids import BotId, ConversationId, UserId
from gutenbot.storage.chain import CONVERSATION, INBOX, OUTBOX, Link, links
from gutenbot.storage.codec import encode_any
from gutenbot.storage.rows import Execute, Loaded, Record, TimerRow

SCOPE = "gutenbot.playground.before"
KEPT = 50
"""So many turns of a conversation can be undone."""
_KV = sa.table("kv", sa.column("scope"), sa.column("key"), sa.column("value"))
_FRAME = sa.table("frame", *(sa.column(name) for name in (
    "conversation_id", "frame_id", "bot_id", "depth", "dialog", "args", "start", "pending", "started_ms", "revision",
)))  # fmt: skip
_JOURNAL = sa.table("journal", *(sa.column(name) for name in ("conversation_id", "frame_id", "n", "bot_id", "entries")))
_TIMER = sa.table("timer", *(sa.column(name) for name in ("conversation_id", "name", "bot_id", "due_ms", "generation")))
_USER = sa.table("bot_user", *(sa.column(name) for name in ("bot_id", "user_id", "rev", "profile", "attributes")))
_TAG = sa.table("tag", *(sa.column(name) for name in ("bot_id", "user_id", "name", "value", "set_ms")))
_MOST = 10_000


class NothingToUndo(UserMistake):
    """There is no turn to take back in this conversation: it is new, or its oldest turns that can be taken back are gone."""

    code = "playground.nothing-to-undo"
    status = 409


class StillAnswering(UserMistake):
    """The bot is still at work in this conversation. Try again when it has answered."""

    code = "playground.still-answering"
    status = 409


class Before(msgspec.Struct, frozen=True):
    """What a turn started from."""

    n: int
    """The position of its event."""
    loaded: Loaded
    timers: list[TimerRow]
    tags: dict[str, tuple[str, int]]


_encode = msgspec.json.Encoder(enc_hook=str).encode
_decode = msgspec.json.Decoder(Before).decode


def around(db: sa.Connection, loaded: Loaded) -> tuple[list[TimerRow], dict[str, tuple[str, int]]]:
    """The timers and tags of a conversation's beginning turn, which `Loaded` has not."""
    conversation = loaded.conversation
    timers = db.execute(sa.select(_TIMER).where(_TIMER.c.conversation_id == conversation.conversation_id))
    tags = db.execute(
        sa.select(_TAG).where(_TAG.c.bot_id == conversation.bot_id, _TAG.c.user_id == conversation.user_id)
    )
    return (
        [
            TimerRow(conversation_id=ConversationId(r.conversation_id), name=r.name, due_ms=r.due_ms,
                     generation=r.generation)
            for r in timers
        ],
        {row.name: (row.value, row.set_ms) for row in tags},
    )  # fmt: skip


def keep(before: Before, seq: int) -> Record:
    """Keeps it in the turn's own transaction, and lets go of the oldest."""
    conversation = before.loaded.conversation.conversation_id
    values = {"scope": SCOPE, "key": _key(conversation, seq), "value": _encode(before).decode()}
    first, last = _key(conversation, 0), _key(conversation, max(0, seq))
    oldest = {"scope": SCOPE, "first": first, "last": last, "kept": KEPT}

    def write(execute: Execute) -> None:
        execute('DELETE FROM kv WHERE scope = :scope AND "key" = :key', {"scope": SCOPE, "key": values["key"]})
        execute('INSERT INTO kv (scope, "key", value) VALUES (:scope, :key, :value)', values)
        old = execute(
            'SELECT "key" FROM kv WHERE scope = :scope AND "key" >= :first AND "key" <= :last '
            'ORDER BY "key" DESC LIMIT 20 OFFSET :kept',
            oldest,
        )
        for (key,) in old:
            execute('DELETE FROM kv WHERE scope = :scope AND "key" = :key', {"scope": SCOPE, "key": key})

    return write


def _key(conversation: str, seq: int) -> str:
    return f"{conversation}/{seq:020d}"


def undo(db: sa.Connection, bot: BotId, conversation: ConversationId) -> int:
    """Puts the conversation and its user back to where the last turn of a visible event began; returns that event's position.

    Raises `NothingToUndo` and `StillAnswering`.
    """
    where = CONVERSATION.c.conversation_id == conversation
    row = db.execute(sa.select(CONVERSATION).where(where)).first()
    if row is None:
        raise NothingToUndo
    if row.backlog:
        raise StillAnswering
    last = next((link for link in links(db, bot, conversation, _MOST) if link.seq), None)
    if last is None:
        raise NothingToUndo
    seq = last.seq
    query = sa.select(_KV.c.value).where(_KV.c.scope == SCOPE, _KV.c.key == _key(conversation, seq))
    kept = db.execute(query).scalar()
    if kept is None:
        return _forget_failed(db, bot, conversation, last)
    before = _decode(kept)
    head = _drop_thread(db, bot, conversation, before.n)
    _put_state(db, bot, conversation, before)
    _put_user(db, bot, before)
    loaded = before.loaded.conversation
    size = sum(len(f.args) + len(f.start) + len(f.pending) for f in before.loaded.frames)
    size += sum(len(one.entries) for one in before.loaded.journal)
    variables = encode_any(loaded.variables)
    db.execute(CONVERSATION.update().where(where).values(
        rev=row.rev + 1, last_n=before.n - 1, head=head, read_n=min(row.read_n, before.n - 1), mode=loaded.mode,
        mode_epoch=row.mode_epoch + 1, variables=variables, state_size=size + len(variables),
    ))  # fmt: skip
    end = _key(conversation, 10**19)
    db.execute(_KV.delete().where(_KV.c.scope == SCOPE, _KV.c.key >= _key(conversation, seq), _KV.c.key <= end))
    return before.n


def _forget_failed(db: sa.Connection, bot: BotId, conversation: ConversationId, last: Link) -> int:
    """Takes an event back that could not be handled: it changed nothing but the thread. Raises `NothingToUndo`."""
    if db.execute(sa.select(INBOX.c.state).where(INBOX.c.bot_id == bot, INBOX.c.seq == last.seq)).scalar() != "dead":
        raise NothingToUndo
    head = _drop_thread(db, bot, conversation, last.n)
    where = CONVERSATION.c.conversation_id == conversation
    db.execute(CONVERSATION.update().where(where).values(rev=CONVERSATION.c.rev + 1, last_n=last.n - 1, head=head))
    return last.n


def _drop_thread(db: sa.Connection, bot: BotId, conversation: ConversationId, n: int) -> int:
    """Takes the entries from a position on away; returns the link to what is left."""
    head = 0
    for link in links(db, bot, conversation, _MOST, down_to=n):
        head = link.prev
        if link.seq:
            db.execute(INBOX.delete().where(INBOX.c.bot_id == bot, INBOX.c.seq == link.seq))
        else:
            db.execute(OUTBOX.delete().where(OUTBOX.c.bot_id == bot, OUTBOX.c.id == link.id))
    return head


def _put_state(db: sa.Connection, bot: BotId, conversation: ConversationId, before: Before) -> None:
    for table in (_FRAME, _JOURNAL, _TIMER):
        db.execute(table.delete().where(table.c.conversation_id == conversation))
    mine: dict[str, Any] = {"conversation_id": conversation, "bot_id": bot}
    frames: Sequence[dict[str, Any]] = [
        {**mine, "frame_id": f.frame_id, "depth": f.depth, "dialog": f.dialog, "args": f.args, "start": f.start,
         "pending": f.pending, "started_ms": f.started_ms, "revision": f.revision}
        for f in before.loaded.frames
    ]  # fmt: skip
    journal = [{**mine, "frame_id": r.frame_id, "n": r.n, "entries": r.entries} for r in before.loaded.journal]
    timers = [{**mine, "name": t.name, "due_ms": t.due_ms, "generation": t.generation} for t in before.timers]
    for table, rows in ((_FRAME, frames), (_JOURNAL, journal), (_TIMER, timers)):
        if rows:
            db.execute(table.insert(), rows)


def _put_user(db: sa.Connection, bot: BotId, before: Before) -> None:
    user = before.loaded.user
    mine = {"bot_id": bot, "user_id": UserId(user.user_id)}
    db.execute(
        _USER.update()
        .where(_USER.c.bot_id == bot, _USER.c.user_id == user.user_id)
        .values(profile=encode_any(user.profile), attributes=encode_any(user.attributes), rev=_USER.c.rev + 1)
    )
    db.execute(_TAG.delete().where(_TAG.c.bot_id == bot, _TAG.c.user_id == user.user_id))
    tags = [{**mine, "name": name, "value": value, "set_ms": at} for name, (value, at) in before.tags.items()]
    if tags:
        db.execute(_TAG.insert(), tags)


def bring_forward(db: sa.Connection, conversation: ConversationId, by_ms: int) -> int:
    """Lets so much time pass for the timers of a conversation; returns how many there are."""
    where = _TIMER.c.conversation_id == conversation
    return db.execute(_TIMER.update().where(where).values(due_ms=_TIMER.c.due_ms - by_ms)).rowcount
