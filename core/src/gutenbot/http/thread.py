"""What the bot said in a thread: after a position, or in answer to one event that was sent again."""

from collections.abc import AsyncIterator

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

    said: int = -1
    """How many messages it is; -1: not known."""


_trace = msgspec.json.Decoder(TurnNote)


async def answers_after(storage: Storage, conversation: ConversationId, after: int) -> Told:
    """All messages of the bot after a position (at most one page)."""
    entries = await storage.thread(conversation, after=after, limit=_PAGE)
    return [pair for entry in entries if (pair := _said(entry)) is not None]


async def answers_to(storage: Storage, bot: BotId, kept: Accepted) -> Told | None:
    """The messages of the turn of an event: those that it caused. None while that turn has not ended."""
    trace = await storage.trace(bot, kept.seq)
    said = _trace.decode(trace).said if trace else -1
    if said == 0:
        return []
    told = await _caused(storage, kept, said)
    return told if told or trace else None


async def _caused(storage: Storage, kept: Accepted, number: int) -> Told:
    """The messages with this event as their cause. They stand in a row, somewhere after the event itself."""
    cause = str(kept.seq)
    found: Told = []
    async for entry in _entries(storage, kept.conversation_id, kept.n or 0):
        if entry.cause == cause and (pair := _said(entry)) is not None:
            found.append(pair)
        elif found:
            break
        if len(found) == number:
            break
    return found


async def _entries(storage: Storage, conversation: ConversationId, after: int) -> AsyncIterator[ThreadEntry]:
    while page := await storage.thread(conversation, after=after, limit=_PAGE):
        for entry in page:
            yield entry
        after = page[-1].n


def _said(entry: ThreadEntry) -> tuple[int, Outgoing] | None:
    return (entry.n, entry.body) if isinstance(entry.body, Message) else None
