"""What pages that stay open want to know of conversations. Plain functions for `Storage.read`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

_CHANGED = """SELECT conversation_id, channel_id, user_id, thread, title, mode, last_n, read_n, updated_ms FROM conversation
WHERE bot_id = :bot AND conversation_id IN :ids"""
_DEAD = "SELECT count(*), max(seq) FROM inbox WHERE bot_id = :bot AND state = 'dead'"


def dead(db: "sa.Connection", bot_id: str) -> tuple[int, int]:
    """How many events of a bot could not be handled, and the number of the last one."""
    import sqlalchemy as sa

    row = db.execute(sa.text(_DEAD), {"bot": bot_id}).one()
    return int(row[0]), int(row[1] or 0)


def changed(db: "sa.Connection", bot_id: str, conversation_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a list of conversations for those of these that are the bot's. `updated`: milliseconds since 1970."""
    import sqlalchemy as sa

    query = sa.text(_CHANGED).bindparams(sa.bindparam("ids", expanding=True))
    rows = db.execute(query, {"bot": bot_id, "ids": list(conversation_ids)})
    return [
        {
            "id": row.conversation_id, "channel": row.channel_id, "user": row.user_id, "title": row.title, "mode": row.mode,
            "n": row.last_n, "read_n": row.read_n, "updated": row.updated_ms,
        }
        for row in rows
    ]  # fmt: skip
