"""Notifications as rows: plain functions over a connection."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    db: sa.Connection, account_id: str, sees: Sees, *, limit: int, before: str = "", only_unread: bool = False,
    level: str = "", module: str = "",
) -> list[tuple[Row, bool]]:  # fmt: skip
    """(notification, whether this account has read it), the latest first."""
    up_to, one_by_one = _read_by(db, account_id)
    query = sa.select(NOTIFICATION).order_by(NOTIFICATION.c.id.desc()).limit(_SCAN)
    for column, value in ((NOTIFICATION.c.level, level), (NOTIFICATION.c.module, module)):
        query = query.where(column == value) if value else query
    if only_unread:
        query = query.where(NOTIFICATION.c.id > up_to)
    found: list[tuple[Row, bool]] = []
    while True:
        some = db.execute(query.where(NOTIFICATION.c.id < before) if before else query).mappings().all()
        for row in some:
            read = row["id"] <= up_to or row["id"] in one_by_one
            if sees(dict(row)) and not (read and only_unread):
                found.append((dict(row), read))
            if len(found) == limit:
                return found
        if len(some) < _SCAN:
            return found
        before = some[-1]["id"]


def modules(db: sa.Connection, sees: Sees) -> list[str]:
    """Who has told this account something, of the last 500."""
    latest = sa.select(NOTIFICATION).order_by(NOTIFICATION.c.id.desc()).limit(_SCAN)
    return sorted({row["module"] for row in db.execute(latest).mappings() if sees(dict(row))})


def unread(db: sa.Connection, account_id: str, sees: Sees) -> int:
    """How many this account has not read, 500 at most."""
    return len(page(db, account_id, sees, limit=_SCAN, only_unread=True))


def matching(
    db: sa.Connection, account_id: str, sees: Sees, *, only_unread: bool = False, level: str = "", module: str = ""
) -> Iterator[list[str]]:
    """The ids of all that fit, the latest first, some hundreds at a time."""
    before = ""
    while True:
        some = page(
            db, account_id, sees, limit=_SCAN, before=before, only_unread=only_unread, level=level, module=module
        )
        if some:
            before = some[-1][0]["id"]
            yield [row["id"] for row, _ in some]
        if len(some) < _SCAN:
            return


def mark(db: sa.Connection, account_id: str, ids: Sequence[str], now_ms: int) -> None:
    """These are read."""
    there = set(db.execute(sa.select(NOTIFICATION.c.id).where(NOTIFICATION.c.id.in_(list(ids)))).scalars())
    up_to, known = _read_by(db, account_id)
    fresh = sorted(one for one in there - known if one > up_to)
    if fresh:
        db.execute(
            READ.insert(), [{"account_id": account_id, "notification_id": one, "read_ms": now_ms} for one in fresh]
        )


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
