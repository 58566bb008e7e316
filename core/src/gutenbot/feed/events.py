"""Events of the feed as rows: appended in the order of their commits, read by number, gone after an hour."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.feed.tables import EVENT

KEEP_MS = 3_600_000
"""A page that was away for longer asks for everything anew."""
MOST_BYTES = 65_536
_LOCK = sa.text("SELECT pg_advisory_xact_lock(7167111498)")


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news. Numbers grow over all topics, with holes."""

    seq: int
    topic: str
    data: Any
    to: str = ""
    """Who of the listeners hears it; empty: all."""


def append(db: sa.Connection, topic: str, data: Any, now_ms: int, to: str = "") -> int:
    """Adds an event within a transaction; returns its number. Others wait until the transaction ends, so call it late, but
    before the line of the audit log. Raises ValueError for what is too large or not JSON."""
    encoded = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).replace("\\u0000", "�")
    encoded = encoded.encode("utf-8", "replace").decode()
    if len(encoded) > MOST_BYTES:
        raise ValueError(f"an event of {topic} has {len(encoded)} characters; at most {MOST_BYTES} are told")
    if db.dialect.name == "postgresql":
        db.execute(_LOCK)  # numbers become visible in their order: nobody who reads on leaves one out
    row = {"topic": topic, "audience": to, "at_ms": now_ms, "data": encoded}
    made = db.execute(EVENT.insert().values(row)).inserted_primary_key
    return int(made[0]) if made else 0


def last(db: sa.Connection) -> int:
    """The number of the newest event; 0 when there was never one."""
    return int(db.execute(sa.select(sa.func.max(EVENT.c.seq))).scalar_one() or 0)


def first(db: sa.Connection) -> int:
    """The number of the oldest event that is kept."""
    return int(db.execute(sa.select(sa.func.min(EVENT.c.seq))).scalar_one() or 0)


def after(db: sa.Connection, seq: int, limit: int) -> list[Event]:
    """The next events of all topics."""
    return _events(db, sa.select(EVENT).where(EVENT.c.seq > seq).order_by(EVENT.c.seq).limit(limit))


def of_topic(db: sa.Connection, topic: str, seq: int, until: int, limit: int) -> list[Event] | None:
    """The events of a topic after a number, up to another; None when some of them may have gone already."""
    if seq < first(db) - 1 or seq > last(db):
        return None
    here = sa.and_(EVENT.c.topic == topic, EVENT.c.seq > seq, EVENT.c.seq <= until)
    found = _events(db, sa.select(EVENT).where(here).order_by(EVENT.c.seq).limit(limit + 1))
    return None if len(found) > limit else found


def prune(db: sa.Connection, before_ms: int, limit: int) -> int:
    """Lets old events go, but never the newest: its number must not come again. Returns how many went."""
    old = (
        sa.select(EVENT.c.seq)
        .where(EVENT.c.at_ms < before_ms, EVENT.c.seq < last(db))
        .order_by(EVENT.c.seq)
        .limit(limit)
    )
    gone = [row.seq for row in db.execute(old)]
    if gone:
        db.execute(EVENT.delete().where(EVENT.c.seq.in_(gone)))
    return len(gone)


def _events(db: sa.Connection, query: "sa.Select[Any]") -> list[Event]:
    rows: Sequence[Any] = db.execute(query).all()
    return [Event(row.seq, row.topic, json.loads(row.data), row.audience) for row in rows]
