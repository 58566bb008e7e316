"""Notifications as rows: plain functions over a connection."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from gutenbot.kernel.ids import new_id
from gutenbot.notifications.tables import NOTIFICATION, READ, SEEN

SAME_MS = 3_600_000
KEEP_MS = 90 * 86_400_000
_SCAN = 500
Row = Mapping[str, Any]
Sees = Callable[[Row], bool]


def add(db: sa.Connection, values: Mapping[str, Any], now_ms: int, times: int = 1) -> Row:
    """A new one, or one more of the same."""
    recent = sa.and_(NOTIFICATION.c.same == values["same"], NOTIFICATION.c.created_ms > now_ms - SAME_MS)
    latest = sa.select(NOTIFICATION.c.id).where(recent).order_by(NOTIFICATION.c.id.desc()).limit(1)
    known = db.execute(latest).scalar_one_or_none() if values["same"] else None
    if known is not None:
        more = {
            "times": NOTIFICATION.c.times + times,
            "last_ms": now_ms,
            "message": values["message"],
            "link": values["link"],
        }
        db.execute(NOTIFICATION.update().where(NOTIFICATION.c.id == known).values(more))
        return _get(db, known)
    made = {**values, "id": new_id(), "times": times, "created_ms": now_ms, "last_ms": now_ms}
    db.execute(NOTIFICATION.insert().values(made))
    return _get(db, made["id"])


def _get(db: sa.Connection, notification_id: str) -> Row:
    row = db.execute(sa.select(NOTIFICATION).where(NOTIFICATION.c.id == notification_id)).mappings().one()
    return dict(row)


def page(
    db: sa.Connection, account_id: str, sees: Sees, *, limit: int, before: str = "", only_unread: bool = False
) -> list[tuple[Row, bool]]:
    """(notification, whether this account has read it), the latest first."""
    query = sa.select(NOTIFICATION).order_by(NOTIFICATION.c.id.desc()).limit(_SCAN)
    if before:
        query = query.where(NOTIFICATION.c.id < before)
    up_to, one_by_one = _read_by(db, account_id)
    found: list[tuple[Row, bool]] = []
    for row in db.execute(query).mappings():
        read = row["id"] <= up_to or row["id"] in one_by_one
        if sees(dict(row)) and not (read and only_unread):
            found.append((dict(row), read))
        if len(found) == limit:
            break
    return found


def unread(db: sa.Connection, account_id: str, sees: Sees) -> int:
    """How many this account has not read, of the last 500."""
    return len(page(db, account_id, sees, limit=_SCAN, only_unread=True))


def mark(db: sa.Connection, account_id: str, notification_id: str, now_ms: int) -> None:
    """One is read."""
    mine = sa.and_(READ.c.account_id == account_id, READ.c.notification_id == notification_id)
    exists = sa.select(NOTIFICATION.c.id).where(NOTIFICATION.c.id == notification_id)
    if db.execute(exists).first() is not None and db.execute(sa.select(READ.c.read_ms).where(mine)).first() is None:
        db.execute(READ.insert().values(account_id=account_id, notification_id=notification_id, read_ms=now_ms))


def mark_all(db: sa.Connection, account_id: str, up_to: str, now_ms: int) -> None:
    """All up to this one are read; never goes back."""
    known, _ = _read_by(db, account_id)
    if up_to <= known:
        return
    mine = SEEN.c.account_id == account_id
    if not db.execute(SEEN.update().where(mine).values(up_to=up_to, read_ms=now_ms)).rowcount:
        db.execute(SEEN.insert().values(account_id=account_id, up_to=up_to, read_ms=now_ms))
    db.execute(READ.delete().where(READ.c.account_id == account_id, READ.c.notification_id <= up_to))


def _read_by(db: sa.Connection, account_id: str) -> tuple[str, set[str]]:
    up_to = db.execute(sa.select(SEEN.c.up_to).where(SEEN.c.account_id == account_id)).scalar_one_or_none() or ""
    one_by_one = sa.select(READ.c.notification_id).where(READ.c.account_id == account_id)
    return up_to, set(db.execute(one_by_one).scalars())


def forget(db: sa.Connection, now_ms: int) -> int:
    """Lets old ones go, with who has read them."""
    old = sa.select(NOTIFICATION.c.id).where(NOTIFICATION.c.created_ms < now_ms - KEEP_MS).limit(_SCAN)
    ids = list(db.execute(old).scalars())
    db.execute(READ.delete().where(READ.c.notification_id.in_(ids)))
    db.execute(NOTIFICATION.delete().where(NOTIFICATION.c.id.in_(ids)))
    return len(ids)


def told(row: Row) -> dict[str, Any]:
    """A notification as the API and the live topic tell it. Moments are milliseconds since 1970."""
    return {
        "id": row["id"], "level": row["level"], "message": row["message"], "link": row["link"] or None,
        "module": row["module"], "bot": row["bot_id"] or None, "times": row["times"], "created": row["created_ms"],
        "last": row["last_ms"],
    }  # fmt: skip
