"""A messaging network in memory, with moods: it answers as a test says, and remembers what users really saw."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from gutenbot.events.messages import Outgoing
from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.channel import EVERYTHING, Burst, Capabilities, Sent

Mood = Literal["ok", "retry", "busy", "fail", "unknown", "lost", "slow", "crash"]
"""`ok`; `retry`: refused for now; `busy`: 429 with `retry_after`; `fail`: refused for good; `unknown`: no answer, and nobody
saw it; `lost`: shown to the user, but the answer got lost; `slow`: shown after `delay`; `crash`: the adapter raises."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that a user really saw."""

    key: str
    thread: str
    message: Outgoing


class FakeChannel:
    """A push channel for tests. `shown` is the oracle: what arrived, in order, after the network dropped known keys."""

    reads = False
    fetches_profiles = True

    def __init__(
        self,
        name: str = "fake",
        *,
        idempotent: bool = True,
        capabilities: Capabilities = EVERYTHING,
        burst: Burst = "queue",
        concurrency: int = 8,
        retry_after: timedelta = timedelta(seconds=30),
        delay: timedelta = timedelta(seconds=5),
        clock: Clock | None = None,
    ) -> None:
        self.id = name
        self.idempotent = idempotent
        self.capabilities = capabilities
        self.burst: Burst = burst
        self.concurrency = concurrency
        self.retry_after = retry_after
        self.delay = delay
        self.clock: Clock = clock or SystemClock()
        self.people: dict[str, dict[str, Any]] = {}
        self.shown: list[Shown] = []
        self.tried: list[str] = []
        """The key of every send, also of those that failed."""
        self._moods: dict[str, deque[Mood]] = defaultdict(deque)
        self._keys: set[str] = set()

    def will(self, *moods: Mood, thread: str = "") -> None:
        """How it answers the next sends, one each (of one thread, if given); after them all is well."""
        self._moods[thread].extend(moods)

    def shown_to(self, thread: str) -> list[Outgoing]:
        """What the user behind an address saw, oldest first."""
        return [shown.message for shown in self.shown if shown.thread == thread]

    @property
    def seen_twice(self) -> list[str]:
        """The keys of messages that a user saw more than once."""
        keys = [shown.key for shown in self.shown]
        return sorted({key for key in keys if keys.count(key) > 1})

    async def send(self, row: OutgoingRow) -> Sent:
        """Sends in the next mood."""
        self.tried.append(row.key)
        return await self._in_mood(self._next_mood(row.thread), row)

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """What a test said of this user."""
        return self.people.get(sender)

    def _next_mood(self, thread: str) -> Mood:
        for key in (thread, ""):
            if self._moods[key]:
                return self._moods[key].popleft()
        return "ok"

    async def _in_mood(self, mood: Mood, row: OutgoingRow) -> Sent:
        match mood:
            case "ok":
                return self._show(row)
            case "slow":
                await self.clock.sleep(self.delay.total_seconds())
                return self._show(row)
            case "lost":
                self._show(row)
                return Sent("unknown", error="the connection broke before the answer came")
            case "unknown":
                return Sent("unknown", error="the connection broke")
            case "retry":
                return Sent("retry", error="503")
            case "busy":
                return Sent("retry", error="429", retry_after=self.retry_after)
            case "fail":
                return Sent("failed", error="400")
            case "crash":
                raise ConnectionError("the adapter crashed")

    def _show(self, row: OutgoingRow) -> Sent:
        if not (self.idempotent and row.key in self._keys):
            self.shown.append(Shown(row.key, row.thread, row.message))
        self._keys.add(row.key)
        return Sent("sent", provider_id=f"{self.id}-{len(self._keys)}")
