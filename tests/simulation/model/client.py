"""A worker's side of the database: lanes on which work travels in groups, the lease, the doubts, and the hints.

What is on its way belongs to the network: it goes on when its sender dies. What comes back runs in the sender's own
context, so that a dead process hears nothing and a frozen one hears it later.
"""

import asyncio
import contextlib
import contextvars
from collections import deque
from collections.abc import Callable
from typing import Any

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary
from gutenbot.storage.errors import StorageAway, StorageBusy
from tests.simulation.model import inbox
from tests.simulation.model.link import Link
from tests.simulation.model.server import Job, Server

_PAUSE_S = (0.05, 1.0)
_ANY = ""


class Client:
    """One worker's connections."""

    def __init__(
        self, server: Server, clock: Clock, link: Link, boot: str, *, lease_s: float, patience_s: float
    ) -> None:
        self.server = server
        self.db = server.tables
        self.clock = clock
        self.link = link
        self.boot = boot
        self.lease_s = lease_s
        self.patience_s = patience_s
        self.dead = False
        self.closed = False
        self.doubts: set[str] = set()
        """Conversations that we may hold without knowing why, since a commit got no answer; empty text: any of them."""
        self.inside = contextvars.copy_context()
        self.outside = contextvars.Context()
        self.until = 0.0
        """By the monotonic clock: how long the lease certainly lasts."""
        self.accepts = Lane(self, 1)
        self.commits = Lane(self, 2)
        self.units = Lane(self, 2)
        self.loads = Lane(self, 1, reads=True)
        self.reads = Lane(self, 1, reads=True, group=1)
        self.keeping = Lane(self, 1)
        self._keeper: asyncio.Task[None] | None = None
        self._hints: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Takes the lease, then keeps it."""
        self.inside = contextvars.copy_context()
        await self.renew()
        self._keeper = asyncio.create_task(self._keep(), name="lease")

    async def close(self) -> None:
        """Ends the lease: others may take over what is still held."""
        self.closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        with contextlib.suppress(Temporary):  # then it runs out by itself
            await self.keeping.submit("end lease", lambda: self.db.workers.pop(self.boot, None), check=False)

    async def renew(self) -> None:
        """Prolongs the lease, and gives back what we may hold without knowing it."""
        asked = self.clock.monotonic()
        await self.keeping.submit("lease", self._renewed)
        self.until = asked + self.lease_s
        doubts = list(self.doubts)
        if doubts:
            await self.keeping.submit("give up", lambda: inbox.give_up(self.db, self.boot, doubts))
            self.doubts.difference_update(doubts)
            self.hint("work")

    def _renewed(self) -> None:
        self.db.workers[self.boot] = self.db.now() + self.lease_s

    async def _keep(self) -> None:
        while True:
            await self.clock.sleep(self.lease_s / 3 * self.link.chance.uniform(0.8, 1.0))
            with contextlib.suppress(Temporary):
                await self.renew()

    def hint(self, topic: str) -> None:
        """Tells all workers, soon; many at once are told as one."""
        if not self._hints:
            self.later(0.02, self._tell)
        self._hints.add(topic)

    def _tell(self) -> None:
        topics, self._hints = frozenset(self._hints), set()
        if not (self.dead or self.link.is_cut()):
            self.server.notify(self.boot, topics)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """On the network, whatever becomes of this process."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        self._loop.call_later(seconds, what, context=self.outside)


class Lane:
    """A queue whose work travels in groups: what came while the last group was away goes with the next one. Work of one
    place is never in two groups at once, and keeps its order."""

    def __init__(self, client: Client, width: int, *, reads: bool = False, group: int = 128) -> None:
        self.client = client
        self.reads = reads
        self._width = width
        self._group = group
        self._waiting: deque[Job] = deque()
        self._away = 0
        self._busy: set[str] = set()

    def submit(
        self,
        name: str,
        work: Callable[[], Any],
        place: str = _ANY,
        then: Callable[[Any], bool | None] | None = None,
        *,
        about: Any = None,
        check: bool = True,
    ) -> "asyncio.Future[Any]":
        """The result of the work, once it has happened. `then` gets it first."""
        if check and self.client.closed:
            raise StorageAway(reason="the storage was closed")
        job = Job(name, work, place, then, about)
        self._waiting.append(job)
        self._depart()
        return job.future

    def _depart(self) -> None:
        while self._away < self._width and (jobs := self._next()):
            self._away += 1
            Trip(self, jobs).start()

    def _next(self) -> list[Job]:
        jobs: list[Job] = []
        later: list[Job] = []
        seen: set[str] = set()
        while self._waiting and len(jobs) < self._group:
            job = self._waiting.popleft()
            if job.place and (job.place in self._busy or job.place in seen):
                later.append(job)
                continue
            if job.place:
                seen.add(job.place)
            jobs.append(job)
        self._waiting.extendleft(reversed(later))
        self._busy |= seen
        return sorted(jobs, key=_place)

    def back(self, jobs: list[Job]) -> None:
        """The group has its answers."""
        self._away -= 1
        self._busy.difference_update(job.place for job in jobs)
        for job in jobs:
            if job.then is not None and job.error is None:
                job.then(job.result)
            if job.future.done():
                continue  # its caller was cancelled; the work has happened all the same
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)
        self._depart()


class Trip:
    """One group on its way: there, the transaction, and back. A lost answer is asked for while the patience lasts."""

    def __init__(self, lane: Lane, jobs: list[Job]) -> None:
        self.lane = lane
        self.jobs = jobs
        self.client = lane.client
        self.deadline = self.client.db.now() + self.client.patience_s

    def start(self) -> None:
        self._hop(self._arrive)

    def _hop(self, what: Callable[[], None]) -> None:
        self.client.later(self.client.link.delay(), what)

    def _again(self, what: Callable[[], None], *, uncertain: bool) -> None:
        """Tries once more after a pause; past the patience, the callers hear of it."""
        if self.client.db.now() > self.deadline:
            self._away(uncertain=uncertain)
        else:
            self.client.later(self.client.link.chance.uniform(*_PAUSE_S), what)

    def _arrive(self) -> None:
        client = self.client
        if client.dead and client.link.drops_request():
            return
        if client.link.is_cut():
            if not client.dead:
                self._again(self._arrive, uncertain=False)
            return
        if not self.lane.reads and client.link.is_busy():
            for job in self.jobs:
                job.error = StorageBusy(tries=4)
            self._hop(self._deliver)
            return
        client.server.run(client.boot, self.jobs)
        self._hop(self._answered)

    def _answered(self) -> None:
        link = self.client.link
        if self.client.dead:
            return
        if not (link.is_cut() or link.loses_answer()):
            self._deliver()
        elif self.lane.reads:
            self._again(self._arrive, uncertain=False)
        else:
            self._again(self._asked, uncertain=True)

    def _asked(self) -> None:
        """The outcome of a transaction is looked up by its number."""
        if self.client.link.is_cut():
            self._again(self._asked, uncertain=True)
        else:
            self._hop(self._deliver)

    def _away(self, *, uncertain: bool) -> None:
        away = StorageAway(reason="the connection was lost")
        away.uncertain = uncertain
        for job in self.jobs:
            job.error = away
        if uncertain:
            self.client.doubts.update(job.place for job in self.jobs)
        self._deliver()

    def _deliver(self) -> None:
        if not self.client.dead:
            asyncio.get_running_loop().call_soon(self.lane.back, self.jobs, context=self.client.inside)


class Hints:
    """One listener's hints: see `gutenbot.storage.postgres.wakeups`."""

    def __init__(self, client: Client, poll_s: tuple[float, float]) -> None:
        self._client = client
        self._poll_s = poll_s
        self._heard = asyncio.Event()
        self._topics: set[str] = set()
        client.server.ears.append(self)

    async def wait(self) -> frozenset[str]:
        """The topics of which something was heard; none after a while of silence, when it is time to look anyway."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._client.link.chance.uniform(*self._poll_s)):
                await self._heard.wait()
        self._heard.clear()
        topics, self._topics = frozenset(self._topics), set()
        return topics

    def close(self) -> None:
        """Nobody listens any more."""
        with contextlib.suppress(ValueError):
            self._client.server.ears.remove(self)

    def hear(self, boot: str, topics: frozenset[str]) -> None:
        """Called by the database, with the delay and the losses of the network."""
        delay = self._client.link.hint_delay()
        if delay is not None and boot != self._client.boot and not self._client.dead:
            self._client.later(delay, lambda: self._wake(topics))

    def _wake(self, topics: frozenset[str]) -> None:
        if not self._client.dead:
            asyncio.get_running_loop().call_soon(self._hear, topics, context=self._client.inside)

    def _hear(self, topics: frozenset[str]) -> None:
        self._topics |= topics
        self._heard.set()


def _place(job: Job) -> str:
    return job.place
