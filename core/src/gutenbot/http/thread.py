"""What the bot said in a thread: after a position, or in answer to one event that was sent again."""

from itertools import takewhile

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
    said: int = 1
    """How many they are."""


_trace = msgspec.json.Decoder(TurnNote)


async def answers_after(storage: Storage, conversation: ConversationId, after: int) -> Told:
    """All messages of the bot after a position (at most one page)."""
    entries = await storage.thread(conversation, after=after, limit=_PAGE)
    return [pair for entry in entries if (pair := _said(entry)) is not None]


async def answers_to(storage: Storage, bot: BotId, kept: Accepted) -> Told | None:
    """The messages of the turn of an event; None while that turn has not ended."""
    trace = await storage.trace(bot, kept.seq)
    note = _trace.decode(trace) if trace else TurnNote()
    if kept.n is None or note.said == 0:
        return [] if trace else None
    entries = await storage.thread(kept.conversation_id, after=kept.n, limit=_PAGE)
    if not trace:  # it has not ended, or what it recorded of itself is gone: what follows directly tells
        return [pair for entry in takewhile(_is_out, entries) if (pair := _said(entry)) is not None] or None
    said = [pair for entry in entries if entry.at_ms == note.at and (pair := _said(entry)) is not None]
    return said[: note.said]


def _is_out(entry: ThreadEntry) -> bool:
    return entry.direction == "out"


def _said(entry: ThreadEntry) -> tuple[int, Outgoing] | None:
    return (entry.n, entry.body) if isinstance(entry.body, Message) else None
