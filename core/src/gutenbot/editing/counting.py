"""Counts of items and their variants by day: added to together, read for one item."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from gutenbot.editing.rows import many, where
from gutenbot.editing.tables import COUNT, VARIANT

Counts = Mapping[tuple[str, ...], tuple[int, int]]
"""(bot, item) or (bot, item, variant) → shown, clicked."""


@dataclass(frozen=True, slots=True)
class Day:
    """How often something was said, and answered by a tap, on a day (days since 1970)."""

    day: int
    shown: int
    clicked: int


@dataclass(frozen=True, slots=True)
class Results:
    """How an item was received: each day, and each variant each day; days on which nothing happened are left out."""

    days: tuple[Day, ...]
    variants: Mapping[str, tuple[Day, ...]]


def add(db: sa.Connection, counts: Counts, day: int) -> None:
    """Adds to a day: of items, and of variants where the key names one."""
    for key, (shown, clicked) in sorted(counts.items()):
        table = COUNT if len(key) == 2 else VARIANT
        own = dict(zip(("bot_id", "item_id", "variant"), key, strict=False)) | {"day": day}
        more = {"shown": table.c.shown + shown, "clicked": table.c.clicked + clicked}
        if not db.execute(table.update().where(where(table, own)).values(**more)).rowcount:
            db.execute(table.insert().values(**own, shown=shown, clicked=clicked))


def results(db: sa.Connection, bot: str, item: str, first: int) -> Results:
    """How an item was received from a day on."""
    own = {"bot_id": bot, "item_id": item}
    days = many(db, sa.select(COUNT).where(where(COUNT, own), COUNT.c.day >= first).order_by(COUNT.c.day))
    rows = many(db, sa.select(VARIANT).where(where(VARIANT, own), VARIANT.c.day >= first).order_by(VARIANT.c.day))
    variants: dict[str, list[Day]] = {}
    for row in rows:
        variants.setdefault(row["variant"], []).append(Day(row["day"], row["shown"], row["clicked"]))
    return Results(
        tuple(Day(row["day"], row["shown"], row["clicked"]) for row in days),
        {name: tuple(found) for name, found in variants.items()},
    )
