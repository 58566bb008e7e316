"""A thread backwards, from its newest entry, along the links that its rows have: no index is needed for it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.codec import decode_incoming, decode_object, decode_outgoing

CONVERSATION = sa.table(
    "conversation",
    *(sa.column(name) for name in (
        "conversation_id", "bot_id", "user_id", "channel_id", "rev", "backlog", "last_n", "head", "read_n", "mode",
        "mode_epoch", "variables", "state_size",
    )),
)  # fmt: skip
INBOX = sa.table(
    "inbox",
    *(sa.column(name) for name in (
        "seq", "bot_id", "conversation_id", "event", "n", "prev", "state", "attempts", "received_ms", "done_ms", "error",
        "trace",
    )),
)  # fmt: skip
OUTBOX = sa.table(
    "outbox",
    *(sa.column(name) for name in (
        "id", "bot_id", "conversation_id", "n", "prev", "cause", "k", "message", "state", "created_ms", "error",
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a thread: an event (`seq`) or a message (`id`)."""

    n: int
    prev: int
    seq: int = 0
    id: int = 0
    cause: str = ""
    body: Any = None


@dataclass(frozen=True, slots=True)
class TurnRow:
    """An event with what became of it."""

    seq: int
    n: int | None
    conversation_id: str
    event: Any
    state: str
    attempts: int
    received_ms: int
    done_ms: int
    error: str
    trace: dict[str, Any]


def links(db: sa.Connection, bot: BotId, conversation: ConversationId, limit: int, *, down_to: int = 0) -> list[Link]:
    """The newest entries, newest first; not those below position `down_to`."""
    where = CONVERSATION.c.conversation_id == conversation, CONVERSATION.c.bot_id == bot
    head = db.execute(sa.select(CONVERSATION.c.head).where(*where)).scalar()
    found: list[Link] = []
    while head and len(found) < limit:
        link = _event(db, bot, head) if head > 0 else _message(db, bot, -head)
        if link is None or link.n < down_to:
            break
        found.append(link)
        head = link.prev
    return found


def _event(db: sa.Connection, bot: BotId, seq: int) -> Link | None:
    row = db.execute(
        sa.select(INBOX.c.n, INBOX.c.prev, INBOX.c.event).where(INBOX.c.bot_id == bot, INBOX.c.seq == seq)
    ).first()
    return Link(row.n, row.prev or 0, seq=seq, body=decode_incoming(row.event)) if row else None


def _message(db: sa.Connection, bot: BotId, id_: int) -> Link | None:
    columns = OUTBOX.c.n, OUTBOX.c.prev, OUTBOX.c.cause, OUTBOX.c.message
    row = db.execute(sa.select(*columns).where(OUTBOX.c.bot_id == bot, OUTBOX.c.id == id_)).first()
    return Link(row.n, row.prev or 0, id=id_, cause=row.cause, body=decode_outgoing(row.message)) if row else None


def turn_row(db: sa.Connection, bot: BotId, seq: int) -> TurnRow | None:
    """One event of a bot, with what its turn recorded."""
    row = db.execute(sa.select(INBOX).where(INBOX.c.seq == seq, INBOX.c.bot_id == bot)).first()
    if row is None:
        return None
    trace = decode_object(bytes(row.trace).decode()) if row.trace else {}
    return TurnRow(
        seq=row.seq, n=row.n, conversation_id=row.conversation_id, event=decode_incoming(row.event), state=row.state,
        attempts=row.attempts, received_ms=row.received_ms, done_ms=row.done_ms or 0, error=row.error or "",
        trace=trace,
    )  # fmt: skip


def turns_of(db: sa.Connection, bot: BotId, conversation: ConversationId, limit: int) -> list[TurnRow]:
    """The latest turns that people saw something of, newest first."""
    wanted: dict[int, None] = {}
    for link in links(db, bot, conversation, limit * 4):
        seq = link.seq or (int(link.cause) if link.cause.isdecimal() else 0)
        if seq:
            wanted[seq] = None
        if len(wanted) >= limit:
            break
    return [row for seq in wanted if (row := turn_row(db, bot, seq)) is not None]
