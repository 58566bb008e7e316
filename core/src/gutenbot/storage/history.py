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
_PAGE = 200


def recent_messages(db: sa.Connection, bots: Sequence[BotId], limit: int, *, but: Sequence[str] = ()) -> list[Claim]:
    """The latest handled messages of people, oldest first, as claims that nobody holds. Channels of `but` are left out."""
    found: list[Claim] = []
    before: int | None = None
    for _ in range(20):
        query = (
            sa.select(_INBOX, _CONVERSATION.c.user_id, _CONVERSATION.c.thread)
            .join(_CONVERSATION, _CONVERSATION.c.conversation_id == _INBOX.c.conversation_id)
            .where(_INBOX.c.bot_id.in_(bots), _INBOX.c.channel_id.not_in(but))
            .order_by(_INBOX.c.seq.desc())
            .limit(_PAGE)
        )
        rows = db.execute(query if before is None else query.where(_INBOX.c.seq < before)).all()
        found += [_claim(row) for row in rows if row.lane == "live" and row.n is not None and row.state != "open"]
        if len(found) >= limit or len(rows) < _PAGE:
            break
        before = rows[-1].seq
    return list(reversed(found[:limit]))


def _claim(row: Any) -> Claim:
    return Claim(
        conversation_id=ConversationId(row.conversation_id), bot_id=BotId(row.bot_id),
        channel_id=ChannelId(row.channel_id), user_id=UserId(row.user_id), thread=row.thread, sender=row.sender,
        seq=Seq(row.seq), n=row.n, external_id=row.external_id, event=decode_incoming(row.event), lane=row.lane,
        attempts=1, failures=0, fence=0, received_ms=row.received_ms,
    )  # fmt: skip
