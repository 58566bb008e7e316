"""Workers that share one database: each takes over what waits and hears what the others did.

A hint only says when to look; the database alone knows. With every hint lost, all this happens a second later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.ending import end_all
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Claim
from gutenbot.turns.live import Live, Notice

log = get_logger("sharing")

WORK = "work"
"""Topic: events wait that nobody holds."""
SENDS = "sends"
"""Topic: messages wait to be sent."""
_NEWS = "news:"
_TYPING = "typing:"
AT_ONCE = 64
"""Conversations that one statement takes over."""
LOOK_S = 1.0
SENDS_S = 5.0
LEFT_S = 3.0
"""A message that nobody has begun to send for so long is taken over: its worker may be gone."""
ALL_S = 60.0
"""So often they are taken over whatever their age: the clock that stamped them may have been wrong (TIM-04)."""
SLICE = 1000
"""Watched conversations whose positions one look compares."""


def news_of(conversation_id: ConversationId) -> str:
    """The topic: something was added to this conversation."""
    return f"{_NEWS}{conversation_id}"


def typing_in(conversation_id: ConversationId) -> str:
    """The topic: an answer is being prepared there."""
    return f"{_TYPING}{conversation_id}"


class Room:
    """How much more a worker can run."""

    def __init__(self, bots: Collection[BotId], channels: Collection[str], free: int) -> None:
        self.bots = bots
        """Bots that may run another conversation here."""
        self.channels = channels
        self.free = free


class Sharing:
    """The part of a turn loop that looks beyond its own process."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        live: Live,
        *,
        room: Callable[[], Room],
        take: Callable[[list[Claim]], Awaitable[None]],
        deliver: Callable[[ConversationId], None] | None,
        measured: Callable[[int], None],
        limit: int,
        heard: Callable[[int], None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._live = live
        self._room = room
        self._take = take
        self._deliver = deliver
        self._measured = measured
        self.limit = limit
        self._heard = heard
        self._positions: dict[ConversationId, int] = {}
        self._looked = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Takes over what waits, then looks from now on, on the running event loop."""
        await self.claim()
        await self._take_sends(0)
        self._task = asyncio.create_task(self._watch(), name="sharing")

    async def stop(self) -> None:
        """Looks no more."""
        if self._task is not None:
            await end_all([self._task])

    async def claim(self) -> None:
        """Takes over conversations that wait, as many as there is room for."""
        while True:
            room = self._room()
            limit = min(AT_ONCE, room.free)
            if limit <= 0 or not room.bots or self._storage.lease_left_s <= 0:
                return  # what is claimed without a lease, others take away at once
            claims = await self._storage.claim_ready(limit, room.bots, room.channels)
            await self._take(claims)
            if len(claims) < limit:
                return

    async def _watch(self) -> None:
        ears = self._storage.wakeups()
        look = sends = everything = self._clock.monotonic()
        topics: frozenset[str] = frozenset()
        try:
            while True:
                try:
                    now = self._clock.monotonic()
                    if WORK in topics or now >= look:
                        await self.claim()
                    if SENDS in topics or now >= sends:
                        sends = now + SENDS_S
                        young = SENDS in topics or now >= everything
                        await self._take_sends(0 if young else LEFT_S)
                        everything = now + ALL_S if young else everything
                    self._hear(topics)
                    if now >= look:
                        look = now + LOOK_S
                        await self._look()
                except Temporary as error:
                    log.error("sharing.waits", error=str(error))
                    await self._clock.sleep(0.5)
                topics = await ears.wait()
                if topics:
                    self._heard(len(topics))
        finally:
            ears.close()

    async def _take_sends(self, left_s: float) -> None:
        if self._deliver is None:
            return
        for conversation_id in await self._storage.undelivered(1000, round(left_s * 1000)):
            self._deliver(conversation_id)

    def _hear(self, topics: frozenset[str]) -> None:
        for topic in topics:
            if topic.startswith(_NEWS):
                self._tell(ConversationId(topic[len(_NEWS) :]), typing=False)
            elif topic.startswith(_TYPING):
                conversation_id = ConversationId(topic[len(_TYPING) :])
                if self._live.watched(conversation_id):
                    self._live.tell(Notice(conversation_id, typing=True))

    def _tell(self, conversation_id: ConversationId, *, typing: bool | None = None) -> None:
        if self._live.watched(conversation_id):
            self._live.tell(Notice(conversation_id, typing=typing, elsewhere=True))

    async def _look(self) -> None:
        """How much waits in all, and what was added to watched conversations without a hint that came."""
        self._measured(await self._storage.open_events(self.limit + 1))
        watched = self._live.conversations()
        if not watched:
            self._positions.clear()
            return
        self._looked = 0 if self._looked >= len(watched) else self._looked
        some = watched[self._looked : self._looked + SLICE]
        self._looked += SLICE
        found = await self._storage.positions(some)
        for conversation_id, n in found.items():
            if self._positions.get(conversation_id, -1) != n:
                self._tell(conversation_id)
        known = set(watched)
        self._positions = {one: n for one, n in (self._positions | found).items() if one in known}
