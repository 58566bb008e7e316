"""What a text was: its revisions, and what users saw at a moment."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.editing.errors import NoText
from gutenbot.editing.publishing import Ground
from gutenbot.editing.rows import Spot, many, revision, where
from gutenbot.editing.tables import RELEASE, REVISION
from gutenbot.editing.text import must_be
from gutenbot.editing.written import TROUBLE, read_value
from gutenbot.kernel.clock import to_ms


def revisions(db: sa.Connection, spot: Spot, limit: int, before: int = 0) -> list[Row]:
    """The latest first."""
    query = sa.select(REVISION).where(where(REVISION, spot.key))
    query = query.where(REVISION.c.n < before) if before else query
    return many(db, query.order_by(REVISION.c.n.desc()).limit(limit))


def revision_or_none(db: sa.Connection, spot: Spot, n: int) -> Row:
    """One state. Raises `NoText`."""
    found = revision(db, spot, n)
    if found is None:
        raise NoText(item=spot.item, locale=spot.locale, what=f"revision {n}")
    return found


def seen(db: sa.Connection, ground: Ground, spot: Spot, at: datetime) -> dict[str, Any]:
    """What users saw at a moment: the text of the last release before it that touched this one, else the file's as it is now.

    Raises `NoItem`.
    """
    must_be(db, ground, spot.item)
    needle = json.dumps(spot.item, ensure_ascii=False)
    query = sa.select(RELEASE.c["items"]).where(
        RELEASE.c.bot_id == spot.bot,
        RELEASE.c.live_ms > 0,
        RELEASE.c.live_ms <= to_ms(at),
        RELEASE.c["items"].contains(needle, autoescape=True),
    )
    for row in many(db, query.order_by(RELEASE.c.live_ms.desc(), RELEASE.c.seq.desc())):
        for item in json.loads(row["items"]):
            if (item["id"], item["locale"]) == (spot.item, spot.locale):
                found = revision(db, spot, item["to"])
                return _shown(found["source"], "revision", item["to"]) if found else _file(ground, spot)
    return _file(ground, spot)


def _file(ground: Ground, spot: Spot) -> dict[str, Any]:
    default = ground.defaults.get((spot.item, spot.locale))
    return _shown(default.source, "files", None) if default else _shown("", "nothing", None)


def _shown(source: str, where_from: str, n: int | None) -> dict[str, Any]:
    try:
        value = read_value(source) if source else None
    except TROUBLE:
        value = None
    return {"yaml": source, "value": value, "revision": n, "source": where_from}
