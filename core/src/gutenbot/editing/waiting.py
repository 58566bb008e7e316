"""Releases that wait for their moment, or that were held when it came."""

import json
from collections.abc import Collection

import sqlalchemy as sa

from gutenbot.editing.rows import Spot, many, where
from gutenbot.editing.tables import RELEASE

HELD = "held"
WAITING = ("scheduled", HELD)
"""What a planned release is before it is live, or called off."""


def drop(db: sa.Connection, bot: str, spots: Collection[Spot]) -> None:
    """Takes texts out of the planned releases that they are in; one of which nothing is left is called off."""
    query = sa.select(RELEASE.c.seq, RELEASE.c["items"]).where(RELEASE.c.bot_id == bot, RELEASE.c.state.in_(WAITING))
    names = {(spot.item, spot.locale) for spot in spots}
    for row in many(db, query):
        items = json.loads(row["items"])
        rest = [one for one in items if (one["id"], one["locale"]) not in names]
        if len(rest) < len(items):
            values = {"items": json.dumps(rest, ensure_ascii=False)} if rest else {"state": "cancelled"}
            key = {"bot_id": bot, "seq": row["seq"]}
            db.execute(RELEASE.update().where(where(RELEASE, key)).values(**values))


def held(db: sa.Connection, bot: str, item: str) -> dict[str, str]:
    """Language → why the planned text of an item did not go live."""
    query = sa.select(RELEASE.c["items"]).where(where(RELEASE, {"bot_id": bot, "state": HELD}))
    found = (one for row in many(db, query) for one in json.loads(row["items"]) if one["id"] == item)
    return {one["locale"]: one.get("held", "") for one in found}
