"""Who looks at what: rows that every worker can read, kept alive by the one that has the connection."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.feed.tables import PRESENCE

LEASE_MS = 30_000
"""So long a page counts as open after its worker was last heard of."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A page that somebody has open."""

    connection: str
    account: str
    name: str
    since_ms: int
    data: dict[str, Any]
    """`state`: viewing, editing or away; `field`: where in the object."""


def enter(db: sa.Connection, object_name: str, who: Someone, now_ms: int) -> None:
    """They look at it from now on, or do so differently."""
    values = {
        "account_id": who.account, "name": who.name, "data": json.dumps(who.data), "since_ms": who.since_ms,
        "until_ms": now_ms + LEASE_MS,
    }  # fmt: skip
    mine = sa.and_(PRESENCE.c.object == object_name, PRESENCE.c.connection == who.connection)
    if not db.execute(PRESENCE.update().where(mine).values(values)).rowcount:
        db.execute(PRESENCE.insert().values(object=object_name, connection=who.connection, **values))


def leave(db: sa.Connection, connection: str, object_name: str = "") -> None:
    """They do not look at it any more; without a name, at nothing."""
    mine = PRESENCE.c.connection == connection
    db.execute(PRESENCE.delete().where(sa.and_(mine, PRESENCE.c.object == object_name) if object_name else mine))


def stay(db: sa.Connection, connections: Sequence[str], now_ms: int) -> None:
    """These are still there."""
    db.execute(PRESENCE.update().where(PRESENCE.c.connection.in_(connections)).values(until_ms=now_ms + LEASE_MS))


def present(db: sa.Connection, object_name: str, now_ms: int) -> list[Someone]:
    """Who looks at it, who came first first."""
    here = sa.and_(PRESENCE.c.object == object_name, PRESENCE.c.until_ms > now_ms)
    query = sa.select(PRESENCE).where(here).order_by(PRESENCE.c.since_ms, PRESENCE.c.connection).limit(100)
    return [
        Someone(row.connection, row.account_id, row.name, row.since_ms, json.loads(row.data))
        for row in db.execute(query)
    ]


def sweep(db: sa.Connection, now_ms: int) -> int:
    """Forgets pages whose worker is gone."""
    return db.execute(PRESENCE.delete().where(PRESENCE.c.until_ms <= now_ms)).rowcount
