"""Counts of items by day: added to, never read one by one."""

from collections.abc import Mapping

import sqlalchemy as sa

from gutenbot.editing.rows import where
from gutenbot.editing.tables import COUNT


def add(db: sa.Connection, counts: Mapping[tuple[str, str], tuple[int, int]], day: int) -> None:
    """Adds (shown, clicked) by (bot, item) to a day."""
    for (bot, item), (shown, clicked) in sorted(counts.items()):
        key = {"bot_id": bot, "item_id": item, "day": day}
        more = {"shown": COUNT.c.shown + shown, "clicked": COUNT.c.clicked + clicked}
        if not db.execute(COUNT.update().where(where(COUNT, key)).values(**more)).rowcount:
            db.execute(COUNT.insert().values(**key, shown=shown, clicked=clicked))
