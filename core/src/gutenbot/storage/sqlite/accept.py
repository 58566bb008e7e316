"""Statements of T1: an arrival becomes an inbox row, once. Runs inside a unit of the writer."""

import sqlite3
from typing import NamedTuple

from gutenbot.events.incoming import VISIBLE
from gutenbot.kernel.graphemes import beginning
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId, user_id
from gutenbot.storage.prepared import Prepared, words_of
from gutenbot.storage.rows import Accepted, Claim, Seq
from gutenbot.storage.sqlite.loads import OF_ONE, STATE, at_hand

_BY_EXTERNAL = """SELECT conversation_id, seq, n FROM inbox
WHERE bot_id = ? AND channel_id = ? AND external_id = ?"""

_BY_NATURAL = """SELECT conversation_id, seq, n FROM inbox
WHERE bot_id = ? AND channel_id = ? AND natural_key = ?"""

_PLACE = f"SELECT c.rowid, c.head, c.backlog, c.owner, c.title, c.user_id, {STATE} {OF_ONE}"
_SIZE_AT = 15
_COUNT = """UPDATE conversation SET last_n = ?, head = ?, backlog = ?, owner = ?, updated_ms = ?, seen_ms = ?
WHERE rowid = ?"""
_SET_TITLE = "UPDATE conversation SET title = ? WHERE rowid = ?"
_TITLE_LENGTH = 80

_INSERT = """INSERT INTO inbox (bot_id, conversation_id, channel_id, sender, external_id, natural_key, lane, event, n, prev,
attempts, received_ms, provider_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""

_NEW_CONVERSATION = """INSERT INTO conversation
(conversation_id, bot_id, channel_id, user_id, thread, sender, created_ms, updated_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""

_NEW_USER = "INSERT INTO bot_user (bot_id, user_id, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_NEW_IDENTITY = """INSERT INTO identity (bot_id, channel_id, sender, user_id) VALUES (?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_IDENTITY = "SELECT user_id FROM identity WHERE bot_id = ? AND channel_id = ? AND sender = ?"


class _Place(NamedTuple):
    """The row of a conversation, as far as an arrival needs it, then all that a turn starts from (`STATE`)."""

    rowid: int
    head: int
    backlog: int
    owner: str | None
    title: str
    user_id: UserId
    rev: int
    fence: int
    last_n: int
    mode: str
    mode_epoch: int
    variables: str
    created_ms: int
    updated_ms: int
    seen_ms: int
    state_size: int
    user_rev: int | None
    profile: str | None
    profile_ms: int | None
    attributes: str | None
    user_created_ms: int | None


def accept_one(db: sqlite3.Connection, item: Prepared, boot: str, *, shown: bool = True) -> Accepted:
    """Keeps one arrival, and claims it when its conversation was idle. The unique indexes say whether it is new.

    `shown` is False for an event that has its place in the thread already.
    """
    arrival = item.arrival
    place = _place(db, item)
    visible = shown and isinstance(item.event, VISIBLE)
    n = place.last_n + 1 if visible else None
    idle = place.owner is None
    seq = _insert(db, item, n, place.head if visible else None, idle)
    if seq is None:
        return _duplicate(db, item)
    counted = _count(db, item, place, seq if visible else None, boot)
    claim = _claim(db, item, place, counted, seq, n) if idle else None
    return Accepted(conversation_id=arrival.conversation_id, seq=seq, n=n, duplicate=False, claim=claim)


def ensure_conversation(
    db: sqlite3.Connection,
    bot_id: BotId,
    channel_id: ChannelId,
    conversation_id: ConversationId,
    thread: str,
    sender: str,
    now_ms: int,
) -> UserId:
    """Makes the conversation, its user and the identity where they are missing; returns the user."""
    row = db.execute(_IDENTITY, (bot_id, channel_id, sender)).fetchone()
    user = UserId(row[0]) if row else user_id(bot_id, channel_id, sender)
    if row is None:
        db.execute(_NEW_USER, (bot_id, user, now_ms))
        db.execute(_NEW_IDENTITY, (bot_id, channel_id, sender, user))
    db.execute(_NEW_CONVERSATION, (conversation_id, bot_id, channel_id, user, thread, sender, now_ms, now_ms))
    return user


def _place(db: sqlite3.Connection, item: Prepared) -> _Place:
    """The conversation's row, made when it is new."""
    arrival = item.arrival
    row = db.execute(_PLACE, (arrival.conversation_id,)).fetchone()
    if row is None:
        bot_id, channel_id, now_ms = arrival.bot_id, arrival.channel_id, arrival.received_ms
        ensure_conversation(db, bot_id, channel_id, arrival.conversation_id, item.thread, item.sender, now_ms)
        row = db.execute(_PLACE, (arrival.conversation_id,)).fetchone()
    return _Place._make(row)


def _count(db: sqlite3.Connection, item: Prepared, place: _Place, shown: Seq | None, boot: str) -> tuple[int, int, int]:
    """Writes the event into the row of its conversation, which becomes ours when it was idle; returns its last position
    and when it was changed and seen."""
    now_ms = item.arrival.received_ms
    last_n, head = (place.last_n, place.head) if shown is None else (place.last_n + 1, shown)
    owner = boot if place.owner is None else place.owner
    seen_ms = max(place.seen_ms, now_ms) if item.arrival.lane == "live" else place.seen_ms
    updated_ms = max(place.updated_ms, now_ms)
    db.execute(_COUNT, (last_n, head, place.backlog + 1, owner, updated_ms, seen_ms, place.rowid))
    if not place.title and shown is not None and (words := words_of(item.event)):
        db.execute(_SET_TITLE, (beginning(words, _TITLE_LENGTH), place.rowid))
    return last_n, updated_ms, seen_ms


def _insert(db: sqlite3.Connection, item: Prepared, n: int | None, prev: int | None, idle: bool) -> Seq | None:
    """The new row's number; None when one of its keys is there already."""
    arrival = item.arrival
    values = (
        arrival.bot_id,
        arrival.conversation_id,
        arrival.channel_id,
        item.sender,
        item.external_id,
        item.natural_key,
        arrival.lane,
        item.text,
        n,
        prev,
        idle,
        arrival.received_ms,
        arrival.provider_ms,
    )
    cursor = db.execute(_INSERT, values)
    return Seq(cursor.lastrowid or 0) if cursor.rowcount else None


def _duplicate(db: sqlite3.Connection, item: Prepared) -> Accepted:
    arrival = item.arrival
    row = db.execute(_BY_EXTERNAL, (arrival.bot_id, arrival.channel_id, item.external_id)).fetchone()
    if row is None:
        row = db.execute(_BY_NATURAL, (arrival.bot_id, arrival.channel_id, item.natural_key)).fetchone()
    conversation_id, seq, n = row
    return Accepted(conversation_id=conversation_id, seq=seq, n=n, duplicate=True, claim=None)


def _claim(
    db: sqlite3.Connection, item: Prepared, place: _Place, counted: tuple[int, int, int], seq: Seq, n: int | None
) -> Claim:
    arrival = item.arrival
    last_n, updated_ms, seen_ms = counted
    address = (arrival.conversation_id, arrival.bot_id, arrival.channel_id, place.user_id, item.thread)
    state = (place.rev, place.fence, last_n, place.mode, place.mode_epoch, place.variables, place.created_ms)
    return Claim(
        conversation_id=arrival.conversation_id,
        bot_id=arrival.bot_id,
        channel_id=arrival.channel_id,
        user_id=place.user_id,
        thread=item.thread,
        sender=item.sender,
        seq=seq,
        n=n,
        external_id=item.external_id,
        event=item.event,
        lane=arrival.lane,
        attempts=1,
        failures=0,
        fence=place.fence,
        received_ms=arrival.received_ms,
        loaded=at_hand(db, (*address, *state, updated_ms, seen_ms, *place[_SIZE_AT:])),
    )
