"""Statements of T1: an arrival becomes an inbox row, once. Runs inside a unit of the writer."""

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from gutenbot.events.incoming import VISIBLE, Incoming
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId, user_id
from gutenbot.storage.codec import clean, encode_incoming
from gutenbot.storage.rows import Accepted, Arrival, Claim, Seq

_BY_EXTERNAL = """SELECT conversation_id, seq, n FROM inbox
WHERE bot_id = ? AND channel_id = ? AND external_id = ?"""

_BY_NATURAL = """SELECT conversation_id, seq, n FROM inbox
WHERE bot_id = ? AND channel_id = ? AND natural_key = ?"""

_TOUCH = """UPDATE conversation SET last_n = last_n + ?, backlog = backlog + 1, owner = ifnull(owner, ?),
updated_ms = max(updated_ms, ?), seen_ms = max(seen_ms, ?)
WHERE conversation_id = ? RETURNING user_id, fence, last_n, backlog, owner"""

_INSERT = """INSERT INTO inbox (bot_id, conversation_id, channel_id, sender, external_id, natural_key, lane, event, n,
attempts, received_ms, provider_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_NEW_CONVERSATION = """INSERT INTO conversation
(conversation_id, bot_id, channel_id, user_id, thread, sender, created_ms, updated_ms, seen_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""

_NEW_USER = "INSERT INTO bot_user (bot_id, user_id, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_NEW_IDENTITY = """INSERT INTO identity (bot_id, channel_id, sender, user_id) VALUES (?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_IDENTITY = "SELECT user_id FROM identity WHERE bot_id = ? AND channel_id = ? AND sender = ?"


@dataclass(slots=True)
class Prepared:
    """An arrival in its storable form."""

    arrival: Arrival
    event: Incoming
    text: str
    """The event as JSON."""
    thread: str
    sender: str
    external_id: str
    natural_key: str | None


class _Touched(NamedTuple):
    user_id: UserId
    fence: int
    last_n: int
    backlog: int
    owner: str


def prepare(arrival: Arrival) -> Prepared:
    """Encodes and cleans, on the caller's thread."""
    event, text = encode_incoming(arrival.event)
    natural = arrival.natural_key
    return Prepared(
        arrival,
        event,
        text,
        clean(arrival.thread),
        clean(arrival.sender),
        clean(arrival.external_id),
        None if natural is None else clean(natural),
    )


def accept_one(db: sqlite3.Connection, item: Prepared, boot: str) -> Accepted:
    """Keeps one arrival, and claims it when its conversation was idle."""
    arrival = item.arrival
    known = _known(db, item)
    if known is not None:
        return Accepted(conversation_id=known[0], seq=Seq(known[1]), n=known[2], duplicate=True, claim=None)
    visible = isinstance(item.event, VISIBLE)
    touched = _touch(db, item, visible, boot)
    n = touched.last_n if visible else None
    idle = touched.backlog == 1 and touched.owner == boot
    seq = _insert(db, item, n, idle)
    return Accepted(
        conversation_id=arrival.conversation_id,
        seq=seq,
        n=n,
        duplicate=False,
        claim=_claim(item, touched, seq, n) if idle else None,
    )


def ensure_conversation(
    db: sqlite3.Connection,
    bot_id: BotId,
    channel_id: ChannelId,
    conversation_id: ConversationId,
    thread: str,
    sender: str,
    now_ms: int,
    *,
    seen: bool,
) -> UserId:
    """Makes the conversation, its user and the identity where they are missing; returns the user."""
    row = db.execute(_IDENTITY, (bot_id, channel_id, sender)).fetchone()
    user = UserId(row[0]) if row else user_id(bot_id, channel_id, sender)
    if row is None:
        db.execute(_NEW_USER, (bot_id, user, now_ms))
        db.execute(_NEW_IDENTITY, (bot_id, channel_id, sender, user))
    seen_ms = now_ms if seen else 0
    db.execute(
        _NEW_CONVERSATION, (conversation_id, bot_id, channel_id, user, thread, sender, now_ms, now_ms, seen_ms)
    )
    return user


def _known(db: sqlite3.Connection, item: Prepared) -> tuple[ConversationId, int, int | None] | None:
    arrival = item.arrival
    row = db.execute(_BY_EXTERNAL, (arrival.bot_id, arrival.channel_id, item.external_id)).fetchone()
    if row is None and item.natural_key is not None:
        row = db.execute(_BY_NATURAL, (arrival.bot_id, arrival.channel_id, item.natural_key)).fetchone()
    found: tuple[ConversationId, int, int | None] | None = row
    return found


def _touch(db: sqlite3.Connection, item: Prepared, visible: bool, boot: str) -> _Touched:
    """Counts the event in its conversation, which is made when new; an idle one becomes ours."""
    arrival = item.arrival
    now_ms = arrival.received_ms
    seen = arrival.lane == "live"
    values = (visible, boot, now_ms, now_ms if seen else 0, arrival.conversation_id)
    row = db.execute(_TOUCH, values).fetchone()
    if row is None:
        ensure_conversation(
            db, arrival.bot_id, arrival.channel_id, arrival.conversation_id, item.thread, item.sender, now_ms, seen=seen
        )
        row = db.execute(_TOUCH, values).fetchone()
    return _Touched(*row)


def _insert(db: sqlite3.Connection, item: Prepared, n: int | None, idle: bool) -> Seq:
    arrival = item.arrival
    cursor = db.execute(
        _INSERT,
        (
            arrival.bot_id,
            arrival.conversation_id,
            arrival.channel_id,
            item.sender,
            item.external_id,
            item.natural_key,
            arrival.lane,
            item.text,
            n,
            idle,
            arrival.received_ms,
            arrival.provider_ms,
        ),
    )
    return Seq(cursor.lastrowid or 0)


def _claim(item: Prepared, touched: _Touched, seq: Seq, n: int | None) -> Claim:
    arrival = item.arrival
    return Claim(
        conversation_id=arrival.conversation_id,
        bot_id=arrival.bot_id,
        channel_id=arrival.channel_id,
        user_id=touched.user_id,
        thread=item.thread,
        sender=item.sender,
        seq=seq,
        n=n,
        external_id=item.external_id,
        event=item.event,
        lane=arrival.lane,
        attempts=1,
        failures=0,
        fence=touched.fence,
        received_ms=arrival.received_ms,
    )
