"""Signals of the turn loop, sent after the commit."""

from dataclasses import dataclass

from gutenbot.events.incoming import Incoming
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId
from gutenbot.storage.rows import OutgoingRow, Seq


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """A turn was committed."""

    bot_id: BotId
    conversation_id: ConversationId
    user_id: UserId
    channel_id: ChannelId
    seq: Seq
    event: Incoming
    messages: tuple[OutgoingRow, ...]
    handled_by: str
    outcome: str
    duration_ms: float


@dataclass(frozen=True, slots=True)
class EventDied:
    """An event could not be handled and is a dead letter now."""

    bot_id: BotId
    conversation_id: ConversationId
    seq: Seq
    error: str


@dataclass(frozen=True, slots=True)
class HandoffRequested:
    """The bot gave a conversation to people."""

    bot_id: BotId
    conversation_id: ConversationId
    user_id: UserId
    reason: str


@dataclass(frozen=True, slots=True)
class ConversationEnded:
    """The user ended a conversation: its dialogs are over, and the bot answers again if people did."""

    bot_id: BotId
    conversation_id: ConversationId
    user_id: UserId
    channel_id: ChannelId


@dataclass(frozen=True, slots=True)
class SendFailed:
    """A message could not be sent."""

    row: OutgoingRow
    error: str


@dataclass(frozen=True, slots=True)
class TurnFailed:
    """A bot's code failed in a turn; it is tried again, unless it is hopeless."""

    bot_id: BotId
    conversation_id: ConversationId
    seq: Seq
    attempt: int
    error: BaseException


@dataclass(frozen=True, slots=True)
class Stopping:
    """The server takes nothing in any more: time to say goodbye to those who are connected."""
