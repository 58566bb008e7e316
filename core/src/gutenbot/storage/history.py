"""What came in before, read for people: the latest messages, the turns of a conversation."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId
from gutenbot.storage.codec import decode_incoming
from gutenbot.storage.rows import Claim, Seq

_INBOX = sa.table(
    "inbox",
    *(sa.column(name) for name in (
        "seq", "bot_id", "conversation_id", "channel_id", "sender", "external_id", "lane", "event", "n", "state",
        "attempts", "failures", "received_ms", "done_ms", "error", "trace",
    )),
)  # fmt: skip
_CONVERSATION = sa.table(
    "conversation", *(sa.column(name) for name in ("conversation_id", "user_id", "thread", "channel_id", "bot_id"))
)
_BACK = 20_000
"""Rows that are looked through, newest first: a bot that was quiet for longer has no recent messages."""


def recent_messages(db: sa.Connection, bots: Sequence[BotId], limit: int, *, but: Sequence[str] = ()) -> list[Claim]:
    """The latest handled messages of people, oldest first, as claims that nobody holds. Channels of `but` are left out."""
    found: list[Claim] = []
    for newest in _newest(db, bots):
        query = (
            sa.select(newest, _CONVERSATION.c.user_id, _CONVERSATION.c.thread)
            .join(_CONVERSATION, _CONVERSATION.c.conversation_id == newest.c.conversation_id)
            .where(newest.c.bot_id.in_(bots), newest.c.channel_id.not_in(but), newest.c.lane == "live")
            .where(newest.c.n.is_not(None), newest.c.state != "open")
            .order_by(newest.c.seq.desc())
            .limit(limit)
        )
        found += [_claim(row) for row in db.execute(query)]
    return sorted(found, key=lambda claim: claim.seq)[-limit:]


def _newest(db: sa.Connection, bots: Sequence[BotId]) -> list[sa.Subquery]:
    """The newest rows, by the key that each engine has: of all bots together, or of each bot."""
    ordered = sa.select(_INBOX).order_by(_INBOX.c.seq.desc()).limit(_BACK)
    if db.dialect.name == "sqlite":
        return [ordered.subquery()]
    return [ordered.where(_INBOX.c.bot_id == bot).subquery() for bot in bots]


def _claim(row: Any) -> Claim:
    return Claim(
        conversation_id=ConversationId(row.conversation_id), bot_id=BotId(row.bot_id),
        channel_id=ChannelId(row.channel_id), user_id=UserId(row.user_id), thread=row.thread, sender=row.sender,
        seq=Seq(row.seq), n=row.n, external_id=row.external_id, event=decode_incoming(row.event), lane=row.lane,
        attempts=1, failures=0, fence=0, received_ms=row.received_ms,
    )  # fmt: skip
