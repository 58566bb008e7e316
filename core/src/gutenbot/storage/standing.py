"""How the work stands, as the database knows it: what waits, for how long, and what was given up. One read of open rows."""

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import sqlalchemy as sa

MOST = 100_000
"""Nothing is counted beyond this: a look must stay cheap when things go badly."""

_OPEN = f"""SELECT count(*), min(received_ms) FROM (
SELECT received_ms FROM inbox WHERE state = 'open' LIMIT {MOST}) AS open"""
_SENDS = f"""SELECT state, count(*), min(created_ms) FROM (
SELECT state, created_ms FROM outbox WHERE state IN ('queued', 'claimed') LIMIT {MOST}) AS waiting GROUP BY state"""
_DEAD = f"""SELECT bot_id, count(*) AS number FROM (
SELECT bot_id FROM inbox WHERE state = 'dead' LIMIT {MOST}) AS dead GROUP BY bot_id"""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the work of all processes stands. Moments are milliseconds since 1970, 0 when there is none."""

    open_events: int
    oldest_open_ms: int
    sends: dict[str, int]
    """`queued` and `claimed` → how many messages."""
    oldest_send_ms: int
    dead: dict[str, int]
    """Bot → its dead letters."""


def standing(db: "sa.Connection") -> Standing:
    """For `Storage.read`."""
    open_events, oldest = db.exec_driver_sql(_OPEN).one()
    sends = db.exec_driver_sql(_SENDS).all()
    return Standing(
        open_events=open_events,
        oldest_open_ms=oldest or 0,
        sends={"queued": 0, "claimed": 0, **{state: count for state, count, _ in sends}},
        oldest_send_ms=min((made for _, _, made in sends), default=0),
        dead={one.bot_id: one.number for one in db.exec_driver_sql(_DEAD)},
    )
