"""What Gutenbot asks of a database. `StorageContract` in `gutenbot.testing` says in tests what these lines promise."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId
from gutenbot.storage.instance import Identity
from gutenbot.storage.rows import (
    Accepted,
    Arrival,
    Claim,
    Committed,
    ConversationSummary,
    DeadLetter,
    JournalRow,
    KeyHolder,
    KeyRow,
    Loaded,
    OutgoingRow,
    Seq,
    ThreadEntry,
    TurnCommit,
    UserPatch,
    UserRow,
)

if TYPE_CHECKING:
    import sqlalchemy as sa  # costs 0.3 s: imported where tables are used

T = TypeVar("T")
Then = Callable[[list[Accepted]], bool | None]
Done = Callable[[Committed], bool | None]


class Turns(Protocol):
    """The turn loop's part: every method is one transaction, on disk when it returns."""

    async def accept(self, arrivals: Sequence[Arrival], then: Then | None = None) -> list[Accepted]:
        """Keeps events (all of them or none), in this order. Raises `StorageFull` when the disk has no room.

        `then` is called as soon as they are on disk, on a thread of the storage's, also when the caller has gone away
        meanwhile: it must neither wait nor raise. When it returns True the caller is not woken for it, since something else
        wakes it soon (or it looks by itself: `kernel.letterbox`).
        """
        ...

    async def recover(self, limit: int = 1000) -> list[ConversationId]:
        """Takes over up to `limit` conversations that have open events but no live owner; call until it returns none.

        A retry that waited in the process before is ready at once.
        """
        ...

    async def claim(self, conversation_id: ConversationId, *, due: bool = False) -> Claim | None:
        """Claims the oldest ready event of a conversation that this process holds (or that was released).

        `due`: its moment has come, as the caller has seen; the clock may have been set back since (TIM-04).
        None: there is nothing open and the conversation was given back, or its oldest event waits for its next try.
        """
        ...

    async def claim_ready(self, limit: int, bots: Collection[BotId], channels: Collection[str]) -> list[Claim]:
        """Takes over up to `limit` conversations of these bots and channels that wait and have no live owner, and claims the
        oldest event of each: bots take turns, and of each bot the one that waits longest comes first (CON-07, ISO-05).
        Workers of one database share its work by this."""
        ...

    async def claim_more(self, claim: Claim, limit: int) -> list[Claim]:
        """Also claims the following ready message events of the conversation (bursts), oldest first."""
        ...

    async def load(self, conversation_id: ConversationId) -> Loaded:
        """Reads all that a turn starts from, as of the last commit. Raises `CorruptState` (POI-06)."""
        ...

    async def record(self, claim: Claim, row: JournalRow) -> None:
        """Keeps the result of a step before it is used; its own commit. Raises `LeaseLost` when another owner exists."""
        ...

    async def commit(self, turn: TurnCommit, then: Done | None = None) -> Committed:
        """Ends a turn: all or nothing. `then` is as in `accept`."""
        ...

    async def release(self, claims: Sequence[Claim], *, keep: bool = False) -> None:
        """Gives claimed events back untouched: their attempt is not counted (graceful shutdown).

        Their conversations belong to nobody then, until `recover`, `claim_ready` or `claim` takes them; with `keep` they
        stay this process's.
        """
        ...

    async def fire_timers(self, now_ms: int, limit: int) -> list[Accepted]:
        """Turns due timers, oldest first, into timer events; the timer goes in the same transaction."""
        ...

    async def next_timer(self) -> int | None:
        """When the earliest timer is due."""
        ...


class Outbox(Protocol):
    """The deliverer's part."""

    async def send(
        self, conversation_id: ConversationId, key: str, messages: Sequence[Outgoing], *, deliver: bool, now_ms: int
    ) -> list[OutgoingRow]:
        """Adds messages from outside a turn, once per `key`: the same key again returns the rows of the first time."""
        ...

    async def undelivered(self, limit: int, older_ms: int = 0) -> list[ConversationId]:
        """Conversations with messages that nobody alive is sending: what a deliverer starts with. With `older_ms` only
        those that have waited for so long."""
        ...

    async def claim_send(self, conversation_id: ConversationId, now_ms: int) -> OutgoingRow | None:
        """Claims the oldest message of a conversation that is not in a final state, if its time has come. Order is kept (ORD-05).

        The row is `claimed`; it is `unknown` when a process died while sending it, so that it may have been sent. A row
        that this process is sending is not given out again. A turn's messages from before a person took over are
        cancelled here (P9). After a restart nothing waits for its next try.
        """
        ...

    async def finish_send(
        self, row: OutgoingRow, state: str, *, now_ms: int, error: str = "", provider_id: str = "", retry_at_ms: int = 0
    ) -> None:
        """Records what became of a send: `sent`, `failed`, `unknown`, `cancelled`, or `queued` to try again at a moment."""
        ...


class People(Protocol):
    """Users, their identities and tags."""

    async def user(self, bot_id: BotId, user_id: UserId) -> UserRow | None: ...
    async def find_user(self, bot_id: BotId, channel_id: ChannelId, sender: str) -> UserRow | None: ...
    async def patch_user(self, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> UserRow: ...
    async def link_identity(self, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId) -> None:
        """Says that this address belongs to this user; conversations of the address move along, the emptied user goes."""
        ...

    async def identities(self, bot_id: BotId, user_id: UserId) -> list[tuple[ChannelId, str]]: ...
    async def tags(self, bot_id: BotId, user_id: UserId) -> dict[str, tuple[str, int]]:
        """Tag (upper case) → (value, moment it was set)."""
        ...

    async def list_users(
        self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = (), limit: int = 50, after: str = ""
    ) -> list[tuple[UserRow, dict[str, str]]]:
        """Users that have all of `tags` and in their names, for each of `words` (as `names.words_in` gives them), a word
        that begins so: by id, with their tags; `after` is the last id of the page before."""
        ...

    async def count_users(self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = ()) -> int: ...


class Threads(Protocol):
    """What people see of conversations."""

    async def thread(self, conversation_id: ConversationId, *, after: int = 0, limit: int = 200) -> list[ThreadEntry]:
        """Both directions by position, from `after` (exclusive) upwards."""
        ...

    async def open_thread(
        self, bot_id: BotId, channel_id: ChannelId, thread: str, sender: str, now_ms: int
    ) -> ConversationId:
        """The conversation of this address, made when new (with its user)."""
        ...

    async def conversations(
        self, bot_id: BotId, channel_id: ChannelId, sender: str, limit: int = 50
    ) -> list[ConversationSummary]:
        """A person's conversations on a channel, latest first."""
        ...

    async def mark_read(self, conversation_id: ConversationId, n: int) -> None:
        """The user has seen everything up to position `n`; never goes back."""
        ...

    async def dead_letters(self, bot_id: BotId, *, limit: int = 50, after: Seq = Seq(0)) -> list[DeadLetter]: ...
    async def replay(self, bot_id: BotId, seq: Seq, now_ms: int) -> Accepted:
        """Puts a dead event back at the end of its conversation's queue, once; raises `NoDeadLetter` otherwise."""
        ...

    async def trace(self, bot_id: BotId, seq: Seq) -> bytes | None:
        """The JSON that a turn recorded of itself."""
        ...


class KeyValue(Protocol):
    """A small store for bots and modules: JSON by scope and key."""

    async def kv_get(self, scope: str, key: str, path: str = "") -> Any:
        """The value, or the part of it at a dotted path; None when there is none."""
        ...

    async def kv_set(self, scope: str, key: str, value: Any, path: str = "") -> None:
        """Sets the value, or only the part at a dotted path (objects on the way are made), atomically."""
        ...

    async def kv_make(self, scope: str, key: str, value: Any) -> Any:
        """Sets the value unless there is one; returns what is there then, the same for all who come at once."""
        ...

    async def kv_add(self, scope: str, key: str, amount: float, path: str = "") -> float:
        """Adds to a number (missing: 0), atomically; returns the new one."""
        ...

    async def kv_delete(self, scope: str, key: str) -> None: ...
    async def kv_list(self, scope: str, prefix: str = "", limit: int = 1000) -> dict[str, Any]: ...


class Blobs(Protocol):
    """Bytes with a type: uploads and media."""

    async def put_blob(self, bot_id: BotId, mime: str, name: str, data: bytes, now_ms: int) -> str:
        """Keeps the bytes; returns the new blob's id."""
        ...

    async def get_blob(self, bot_id: BotId, blob_id: str) -> tuple[str, str, bytes] | None:
        """(mime, name, data)."""
        ...


class Access(Protocol):
    """API keys of operators and other systems, and whether the server has an owner."""

    async def offer_setup(self, digest: bytes, link_id: str, now_ms: int, ends_ms: int) -> bool:
        """Keeps what is kept of the one-time link for the first owner, instead of the one before. False when there is an
        owner, or when another process offered a link just now (10 s): then that one is good."""
        ...

    async def add_key(
        self,
        key_hash: bytes,
        name: str,
        role: str,
        actor: str,
        now_ms: int,
        *,
        account_id: str = "",
        scopes: Sequence[str] = (),
        prefix: str = "",
        ends_ms: int = 0,
    ) -> None: ...
    async def key(self, key_hash: bytes) -> KeyHolder | None:
        """The key with this hash, and what its holder may; also when it has ended."""
        ...

    async def use_key(self, key_hash: bytes, now_ms: int) -> None:
        """It was used: kept once a minute."""
        ...

    async def keys(self) -> list[KeyRow]:
        """All keys, oldest first."""
        ...

    async def revoke_key(self, name: str) -> bool: ...


class Tables(Protocol):
    """How the console and modules work with tables of their own: plain functions over a SQLAlchemy connection, on a thread.

    The function returns data, not open results, and leaves beginning, committing and rolling back alone (`TransactionEnded`;
    `begin_nested` is fine). It may run twice, so it has no effect but on the database.
    """

    async def read(self, work: "Callable[[sa.Connection], T]") -> T:
        """What it finds: all of its statements see one moment. Raises `StorageSlow` when it takes too long (5 s)."""
        ...

    async def peek(self, question: str, /, **values: str | int) -> int:
        """The number that a small question finds: `SELECT count(*) FROM orders_order WHERE bot_id = :bot`; 0 when there is none.

        On the driver itself, without SQLAlchemy and without a thread: for what is asked at the start and again and again, to
        know whether there is anything to do. The question is SQL of both engines that an index answers; `:name` is a value.
        """
        ...

    async def write(self, work: "Callable[[sa.Connection], T]", *, place: str = "") -> T:
        """One transaction, on disk when this returns; whatever `work` raises undoes it and is raised here.

        Transactions are serialisable: one that others were in the way of runs again (3 times, then `StorageBusy`). Those
        of one `place` (a name, led by the module's) wait for each other instead, in all processes. That is better when
        many change the same rows; they see what was committed before them, but are not guarded against other places.

        On SQLite everybody shares one writer, the turns too: a `work` of a second is a second in which no turn ends.
        Do large changes in portions of a few milliseconds. Raises `StorageFull`, `StorageAway` and the like.
        """
        ...


class Wakeups(Protocol):
    """Hints of other processes, for one event loop."""

    async def wait(self) -> frozenset[str]:
        """The topics of which something was heard; none after a while of silence, when it is time to look anyway."""
        ...

    def close(self) -> None: ...


class Shared(Protocol):
    """What processes that work on one database know of each other."""

    shared: bool
    """Whether other processes may work on this database at the same time."""

    @property
    def lease_left_s(self) -> float:
        """For how many seconds what this process holds is certainly its own; nothing may be sent after that (NET-04)."""
        ...

    def hint(self, topic: str) -> None:
        """Says to other processes that there is something to look at; it may get lost. From any thread."""
        ...

    def wakeups(self) -> Wakeups:
        """Hints of other processes, from now on; the caller closes them. Only where the database is shared."""
        ...

    async def open_events(self, limit: int) -> int:
        """How many events wait or run in all, counted up to a limit."""
        ...

    async def positions(self, conversation_ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        """The last position of the thread of each."""
        ...

    async def take_lease(self, name: str) -> str:
        """Takes or keeps a name that only one live process can hold; returns who holds it now, empty when it is this one
        (DUP-13). It ends with the process."""
        ...

    async def end_lease(self, name: str) -> None:
        """Lets go of a name."""
        ...


class Storage(Turns, Outbox, People, Threads, KeyValue, Blobs, Access, Shared, Tables, Identity, Protocol):
    """The whole port."""

    async def open(self) -> None:
        """Locks, checks, migrates and connects; raises `StorageInUse`, `NetworkFileSystem`, `StorageNewer` …"""
        ...

    async def migrate(self, module: str, folder: Path) -> bool:
        """Brings one module's tables up to date; returns whether there was something to do. Raises `MigrationFailed`."""
        ...

    async def close(self) -> None:
        """Finishes what was submitted, then lets go of everything."""
        ...

    def healthy(self) -> str:
        """Empty, or why the database cannot take writes now (shown by /ready)."""
        ...

    async def lost(self) -> str:
        """Empty, or why this process can write no more, tried at this moment: it must end and be started anew (DSK-04)."""
        ...
