"""The port on the model: what is done where, and on which lane it travels. Left out: values, blobs, keys, modules' tables."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from gutenbot.events.messages import Outgoing
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId, conversation_id
from gutenbot.storage.codec import clean, encode_outgoing
from gutenbot.storage.port import Done, Then
from gutenbot.storage.prepared import prepare, prepare_turn
from gutenbot.storage.rows import (
    WHENEVER_MS,
    Accepted,
    Arrival,
    Claim,
    Committed,
    ConversationSummary,
    DeadLetter,
    JournalRow,
    Loaded,
    OutgoingRow,
    Seq,
    ThreadEntry,
    TurnCommit,
    UserPatch,
    UserRow,
)
from tests.simulation.model import inbox, outbox, people, turns
from tests.simulation.model.client import Client, Hints
from tests.simulation.model.link import Link
from tests.simulation.model.server import Server
from tests.simulation.model.tables import RELEASED, Place

T = TypeVar("T")

_STATE_BYTES = 1 << 20
FOREVER_MS = 2**62


class _Turns:
    """The turn loop's part."""

    shared = True
    sending_lock = ""

    def __init__(
        self,
        server: Server,
        clock: Clock,
        *,
        boot: str,
        works: bool = True,
        link: Link | None = None,
        lease_s: float = 30.0,
        patience_s: float = 5.0,
        poll_s: tuple[float, float] = (0.25, 1.0),
    ) -> None:
        self.server = server
        self.db = server.tables
        self.clock = clock
        self.boot = boot
        self.owner = boot if works else RELEASED
        """Who gets idle conversations when an event comes in: this worker, or whoever claims them first."""
        self.poll_s = poll_s
        self.sending: set[ConversationId] = set()
        """Where this worker knows that it sends."""
        self.client = Client(server, clock, link or Link(), boot, lease_s=lease_s, patience_s=patience_s)

    async def accept(self, arrivals: Sequence[Arrival], then: Then | None = None) -> list[Accepted]:
        items = [prepare(arrival) for arrival in arrivals]
        if not items:
            return []
        accepted: list[Accepted] = await self.client.accepts.submit(
            "accept", lambda: inbox.accept(self.db, items, self.owner), then=then
        )
        if not self.owner:
            self.client.hint("work")
        return accepted

    async def recover(self, limit: int = 1000) -> list[ConversationId]:
        held = await self._unit("recover", lambda: inbox.take_over(self.db, self.boot, limit))
        return [place.conversation_id for place in held]

    async def claim(self, conversation_id: ConversationId, *, due: bool = False) -> Claim | None:
        now_ms = WHENEVER_MS if due else self._now_ms()
        return await self._unit(
            "claim", lambda: inbox.claim_held(self.db, conversation_id, self.boot, now_ms), conversation_id
        )  # fmt: skip

    async def claim_ready(self, limit: int, bots: Collection[BotId], channels: Collection[str]) -> list[Claim]:
        now_ms = self._now_ms()

        def wanted(place: Place) -> bool:
            return place.bot_id in bots and place.channel_id in channels

        return await self._unit("claim ready", lambda: inbox.claim_ready(self.db, self.boot, limit, wanted, now_ms))

    async def claim_more(self, claim: Claim, limit: int) -> list[Claim]:
        now_ms = self._now_ms()
        return await self._unit(
            "claim more", lambda: inbox.claim_burst(self.db, claim, limit, self.boot, now_ms), claim.conversation_id
        )

    async def load(self, conversation_id: ConversationId) -> Loaded:
        loaded: Loaded = await self.client.loads.submit(
            "load", lambda: turns.load(self.db, conversation_id), conversation_id
        )
        return loaded

    async def record(self, claim: Claim, row: JournalRow) -> None:
        work = lambda: turns.record(self.db, claim, row, self.boot, _STATE_BYTES)  # noqa: E731
        await self._unit("record", work, claim.conversation_id)

    async def commit(self, turn: TurnCommit, then: Done | None = None) -> Committed:
        prepared = prepare_turn(turn, _STATE_BYTES)
        work = lambda: turns.commit(self.db, prepared, self.boot, _STATE_BYTES)  # noqa: E731
        committed: Committed = await self.client.commits.submit(
            "commit", work, turn.claim.conversation_id, then=then, about=turn
        )
        return committed

    async def release(self, claims: Sequence[Claim], *, keep: bool = False) -> None:
        await self._unit("release", lambda: inbox.release(self.db, claims, self.boot, keep=keep))
        if not keep:
            self.client.hint("work")

    async def fire_timers(self, now_ms: int, limit: int) -> list[Accepted]:
        return await self._unit("fire timers", lambda: inbox.fire_timers(self.db, now_ms, limit, self.owner))

    async def next_timer(self) -> int | None:
        return await self._read("next timer", lambda: min((due for due, _ in self.db.timers.values()), default=None))

    async def _unit(self, name: str, work: Callable[[], T], place: str = "") -> T:
        result: T = await self.client.units.submit(name, work, place)
        return result

    async def _read(self, name: str, work: Callable[[], T]) -> T:
        result: T = await self.client.reads.submit(name, work)
        return result

    def _now_ms(self) -> int:
        return to_ms(self.clock.now())


class _Outbox(_Turns):
    """The deliverer's part."""

    async def send(
        self, conversation_id: ConversationId, key: str, messages: Sequence[Outgoing], *, deliver: bool, now_ms: int
    ) -> list[OutgoingRow]:
        encoded = [encode_outgoing(message) for message in messages]
        cause = f"send:{clean(key)}"
        return await self._unit(
            "send", lambda: outbox.send(self.db, conversation_id, cause, encoded, deliver=deliver, now_ms=now_ms),
            conversation_id,
        )  # fmt: skip

    async def undelivered(self, limit: int, older_ms: int = 0) -> list[ConversationId]:
        until_ms = self._now_ms() - older_ms if older_ms else FOREVER_MS
        return await self._read("undelivered", lambda: outbox.undelivered(self.db, self.boot, limit, until_ms))

    async def claim_send(self, conversation_id: ConversationId, now_ms: int) -> OutgoingRow | None:
        sending = conversation_id in self.sending
        row = await self._unit(
            "claim send",
            lambda: outbox.claim_head(self.db, conversation_id, self.boot, now_ms, sending=sending),
            conversation_id,
        )
        if row is not None:
            self.sending.add(conversation_id)
        return row

    async def finish_send(
        self, row: OutgoingRow, state: str, *, now_ms: int, error: str = "", provider_id: str = "", retry_at_ms: int = 0
    ) -> None:
        def work() -> bool:
            return outbox.finish(
                self.db, row, self.boot, state, now_ms=now_ms, error=error, provider_id=provider_id,
                retry_at_ms=retry_at_ms,
            )  # fmt: skip

        await self._unit("finish send", work, row.conversation_id)
        self.sending.discard(row.conversation_id)


class _People(_Outbox):
    """Users and threads."""

    async def user(self, bot_id: BotId, user_id: UserId) -> UserRow | None:
        found = self.db.users.get((bot_id, user_id))
        return await self._read("user", lambda: people.user_row(self.db, found) if found is not None else None)

    async def find_user(self, bot_id: BotId, channel_id: ChannelId, sender: str) -> UserRow | None:
        return await self._read("find user", lambda: people.find_user(self.db, bot_id, channel_id, sender))

    async def patch_user(self, bot_id: BotId, user_id: UserId, patch: UserPatch, now_ms: int) -> UserRow:
        work = lambda: people.patch_user(self.db, bot_id, user_id, patch, now_ms)  # noqa: E731
        patched: UserRow = await self._unit("patch user", work, f"~user {user_id}")
        return patched

    async def link_identity(self, bot_id: BotId, channel_id: ChannelId, sender: str, user_id: UserId) -> None:
        now_ms = self._now_ms()
        await self._unit("link", lambda: people.link_identity(self.db, bot_id, channel_id, sender, user_id, now_ms))

    async def identities(self, bot_id: BotId, user_id: UserId) -> list[tuple[ChannelId, str]]:
        found = sorted(key for key, user in self.db.identities.items() if user == user_id and key[0] == bot_id)
        return await self._read("identities", lambda: [(channel, sender) for _, channel, sender in found])

    async def tags(self, bot_id: BotId, user_id: UserId) -> dict[str, tuple[str, int]]:
        return await self._read("tags", lambda: dict(sorted(self.db.users[bot_id, user_id].tags.items())))

    async def list_users(
        self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = (), limit: int = 50, after: str = ""
    ) -> list[tuple[UserRow, dict[str, str]]]:
        return await self._read("list users", lambda: people.list_users(self.db, bot_id, tags, words, limit, after))

    async def count_users(self, bot_id: BotId, *, tags: Sequence[str] = (), words: Sequence[str] = ()) -> int:
        return await self._read("count users", lambda: len(people.with_tags(self.db, bot_id, tags, words)))

    async def thread(self, conversation_id: ConversationId, *, after: int = 0, limit: int = 200) -> list[ThreadEntry]:
        return await self._read("thread", lambda: people.thread(self.db, conversation_id, after, limit))

    async def open_thread(
        self, bot_id: BotId, channel_id: ChannelId, thread: str, sender: str, now_ms: int
    ) -> ConversationId:
        opened = conversation_id(bot_id, channel_id, thread)
        address = (bot_id, channel_id, opened, clean(thread), clean(sender), now_ms)
        await self._unit("open thread", lambda: self.db.ensure_place(*address), opened)
        return opened

    async def conversations(
        self, bot_id: BotId, channel_id: ChannelId, sender: str, limit: int = 50
    ) -> list[ConversationSummary]:
        work = lambda: people.conversations(self.db, bot_id, channel_id, sender, limit)  # noqa: E731
        return await self._read("conversations", work)

    async def mark_read(self, conversation_id: ConversationId, n: int) -> None:
        await self._unit("mark read", lambda: people.mark_read(self.db, conversation_id, n), conversation_id)

    async def dead_letters(self, bot_id: BotId, *, limit: int = 50, after: Seq = Seq(0)) -> list[DeadLetter]:
        return await self._read("dead letters", lambda: people.dead_letters(self.db, bot_id, limit, after))

    async def replay(self, bot_id: BotId, seq: Seq, now_ms: int) -> Accepted:
        accepted: Accepted = await self._unit("replay", lambda: inbox.replay(self.db, bot_id, seq, now_ms, self.boot))
        return accepted

    async def trace(self, bot_id: BotId, seq: Seq) -> bytes | None:
        return await self._read("trace", lambda: row.trace if (row := self.db.events.get(seq)) is not None else None)


class _Shared(_People):
    """What workers know of each other."""

    @property
    def lease_left_s(self) -> float:
        """For how long what this worker holds is certainly its own."""
        return self.client.until - self.clock.monotonic()

    def hint(self, topic: str) -> None:
        """Says it to other workers, soon and perhaps."""
        self.client.hint(topic)

    def wakeups(self) -> Hints:
        """Hints of other workers."""
        return Hints(self.client, self.poll_s)

    async def open_events(self, limit: int) -> int:
        return await self._read(
            "open events", lambda: min(limit, sum(len(place.open) for place in self.db.places.values()))
        )

    async def positions(self, conversation_ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        wanted = [one for one in conversation_ids if one in self.db.places]
        return await self._read("positions", lambda: {one: self.db.places[one].last_n for one in wanted})

    async def take_lease(self, name: str) -> str:
        def work() -> str:
            if self.db.is_live(self.db.leases.get(name)) and self.db.leases[name] != self.boot:
                return self.db.leases[name]
            self.db.leases[name] = self.boot
            return ""

        return await self._unit("take lease", work, f"~lease {name}")

    async def end_lease(self, name: str) -> None:
        def work() -> None:
            if self.db.leases.get(name) == self.boot:
                del self.db.leases[name]

        await self._unit("end lease", work, f"~lease {name}")


class ModelStorage(_Shared):
    """A worker's storage on a `Server` that it shares with others."""

    async def open(self) -> None:
        await self.client.open()

    async def migrate(self, module: str, folder: Path) -> bool:
        """There are no tables to change."""
        return False

    async def close(self) -> None:
        await self.client.close()

    def healthy(self) -> str:
        return "" if self.lease_left_s > 0 else "This worker's lease ran out."

    async def lost(self) -> str:
        """Never: a database that is away is waited for."""
        return ""
