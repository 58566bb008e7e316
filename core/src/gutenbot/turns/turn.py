"""One turn: what it starts from, what its stages learn and make, and what it will commit."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from gutenbot.content import Library
from gutenbot.dialogs.answers.answer import folded
from gutenbot.dialogs.frames import offered
from gutenbot.events.incoming import Incoming
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import BotId, ConversationId, UserId
from gutenbot.storage.rows import Claim, Loaded, Record, UserPatch
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Channel


@dataclass(slots=True)
class Trace:
    """What a turn did, for operators: small, kept with the event."""

    handled_by: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """(kind, key) of what the dialogs did."""
    stages_us: dict[str, int] = field(default_factory=dict)
    """Stage → microseconds; `load`: reading what the turn starts from."""
    wraps: list[tuple[str, str, int, bool]] = field(default_factory=list)
    """Wraps that ran: stage, name, microseconds of its own, and whether it called on."""
    steps: list[tuple[str, datetime, float, bool]] = field(default_factory=list)
    """Outside work of this turn: name, begin, seconds, and whether it failed."""
    tried: list[tuple[str, str, str, bool]] | None = None
    """In the playground: what was tried to answer: its name, its condition, why (not), and whether it matched."""
    state: dict[str, Any] | None = None
    """In the playground: what the turn started from."""
    unused: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Turn:
    """What wraps get: read what is there, change what the next stages shall see."""

    claim: Claim
    bot: BotRuntime
    channel: Channel
    loaded: Loaded
    event: Incoming
    now: datetime
    locale: str
    intents: dict[str, float] = field(default_factory=dict)
    """Intent → how sure (0 to 1); filled in UNDERSTAND."""
    language: str = ""
    entities: dict[str, Any] = field(default_factory=dict)
    messages: list[Outgoing] = field(default_factory=list)
    """What the bot says; RENDER fits it to the channel."""
    silent: bool = False
    """The bot shall not answer (people do, or a wrap decided so)."""
    answered_by: str = ""
    """What has answered in place of the dialogs, such as `subscriptions`; they only ask their open question again."""
    variables: dict[str, Any] | None = None
    """The conversation's variables, once something changed them."""
    set_attributes: dict[str, Any] = field(default_factory=dict)
    unset_attributes: set[str] = field(default_factory=set)
    profile: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)
    untag: set[str] = field(default_factory=set)
    mode: str | None = None
    handoff_reason: str | None = None
    records: list[Record] = field(default_factory=list)
    secret: bool = False
    error: Exception | None = None
    """An error that ended a dialog, though not the turn."""
    trace: Trace = field(default_factory=Trace)
    random: Random = field(default_factory=Random)
    ahead_ms: int = 0
    """How far `now` is ahead of the server's clock: in the playground, people set it."""
    dry: bool = False
    """Nothing of this turn is kept or sent: it is a trial. A wrap that works outside of its turn leaves that undone."""

    library: Library = field(init=False)
    """The bot's content as it was when the turn began: what is published meanwhile is for the next one."""

    def __post_init__(self) -> None:
        self.library = self.bot.library

    @property
    def conversation_id(self) -> ConversationId:
        """The conversation of the turn."""
        return self.claim.conversation_id

    @property
    def bot_id(self) -> BotId:
        """The bot of the turn."""
        return self.claim.bot_id

    @property
    def user_id(self) -> UserId:
        """The user of the turn."""
        return self.claim.user_id

    def offers(self, text: str) -> bool:
        """Whether the open question offers this text as an answer, by its title or its payload."""
        return folded(text) in {
            folded(words) for option in offered(self.loaded) for words in (option.title, option.payload)
        }

    def record(self, write: Record) -> None:
        """A module's own writes, in the same transaction as the turn."""
        self.records.append(write)

    def user_patch(self) -> UserPatch | None:
        """What changes about the user; None for nothing."""
        if not (self.set_attributes or self.unset_attributes or self.profile or self.tags or self.untag):
            return None
        return UserPatch(
            set_attributes=self.set_attributes,
            unset_attributes=tuple(self.unset_attributes),
            profile=self.profile,
            tags=self.tags,
            untag=tuple(self.untag),
        )
