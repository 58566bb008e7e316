"""When each channel last heard and said something, as far back as the latest few thousand rows tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

_INBOX = sa.table(
    "inbox", sa.column("bot_id"), sa.column("seq"), sa.column("channel_id"), sa.column("lane"), sa.column("received_ms")
)
_OUTBOX = sa.table(
    "outbox", sa.column("bot_id"), sa.column("id"), sa.column("conversation_id"), sa.column("created_ms")
)
_CONVERSATION = sa.table("conversation", sa.column("conversation_id"), sa.column("channel_id"))
_BACK = 2000


@dataclass(frozen=True, slots=True)
class Traffic:
    """Moments; 0: none that is known."""

    in_ms: int = 0
    out_ms: int = 0


def traffic(db: sa.Connection, bots: Sequence[str]) -> dict[str, Traffic]:
    """By channel. Reads the newest rows alone: a server with a million of them answers as fast."""
    found: dict[str, Traffic] = {}
    for events in _newest(db, sa.select(_INBOX).order_by(_INBOX.c.seq.desc()), _INBOX.c.bot_id, bots):
        query = sa.select(events.c.channel_id, sa.func.max(events.c.received_ms)).where(events.c.lane == "live")
        for channel, at in db.execute(query.group_by(events.c.channel_id)):
            known = found.get(channel, Traffic())
            found[channel] = replace(known, in_ms=max(known.in_ms, int(at)))
    for said in _newest(db, sa.select(_OUTBOX).order_by(_OUTBOX.c.id.desc()), _OUTBOX.c.bot_id, bots):
        query = sa.select(_CONVERSATION.c.channel_id, sa.func.max(said.c.created_ms)).join(
            said, said.c.conversation_id == _CONVERSATION.c.conversation_id
        )
        for channel, at in db.execute(query.group_by(_CONVERSATION.c.channel_id)):
            known = found.get(channel, Traffic())
            found[channel] = replace(known, out_ms=max(known.out_ms, int(at)))
    return found


def _newest(db: sa.Connection, rows: "sa.Select[Any]", bot: Any, bots: Sequence[str]) -> list[sa.Subquery]:
    """By the key that each engine has: of all bots together, or of each bot."""
    if db.dialect.name == "sqlite":
        return [rows.limit(_BACK).subquery()]
    return [rows.where(bot == one).limit(_BACK).subquery() for one in bots]
