"""What the bot said in a thread: after a position, or in answer to one event that was sent again."""

import msgspec

from gutenbot.events.messages import Message, Outgoing
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Accepted, ThreadEntry

Told = list[tuple[int, Outgoing]]
"""(position, message) pairs."""
_PAGE = 200


class TurnNote(msgspec.Struct):
    """What the trace of a turn tells about its answer."""

    at: int = 0
    """The moment that its messages bear."""
    said: int = -1
    """How many they are."""


_trace = msgspec.json.Decoder(TurnNote)


async def answers_after(storage: Storage, conversation: ConversationId, after: int) -> Told:
    """All messages of the bot after a position (at most one page)."""
    entries = await storage.thread(conversation, after=after, limit=_PAGE)
    return [pair for entry in entries if (pair := _said(entry)) is not None]


async def answers_to(storage: Storage, bot: BotId, kept: Accepted) -> Told | None:
    """The messages of the turn of an event; None while that turn has not ended."""
    trace = await storage.trace(bot, kept.seq)
    if not trace:
        return None
    note = _trace.decode(trace)
    if kept.n is None or note.said == 0:
        return []
    entries = await storage.thread(kept.conversation_id, after=kept.n, limit=_PAGE)
    return [pair for entry in entries if (pair := _said(entry)) is not None and note.at in (0, entry.at_ms)][
        : note.said if note.said > 0 else None
    ]


def _said(entry: ThreadEntry) -> tuple[int, Outgoing] | None:
    return (entry.n, entry.body) if isinstance(entry.body, Message) else None  # type: ignore[return-value]
