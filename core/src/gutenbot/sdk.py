"""The names for authors of modules. Re-exports only; the names for authors of bots are in `gutenbot`."""

from gutenbot.app.app import App, Mode
from gutenbot.app.install import Installed
from gutenbot.app.media import MediaFile, MediaShelf
from gutenbot.dialogs.conversation import CONVERSATION_ENDED
from gutenbot.dialogs.errors import AnswerTimeout, StepFailed, TooManyTries
from gutenbot.editing.references import ContentUser, Reference
from gutenbot.events.incoming import (
    Attachment,
    AttachmentEvent,
    CustomEvent,
    FormEvent,
    Incoming,
    LocationEvent,
    MessageEvent,
    PayloadEvent,
)
from gutenbot.events.messages import (
    Audio,
    Button,
    Buttons,
    Card,
    Carousel,
    Choices,
    Field,
    FileMessage,
    FormMessage,
    Image,
    LocationMessage,
    Message,
    Outgoing,
    QuickReply,
    Raw,
    Template,
    TextMessage,
    Typing,
    Video,
    plain_text,
)
from gutenbot.feed.feed import Feed
from gutenbot.jobs.jobs import Jobs
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel.clock import Clock, from_ms, to_ms
from gutenbot.kernel.errors import AuthorMistake, Bug, GutenbotError, Temporary, UserMistake
from gutenbot.kernel.ids import (
    BotId,
    ChannelId,
    ConversationId,
    UserId,
    conversation_id,
    derive_id,
    new_id,
    user_id,
)
from gutenbot.kernel.log import get_logger
from gutenbot.modules.bot import Bot, Handlers
from gutenbot.modules.module import Module, Part
from gutenbot.modules.pages import Action, Chart, Column, Element, Form, Sandbox, Script, Stat, Table, Words
from gutenbot.modules.routes import Actor, After, Call, Limit, Listed
from gutenbot.modules.running import RunningApp
from gutenbot.storage.errors import BlobTooLarge, NoConversation, NoUser, StorageFull
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import (
    Accepted,
    Arrival,
    ConversationSummary,
    OutgoingRow,
    ThreadEntry,
    UserPatch,
    UserRow,
)
from gutenbot.turns.channel import EVERYTHING, Burst, Capabilities, Channel, Sent
from gutenbot.turns.errors import Overloaded, UnknownBot, UnknownConversation
from gutenbot.turns.live import Live, Notice
from gutenbot.turns.playground import PLAYGROUND, PlaygroundChannel, playground_secret
from gutenbot.turns.signals import ConversationEnded, EventDied, HandoffRequested, SendFailed, Stopping, TurnFinished
from gutenbot.turns.turn import Turn
from gutenbot.users import People

__all__ = [
    "CONVERSATION_ENDED",
    "EVERYTHING",
    "PLAYGROUND",
    "Accepted",
    "Action",
    "Actor",
    "After",
    "AnswerTimeout",
    "App",
    "Arrival",
    "At",
    "Attachment",
    "AttachmentEvent",
    "Audio",
    "AuthorMistake",
    "BlobTooLarge",
    "Bot",
    "BotId",
    "Bug",
    "Burst",
    "Button",
    "Buttons",
    "Call",
    "Capabilities",
    "Card",
    "Carousel",
    "Channel",
    "ChannelId",
    "Chart",
    "Choices",
    "Clock",
    "Column",
    "ContentUser",
    "ConversationEnded",
    "ConversationId",
    "ConversationSummary",
    "CustomEvent",
    "Element",
    "EventDied",
    "Feed",
    "Field",
    "FileMessage",
    "Form",
    "FormEvent",
    "FormMessage",
    "GutenbotError",
    "Handlers",
    "HandoffRequested",
    "Image",
    "Incoming",
    "Installed",
    "JobKind",
    "Jobs",
    "Limit",
    "Listed",
    "Live",
    "LocationEvent",
    "LocationMessage",
    "MediaFile",
    "MediaShelf",
    "Message",
    "MessageEvent",
    "Mode",
    "Module",
    "NoConversation",
    "NoUser",
    "Notice",
    "Outgoing",
    "OutgoingRow",
    "Overloaded",
    "Part",
    "PayloadEvent",
    "People",
    "PlaygroundChannel",
    "QuickReply",
    "Raw",
    "Reference",
    "RunningApp",
    "Sandbox",
    "Script",
    "SendFailed",
    "Sent",
    "Stat",
    "StepFailed",
    "Stepped",
    "Stopping",
    "Storage",
    "StorageFull",
    "Table",
    "Template",
    "Temporary",
    "TextMessage",
    "ThreadEntry",
    "TooManyTries",
    "Turn",
    "TurnFinished",
    "Typing",
    "UnknownBot",
    "UnknownConversation",
    "UserId",
    "UserMistake",
    "UserPatch",
    "UserRow",
    "Video",
    "Words",
    "conversation_id",
    "derive_id",
    "from_ms",
    "get_logger",
    "new_id",
    "plain_text",
    "playground_secret",
    "to_ms",
    "user_id",
]
