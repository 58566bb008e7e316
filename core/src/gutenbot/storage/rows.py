"""The records that cross the storage port: frozen, typed, free of any driver. Moments are milliseconds since 1970 UTC."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NewType, Protocol

import msgspec

from gutenbot.events.incoming import Incoming
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, FrameId, UserId

Lane = Literal["live", "status", "timer", "job"]
Outcome = Literal["done", "ignored", "dead", "retry"]
SendState = Literal["queued", "claimed", "sent", "failed", "unknown", "cancelled"]
Seq = NewType("Seq", int)
"""Arrival order over the whole database; never used again, never shown to users."""

WHENEVER_MS = 1 << 62
"""After every moment: all that waits is due then."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One verified, parsed event that a channel (or a timer, an operator, the API) hands in to be kept."""

    bot_id: BotId
    channel_id: ChannelId
    conversation_id: ConversationId
    thread: str
    """The channel's own address of the conversation: where replies go."""
    sender: str
    """The channel's own address of the person."""
    external_id: str
    """Unique per channel: the same id again is the same event again (DUP-01)."""
    natural_key: str | None = None
    """A second key for channels that wrap one message in several envelopes (DUP-03)."""
    event: Incoming
    lane: Lane = "live"
    received_ms: int
    provider_ms: int | None = None
    """The channel's own stamp: kept, never trusted for order."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The right to run one turn: the oldest ready event of a conversation that nobody else holds."""

    conversation_id: ConversationId
    bot_id: BotId
    channel_id: ChannelId
    user_id: UserId
    thread: str
    sender: str
    seq: Seq
    n: int | None
    external_id: str
    event: Incoming
    lane: Lane
    attempts: int
    """How often it has been claimed, this time included: counted before the handler runs (POI-02)."""
    failures: int
    """How often a turn of it ended with an error; attempts - failures - 1 is the number of crashes."""
    fence: int
    received_ms: int
    loaded: "Loaded | None" = None
    """What the turn starts from, where the storage had it at hand as the event came. It is good for a turn that begins at
    once; one that waits reads what is there then."""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one arrival. For a duplicate, `seq` and `n` are those of the first one."""

    conversation_id: ConversationId
    seq: Seq
    n: int | None
    """Its position in the thread (1, 2, 3 …, shared by both directions, no gaps); None for what people do not see."""
    duplicate: bool
    claim: Claim | None
    """Set when the conversation was idle: the caller must run this turn (or give it back by `release`)."""


class FrameRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One running dialog. Frames of a conversation form a stack by `depth`; the top one has the pending question."""

    frame_id: FrameId
    depth: int
    dialog: str
    args: bytes = b"[]"
    """JSON list of the arguments that it was started with."""
    start: bytes = b""
    """JSON of the event (and the match) that started it."""
    pending: bytes = b""
    """JSON of what it waits for; empty when it waits for the frame above."""
    started_ms: int = 0
    revision: int = 0


class JournalRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one turn (or one step) recorded for a frame: a JSON list of entries, in order."""

    frame_id: FrameId
    n: int
    entries: bytes


class ConversationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thread of a user on a channel."""

    conversation_id: ConversationId
    bot_id: BotId
    channel_id: ChannelId
    user_id: UserId
    thread: str
    rev: int
    """Raised by every turn; the commit of a stale one is refused."""
    fence: int
    last_n: int
    mode: str
    """`bot`, or `human` while people answer."""
    mode_epoch: int
    variables: dict[str, Any]
    created_ms: int
    updated_ms: int


class UserRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person, over all channels where we know that it is the same one."""

    user_id: UserId
    bot_id: BotId
    rev: int
    profile: dict[str, Any]
    """What the channel told: first_name, last_name, full_name, locale, time_zone, picture_url, gender."""
    profile_ms: int
    """When the profile was fetched; 0: never."""
    attributes: dict[str, Any]
    """What the bot wrote: `chat.user["key"]`."""
    created_ms: int
    seen_ms: int


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """All that a turn starts from, read in one go."""

    conversation: ConversationRow
    user: UserRow
    frames: tuple[FrameRow, ...]
    """Lowest first."""
    journal: tuple[JournalRow, ...]
    """Of all frames, by (frame, n); also rows that steps of a crashed first attempt left behind."""


class OutgoingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One message to be sent, or that was sent."""

    conversation_id: ConversationId
    n: int
    """Its position in the thread, given at the commit."""
    cause: str
    """What made it: `<seq>` of the event, or `send:<key>` for one sent from outside a turn."""
    k: int
    """The k-th message of that cause; (conversation, cause, k) is unique."""
    channel_id: ChannelId
    thread: str
    message: Outgoing
    state: SendState
    tries: int = 0
    created_ms: int = 0
    mode_epoch: int = 0
    error: str = ""

    @property
    def key(self) -> str:
        """The stable idempotency key of this message: the same at every try. The moment is part of it since numbers come
        again in a database that lost its last commits, or that was restored (DBX-02), and networks remember keys."""
        return f"{self.conversation_id}:{self.cause}:{self.k}:{self.created_ms:x}"


class TimerRow(msgspec.Struct, frozen=True, kw_only=True):
    """Wakes a conversation at a moment; setting the same name again replaces it with a higher generation."""

    conversation_id: ConversationId
    name: str
    due_ms: int
    generation: int = 0


class Execute(Protocol):
    """Runs one SQL statement with named `:parameters` inside the turn's transaction; returns its rows."""

    def __call__(self, sql: str, parameters: Mapping[str, Any] | None = None, /) -> Sequence[tuple[Any, ...]]: ...


Record = Callable[[Execute], None]
"""A module's own writes that must succeed or fail with the turn."""


class UserPatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changes of one user, merged key by key inside the transaction, so that no other change is lost (CON-08)."""

    set_attributes: dict[str, Any] = {}
    unset_attributes: tuple[str, ...] = ()
    profile: dict[str, Any] | None = None
    """Merged over the stored one; sets its age."""
    tags: dict[str, str] = {}
    untag: tuple[str, ...] = ()


class TurnCommit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that one turn changes. It happens as a whole, and only if `rev` and `fence` still hold."""

    claim: Claim
    also: tuple[Seq, ...] = ()
    """Further events of the conversation that this turn answered (bursts)."""
    rev: int
    outcome: Outcome
    error: str = ""
    not_before_ms: int = 0
    """With `retry`: when to try again."""
    variables: dict[str, Any] | None = None
    """The whole new conversation variables, or None for unchanged."""
    set_mode: str | None = None
    frames: tuple[FrameRow, ...] = ()
    """New or changed frames (by frame_id)."""
    ended: tuple[FrameId, ...] = ()
    """Frames that ended: they go, with their journals."""
    journal: tuple[JournalRow, ...] = ()
    drop_journal: tuple[FrameId, ...] = ()
    """Frames whose journal is written anew by `journal` (going back)."""
    messages: tuple[Outgoing, ...] = ()
    deliver: bool = True
    """True: rows wait in the outbox for a sender. False: the channel's clients read the thread, so they count as sent."""
    timers: tuple[TimerRow, ...] = ()
    cancel_timers: tuple[str, ...] = ()
    user: UserPatch | None = None
    records: tuple[Record, ...] = ()
    trace: bytes = b""
    """JSON: what the turn did, for operators."""
    redact: tuple[Claim, ...] = ()
    """Those of the turn's events that held a secret answer: their words are replaced by dots in the thread."""
    now_ms: int


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a turn's commit."""

    applied: bool
    """False: another owner exists; nothing was written (CON-02)."""
    messages: tuple[OutgoingRow, ...] = ()
    next: Claim | None = None
    """The conversation's next ready event, already claimed; None: the conversation was given back."""
    retry_at_ms: int | None = None
    """Set when the oldest open event waits for its next try: the conversation stays held until then."""


class ThreadEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a conversation as people see it."""

    n: int
    direction: Literal["in", "out"]
    body: Incoming | Outgoing
    at_ms: int
    external_id: str = ""
    """The client's id, for `in`."""
    author: str = "bot"
    cause: str = ""
    """What made it, for `out`: as in `OutgoingRow`."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An accepted event that could not be handled: kept, visible, and can be replayed."""

    seq: Seq
    conversation_id: ConversationId
    bot_id: BotId
    channel_id: ChannelId
    event: Incoming
    error: str
    attempts: int
    died_ms: int


class KeyRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An API key, without the key: only its hash is kept."""

    name: str
    role: str
    actor: str
    """Who made it."""
    account_id: str = ""
    """Whose it is: it is worth nothing while that account is disabled, and never more than what that account may."""
    scopes: tuple[str, ...] = ()
    """Permissions that it is limited to; none: all of the role's."""
    prefix: str = ""
    """How the key begins: enough to find it by, too little to use it."""
    created_ms: int = 0
    ends_ms: int = 0
    """When it stops working; 0: never."""
    used_ms: int = 0
    """When it was last used, to the minute; 0: never."""


class KeyHolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a request by key is judged by."""

    key: KeyRow
    role_permissions: str | None
    """JSON list, when the role was made or changed in the console."""
    role_scopes: str | None = None
    """JSON, as above: permission → field → allowed values."""
    owner_role: str | None = None
    """The role of the account; None when the key belongs to nobody, or its account is gone."""
    owner_permissions: str | None = None
    owner_scopes: str | None = None
    owner_disabled: bool = False


class ConversationSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list of conversations."""

    conversation_id: ConversationId
    thread: str
    last_n: int
    updated_ms: int
    read_n: int
    last_text: str
    title: str = ""
    """The first words of the user, shortened."""
