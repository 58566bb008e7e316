"""Statements of T1: a group of arrivals becomes inbox rows, each once, in two round trips.

First the conversations are locked in the order of their ids and the keys looked up; then all rows are written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from gutenbot.events.incoming import VISIBLE
from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.graphemes import beginning
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId, user_id
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.session import Again, Transaction
from gutenbot.storage.prepared import Prepared, words_of
from gutenbot.storage.rows import Accepted, Claim, Seq

RELEASED = ""
"""The owner of a conversation that has open events and nobody who works on them."""

_LOCK = """SELECT conversation_id, user_id, fence, last_n, head, backlog, owner, updated_ms, seen_ms, title
FROM conversation WHERE conversation_id = ANY(%s::text[]) ORDER BY conversation_id FOR UPDATE"""

_KNOWN = """SELECT i.bot_id, i.channel_id, i.external_id, i.conversation_id, i.seq, i.n
FROM unnest(%s::text[], %s::text[], %s::text[]) AS k (bot, channel, external)
JOIN inbox i ON i.bot_id = k.bot AND i.channel_id = k.channel AND i.external_id = k.external"""
_KNOWN_NATURAL = """SELECT i.bot_id, i.channel_id, i.natural_key, i.conversation_id, i.seq, i.n
FROM unnest(%s::text[], %s::text[], %s::text[]) AS k (bot, channel, natural_key)
JOIN inbox i ON i.bot_id = k.bot AND i.channel_id = k.channel AND i.natural_key = k.natural_key"""
_NUMBERS = "SELECT nextval('inbox_seq_seq') FROM generate_series(1, %s)"

_INSERT = """INSERT INTO inbox (bot_id, seq, conversation_id, channel_id, sender, external_id, natural_key, lane, event, n,
prev, attempts, received_ms, provider_ms)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])"""
_COUNT = """UPDATE conversation c SET last_n = v.last_n, head = v.head, backlog = v.backlog, owner = v.owner,
updated_ms = v.updated_ms, seen_ms = v.seen_ms, title = v.title
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[])
AS v (id, last_n, head, backlog, owner, updated_ms, seen_ms, title) WHERE c.conversation_id = v.id"""
_TITLE_LENGTH = 80

_NEW_USERS = """INSERT INTO bot_user (bot_id, user_id, created_ms)
SELECT v.bot_id, v.user_id, min(v.now_ms)
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[]) AS v (bot_id, channel_id, sender, user_id, now_ms)
WHERE NOT EXISTS (SELECT FROM identity i
WHERE i.bot_id = v.bot_id AND i.channel_id = v.channel_id AND i.sender = v.sender)
GROUP BY 1, 2 ORDER BY 1, 2 ON CONFLICT DO NOTHING"""
_NEW_IDENTITIES = """INSERT INTO identity (bot_id, channel_id, sender, user_id)
SELECT DISTINCT v.bot_id, v.channel_id, v.sender, v.user_id
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS v (bot_id, channel_id, sender, user_id)
WHERE EXISTS (SELECT FROM bot_user u WHERE u.bot_id = v.bot_id AND u.user_id = v.user_id)
ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING"""
_NEW_CONVERSATIONS = """INSERT INTO conversation
(conversation_id, bot_id, channel_id, user_id, thread, sender, created_ms, updated_ms)
SELECT DISTINCT ON (v.id) v.id, v.bot_id, v.channel_id, i.user_id, v.thread, v.sender, v.now_ms, v.now_ms
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
AS v (id, bot_id, channel_id, sender, thread, now_ms)
JOIN identity i ON i.bot_id = v.bot_id AND i.channel_id = v.channel_id AND i.sender = v.sender
ORDER BY v.id, v.now_ms ON CONFLICT DO NOTHING"""

_Keys = dict[tuple[str, str, str], tuple[ConversationId, Seq, int | None]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation is: what it takes to make it."""

    conversation_id: ConversationId
    bot_id: BotId
    channel_id: ChannelId
    thread: str
    sender: str
    now_ms: int


@dataclass(slots=True)
class _Place:
    """The row of a conversation, as it will be after the arrivals so far."""

    conversation_id: ConversationId
    user_id: UserId
    fence: int
    last_n: int
    head: int
    backlog: int
    owner: str | None
    updated_ms: int
    seen_ms: int
    title: str


@dataclass(slots=True)
class _Ground:
    """What the first round trip found."""

    places: dict[ConversationId, _Place]
    external: _Keys
    natural: _Keys
    numbers: list[int]


@dataclass(slots=True)
class _Row:
    """One new inbox row."""

    item: Prepared
    seq: Seq
    n: int | None
    prev: int | None
    attempts: int


def accept_all(db: Connection, items: Sequence[Prepared], owner: str, *, shown: bool = True) -> list[Accepted]:
    """Keeps the arrivals, in this order, and claims for `owner` the events of idle conversations (unless it is empty).

    Inside a transaction. `shown` is False for events that have their place in the thread already.
    """
    ground = _look(db, items)
    rows: list[_Row] = []
    accepted = [_accept_one(ground, rows, item, owner, shown) for item in items]
    if rows:
        _insert(db, rows)
        _count(db, {row.item.arrival.conversation_id for row in rows}, ground)
    return accepted


def group(items: Sequence[Prepared], owner: str) -> Callable[[Transaction], None]:
    """The whole transaction for a group of arrivals."""

    def work(transaction: Transaction) -> None:
        try:
            with transaction.db.pipeline():
                begun = transaction.begin_in_pipeline()
                accepted = accept_all(transaction.db, items, owner)
                transaction.learn(begun)
                reach("accept.inside")
                transaction.commit(accepted)
        except psycopg.errors.UniqueViolation as error:
            raise Again from error  # the same event came in elsewhere at this moment: now it can be seen

    return work


def ensure_conversations(db: Connection, places: Sequence[Address]) -> None:
    """Makes the conversations, their users and identities where they are missing."""
    bots, channels = [place.bot_id for place in places], [place.channel_id for place in places]
    senders, moments = [place.sender for place in places], [place.now_ms for place in places]
    users = [user_id(place.bot_id, place.channel_id, place.sender) for place in places]
    db.execute(_NEW_USERS, (bots, channels, senders, users, moments))
    db.execute(_NEW_IDENTITIES, (bots, channels, senders, users))
    ids, threads = [place.conversation_id for place in places], [place.thread for place in places]
    db.execute(_NEW_CONVERSATIONS, (ids, bots, channels, senders, threads, moments))


def _look(db: Connection, items: Sequence[Prepared]) -> _Ground:
    """Locks first, then reads keys and takes numbers: within a conversation they rise in the order of the thread."""
    ids = sorted({item.arrival.conversation_id for item in items})
    ground = _ask(db, items, ids)
    missing = [item for item in items if item.arrival.conversation_id not in ground.places]
    if missing:
        ensure_conversations(db, [_address(item) for item in missing])
        ground = _ask(db, items, ids)
    return ground


def _ask(db: Connection, items: Sequence[Prepared], ids: Sequence[ConversationId]) -> _Ground:
    bots, channels = [item.arrival.bot_id for item in items], [item.arrival.channel_id for item in items]
    places = db.execute(_LOCK, (list(ids),))
    external = db.execute(_KNOWN, (bots, channels, [item.external_id for item in items]))
    natural = None
    if any(item.natural_key is not None for item in items):
        natural = db.execute(_KNOWN_NATURAL, (bots, channels, [item.natural_key for item in items]))
    numbers = db.execute(_NUMBERS, (len(items),))
    return _Ground(
        {row[0]: _Place(*row) for row in places.fetchall()},
        _keys(external.fetchall()),
        _keys(natural.fetchall()) if natural else {},
        [row[0] for row in numbers.fetchall()],
    )


def _keys(rows: Sequence[tuple[Any, ...]]) -> _Keys:
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def _address(item: Prepared) -> Address:
    arrival = item.arrival
    return Address(
        arrival.conversation_id, arrival.bot_id, arrival.channel_id, item.thread, item.sender, arrival.received_ms
    )


def _accept_one(ground: _Ground, rows: list[_Row], item: Prepared, owner: str, shown: bool) -> Accepted:
    arrival = item.arrival
    external = (arrival.bot_id, arrival.channel_id, item.external_id)
    natural = (arrival.bot_id, arrival.channel_id, item.natural_key or "")
    before = ground.external.get(external)
    if before is None and item.natural_key is not None:
        before = ground.natural.get(natural)
    if before is not None:
        return Accepted(conversation_id=before[0], seq=before[1], n=before[2], duplicate=True, claim=None)
    place = ground.places[arrival.conversation_id]
    idle = place.owner is None
    row = _place_event(place, item, Seq(ground.numbers[len(rows)]), owner, shown)
    rows.append(row)
    ground.external[external] = (arrival.conversation_id, row.seq, row.n)
    if item.natural_key is not None:
        ground.natural[natural] = (arrival.conversation_id, row.seq, row.n)
    claim = _claim(row, place) if idle and owner else None
    return Accepted(conversation_id=arrival.conversation_id, seq=row.seq, n=row.n, duplicate=False, claim=claim)


def _place_event(place: _Place, item: Prepared, seq: Seq, owner: str, shown: bool) -> _Row:
    """Counts the event in its conversation, which gets an owner when it was idle."""
    now_ms = item.arrival.received_ms
    idle = place.owner is None
    n, prev = None, None
    if shown and isinstance(item.event, VISIBLE):
        n, prev = place.last_n + 1, place.head
        place.last_n, place.head = n, seq
        if not place.title and (words := words_of(item.event)):
            place.title = beginning(words, _TITLE_LENGTH)
    place.backlog += 1
    place.updated_ms = max(place.updated_ms, now_ms)
    if item.arrival.lane == "live":
        place.seen_ms = max(place.seen_ms, now_ms)
    if idle:
        place.owner = owner or RELEASED
    return _Row(item, seq, n, prev, 1 if idle and owner else 0)


def _insert(db: Connection, rows: Sequence[_Row]) -> None:
    values = [
        (
            row.item.arrival.bot_id,
            row.seq,
            row.item.arrival.conversation_id,
            row.item.arrival.channel_id,
            row.item.sender,
            row.item.external_id,
            row.item.natural_key,
            row.item.arrival.lane,
            row.item.text,
            row.n,
            row.prev,
            row.attempts,
            row.item.arrival.received_ms,
            row.item.arrival.provider_ms,
        )
        for row in rows
    ]
    db.execute(_INSERT, columns(values))


def _count(db: Connection, changed: set[ConversationId], ground: _Ground) -> None:
    places = [ground.places[conversation_id] for conversation_id in sorted(changed)]
    values = [
        (p.conversation_id, p.last_n, p.head, p.backlog, p.owner, p.updated_ms, p.seen_ms, p.title) for p in places
    ]
    db.execute(_COUNT, columns(values))


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows turned by a quarter: one list for each column, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


def _claim(row: _Row, place: _Place) -> Claim:
    arrival = row.item.arrival
    return Claim(
        conversation_id=arrival.conversation_id,
        bot_id=arrival.bot_id,
        channel_id=arrival.channel_id,
        user_id=place.user_id,
        thread=row.item.thread,
        sender=row.item.sender,
        seq=row.seq,
        n=row.n,
        external_id=row.item.external_id,
        event=row.item.event,
        lane=arrival.lane,
        attempts=1,
        failures=0,
        fence=place.fence,
        received_ms=arrival.received_ms,
    )
