"""What pages that stay open want to know of conversations. Plain functions for `Storage.read`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

_CHANGED = """SELECT conversation_id, channel_id, user_id, thread, title, mode, last_n, read_n, updated_ms FROM conversation
WHERE bot_id = :bot AND conversation_id IN :ids"""


_DEAD_PEOPLE = """SELECT count(*), count(DISTINCT conversation_id) FROM
(SELECT conversation_id FROM inbox WHERE bot_id = :bot AND state = 'dead' LIMIT 1000) AS dead"""
_LATELY = """SELECT conversation_id, received_ms FROM inbox
WHERE bot_id = :bot AND seq > (SELECT coalesce(max(seq), 0) FROM inbox) - 5000 AND received_ms > :since_ms AND n IS NOT NULL
ORDER BY seq DESC LIMIT 5000"""
_TALKED = "SELECT 1 FROM conversation WHERE bot_id = :bot AND user_id <> '' LIMIT 1"


@dataclass(frozen=True, slots=True)
class Active:
    """Conversations of the last 5,000 events that came in since a moment, the latest first; how many events came lately."""

    rows: list[dict[str, Any]]
    lately: int


def active(db: "sa.Connection", bot_id: str, since_ms: int, lately_ms: int) -> Active:
    """Who talks with a bot now."""
    import sqlalchemy as sa

    events = db.execute(sa.text(_LATELY), {"bot": bot_id, "since_ms": since_ms}).all()
    ids = list(dict.fromkeys(row.conversation_id for row in events))[:500]
    rows = {row["id"]: row for row in changed(db, bot_id, ids)} if ids else {}
    return Active([rows[one] for one in ids if one in rows], sum(row.received_ms > lately_ms for row in events))


def talked(db: "sa.Connection", bot_id: str) -> bool:
    """Whether anybody has ever talked with a bot."""
    import sqlalchemy as sa

    return db.execute(sa.text(_TALKED), {"bot": bot_id}).first() is not None


def dead_people(db: "sa.Connection", bot_id: str) -> tuple[int, int]:
    """How many events could not be handled and how many conversations they concern, counted up to 1,000."""
    import sqlalchemy as sa

    row = db.execute(sa.text(_DEAD_PEOPLE), {"bot": bot_id}).one()
    return int(row[0]), int(row[1])


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
