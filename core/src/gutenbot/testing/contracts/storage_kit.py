"""What the storage contract is written with: short ways to make an arrival and to run a turn."""

from typing import Any, Protocol

import msgspec

from gutenbot.events.incoming import Incoming, MessageEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, FrameId, conversation_id, new_id
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Accepted, Arrival, Claim, Committed, FrameRow, JournalRow, Lane, TurnCommit

BOT = BotId("shop")
WEB = ChannelId("web")
NOW = 1_750_000_000_000
CID = conversation_id(BOT, WEB, "t1")


class Database(Protocol):
    """One database under test. The suite's fixture `database` gives it, empty."""

    async def open(self) -> Storage:
        """Opens it as a process that just started; one that was open before is gone as if it had crashed."""
        ...


def arrival(
    body: str = "hello",
    *,
    thread: str = "t1",
    sender: str | None = None,
    external_id: str | None = None,
    natural_key: str | None = None,
    bot: str = BOT,
    channel: str = WEB,
    event: Incoming | None = None,
    lane: Lane = "live",
    at_ms: int = NOW,
) -> Arrival:
    """A message of the user of this thread, with a new external id unless one is given."""
    return Arrival(
        bot_id=BotId(bot),
        channel_id=ChannelId(channel),
        conversation_id=conversation_id(bot, channel, thread),
        thread=thread,
        sender=thread if sender is None else sender,
        external_id=external_id or new_id(),
        natural_key=natural_key,
        event=event or MessageEvent(body=body),
        lane=lane,
        received_ms=at_ms,
    )


async def accept(storage: Storage, body: str = "hello", **options: Any) -> Accepted:
    """One arrival, accepted."""
    return (await storage.accept([arrival(body, **options)]))[0]


async def begin(storage: Storage, body: str = "hello", **options: Any) -> Claim:
    """One arrival to an idle conversation, and its claim."""
    claim = (await accept(storage, body, **options)).claim
    assert claim is not None, "an idle conversation is claimed with its event"
    return claim


async def finish(storage: Storage, claim: Claim, *says: str, **changes: Any) -> Committed:
    """Ends the turn of the claim, from a fresh load."""
    loaded = await storage.load(claim.conversation_id)
    defaults: dict[str, Any] = {"outcome": "done", "rev": loaded.conversation.rev, "now_ms": NOW}
    messages = tuple(TextMessage(text=text) for text in says)
    return await storage.commit(TurnCommit(claim=claim, messages=messages, **(defaults | changes)))


async def history(storage: Storage, conversation: ConversationId = CID) -> list[tuple[int, str, str]]:
    """The thread in short: position, direction, text."""
    entries = await storage.thread(conversation)
    return [(entry.n, entry.direction, getattr(entry.body, "text", "")) for entry in entries]


def frame(name: str = "f1", *, depth: int = 0, **fields: Any) -> FrameRow:
    """A running dialog."""
    return FrameRow(
        frame_id=FrameId(name), depth=depth, dialog="order", start=b"{}", pending=b'{"key":"size"}', **fields
    )


def journal(name: str = "f1", n: int = 0, entries: Any = ("x",)) -> JournalRow:
    """What a turn recorded for a frame."""
    return JournalRow(frame_id=FrameId(name), n=n, entries=msgspec.json.encode(entries))
