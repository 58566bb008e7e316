"""Tells everybody who has the console open that something happened, in every worker.

From anywhere that has the running app:

    await app.feed.publish("content:shop", {"generation": 7, "items": ["order.eta"]})

That is a transaction of its own, after the change. To have both or none, append the event in the transaction of the
change and say so afterwards:

    def work(db):
        ...
        app.feed.append(db, "content:shop", {...})

    await storage.write(work)
    app.feed.told()

A topic is known by what stands before its first colon. Those of core, with the permission that each needs, are in
`http/live/topics.py`; a module adds its own with `part.contribute("live_topics", "orders", "orders:read")`. Who may subscribe
hears everything of a topic, unless `to` narrows it: `account:<id>`, `may:<permission>`, or several with spaces between,
of which one is enough. Events are hints to pages: they are kept for an hour, and a page that was away for longer asks the API.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gutenbot.feed.events import Event

log = get_logger("feed")
HINT = "live"
PLACE = "core.live"
_PAGE = 500
_SAFETY_S = 5.0
_PRUNE_S = 60.0
_PRUNED = 500

Hear = Callable[[Sequence["Event"]], None]
Topics = Callable[[frozenset[str]], None]


class Feed:
    """The events of one app's database. Publishing works from every event loop; listening happens on one."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._heard: set[str] = set()
        self._ready = asyncio.Event()
        self.position = 0
        """The last number that listeners were given."""

    async def publish(self, topic: str, data: Any, *, to: str = "") -> int:
        """Tells of something that has happened; returns its number. `data` is JSON of at most 64 KiB."""
        seq = await self._storage.write(lambda db: self.append(db, topic, data, to=to), place=PLACE)
        self.told()
        return seq

    def append(self, db: "sa.Connection", topic: str, data: Any, *, to: str = "") -> int:
        """The same within a transaction; call it late, before the line of the audit log, and `told` after the commit."""
        from gutenbot.feed import events

        return events.append(db, topic, data, to_ms(self._clock.now()), to)

    def told(self, topic: str = HINT) -> None:
        """There is something new: listeners look, here and in other workers. From any thread."""
        self._storage.hint(topic)
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody listens any more
                loop.call_soon_threadsafe(self._wake, frozenset({topic}))

    def _wake(self, topics: frozenset[str]) -> None:
        self._heard |= topics
        self._woken.set()

    async def listen(self, hear: Hear, topics: Topics) -> None:
        """Gives all events from now on to `hear`, and hints of other parts to `topics`, until it is cancelled."""
        from gutenbot.feed import events

        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        ears = asyncio.create_task(self._other_workers(), name="feed hints") if self._storage.shared else None
        pruned = self._clock.monotonic()
        try:
            while True:
                try:
                    if not self._ready.is_set():
                        self.position = await self._storage.read(events.last)
                        self._ready.set()
                    await self._read_on(hear)
                    if self._clock.monotonic() - pruned > _PRUNE_S:
                        pruned = self._clock.monotonic()
                        await self.prune()
                except Temporary as error:
                    log.warning("feed.waits", error=str(error))
                    await asyncio.sleep(0.5)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_SAFETY_S):
                        await self._woken.wait()
                self._woken.clear()
                heard, self._heard = frozenset(self._heard), set()
                topics(heard)
        finally:
            self._loop = None
            self._ready.clear()
            if ears is not None:
                ears.cancel()
                await asyncio.gather(ears, return_exceptions=True)

    async def ready(self) -> None:
        """Returns once it is known which event was the last one before `listen`."""
        await self._ready.wait()

    async def _read_on(self, hear: Hear) -> None:
        from gutenbot.feed import events

        while found := await self._storage.read(partial(events.after, seq=self.position, limit=_PAGE)):
            self.position = found[-1].seq
            hear(found)

    async def _other_workers(self) -> None:
        """Hints of other processes; silence of a second is a reason to look, too."""
        ears = self._storage.wakeups()
        try:
            while True:
                self._wake(await ears.wait())
        finally:
            ears.close()

    async def prune(self) -> int:
        """Lets a portion of the old events go, and pages whose worker is gone; returns how many events went."""
        from gutenbot.feed import events, presence

        now_ms = to_ms(self._clock.now())

        def work(db: Any) -> int:
            presence.sweep(db, now_ms)
            return events.prune(db, now_ms - events.KEEP_MS, _PRUNED)

        return await self._storage.write(work, place=PLACE)
