"""The rows of the model, and what every part of it needs. A unit of work runs as a whole: it checks first, then writes."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gutenbot.events.incoming import Incoming
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, FrameId, UserId
from gutenbot.kernel.ids import user_id as id_of_user
from gutenbot.storage.rows import FrameRow, JournalRow, OutgoingRow, Seq

RELEASED = ""
"""The owner of a conversation that has open events and nobody who works on them."""

UNFINISHED = ("queued", "claimed")


@dataclass(slots=True)
class Event:
    """One accepted event."""

    seq: Seq
    bot_id: BotId
    conversation_id: ConversationId
    channel_id: ChannelId
    sender: str
    external_id: str
    lane: Any
    event: Incoming
    n: int | None
    received_ms: int
    provider_ms: int | None
    state: str = "open"
    attempts: int = 0
    failures: int = 0
    not_before_ms: int = 0
    error: str = ""
    trace: bytes | None = None
    done_ms: int = 0


@dataclass(slots=True)
class Message:
    """One message on its way out: `row` is as it was made, the rest is what became of it."""

    row: OutgoingRow
    state: str
    owner: str | None = None
    tries: int = 0
    due_ms: int = 0
    error: str = ""
    provider_id: str = ""
    done_ms: int = 0


@dataclass(slots=True)
class Place:
    """One conversation with all that is its own."""

    conversation_id: ConversationId
    bot_id: BotId
    channel_id: ChannelId
    user_id: UserId
    thread: str
    sender: str
    created_ms: int
    updated_ms: int
    seen_ms: int = 0
    title: str = ""
    read_n: int = 0
    rev: int = 0
    fence: int = 0
    owner: str | None = None
    mode: str = "bot"
    mode_epoch: int = 0
    variables: str = "{}"
    lines: list[Event | Message] = field(default_factory=list)
    """The thread: position n is at index n - 1."""
    open: list[Event] = field(default_factory=list)
    """Open events, oldest first."""
    unsent: list[Message] = field(default_factory=list)
    """Messages without a final state, oldest first."""
    frames: dict[FrameId, FrameRow] = field(default_factory=dict)
    journal: dict[tuple[FrameId, int], JournalRow] = field(default_factory=dict)

    @property
    def last_n(self) -> int:
        """The highest position of the thread."""
        return len(self.lines)

    def state_bytes(self) -> int:
        """How large frames, journal and variables are together."""
        size = 0 if self.variables == "{}" else len(self.variables.encode())
        size += sum(len(row.args) + len(row.start) + len(row.pending) for row in self.frames.values())
        return size + sum(len(row.entries) for row in self.journal.values())


@dataclass(slots=True)
class User:
    """One person."""

    user_id: UserId
    bot_id: BotId
    created_ms: int
    rev: int = 0
    profile: str = "{}"
    profile_ms: int = 0
    attributes: str = "{}"
    tags: dict[str, tuple[str, int]] = field(default_factory=dict)


class Tables:
    """The whole database. `now` is its own clock, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.workers: dict[str, float] = {}
        """Worker → when its lease ends, by `now`."""
        self.events: dict[Seq, Event] = {}
        self.external: dict[tuple[str, str, str], Event] = {}
        self.natural: dict[tuple[str, str, str], Event] = {}
        self.places: dict[ConversationId, Place] = {}
        self.users: dict[tuple[BotId, UserId], User] = {}
        self.identities: dict[tuple[BotId, ChannelId, str], UserId] = {}
        self.timers: dict[tuple[ConversationId, str], tuple[int, int]] = {}
        """(conversation, name) → (due_ms, generation)."""
        self.leases: dict[str, str] = {}
        """Name → the worker that holds it."""
        self.touched: set[ConversationId] = set()
        """Conversations that the transaction so far has changed or looked at for changing."""
        self._seq = 0
        self._records: sqlite3.Connection | None = None

    def next_seq(self) -> Seq:
        """A number for a new event; never used again."""
        self._seq += 1
        return Seq(self._seq)

    def is_live(self, owner: str | None) -> bool:
        """Whether this owner is a worker whose lease lasts."""
        return owner is not None and self.workers.get(owner, -1.0) > self.now()

    def place(self, conversation_id: ConversationId) -> Place | None:
        """The conversation, noted as touched."""
        found = self.places.get(conversation_id)
        if found is not None:
            self.touched.add(conversation_id)
        return found

    def ensure_place(
        self, bot_id: BotId, channel_id: ChannelId, conversation: ConversationId, thread: str, sender: str, now_ms: int
    ) -> Place:
        """The conversation, made with its user and identity where they are missing."""
        found = self.place(conversation)
        if found is not None:
            return found
        user = self.identities.get((bot_id, channel_id, sender))
        if user is None:
            user = id_of_user(bot_id, channel_id, sender)
            self.identities[bot_id, channel_id, sender] = user
            self.users.setdefault((bot_id, user), User(user, bot_id, now_ms))
        made = Place(conversation, bot_id, channel_id, user, thread, sender, now_ms, now_ms)
        self.places[conversation] = made
        self.touched.add(conversation)
        return made

    def records(self) -> sqlite3.Connection:
        """Tables of modules: their own writes are SQL."""
        if self._records is None:
            self._records = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        return self._records

    def close(self) -> None:
        """Lets go of what `records` opened."""
        if self._records is not None:
            self._records.close()
            self._records = None
