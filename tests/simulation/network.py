"""Messaging networks in memory: what users really saw, whatever the senders know of it."""

import asyncio
import contextvars
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gutenbot.events.messages import plain_text
from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.channel import EVERYTHING, Burst, Sent
from tests.simulation.loop import Process

_OUTSIDE = contextvars.Context()


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that a user saw."""

    key: str
    n: int
    text: str
    late: bool
    """It came when its sender had given up waiting: then nobody can keep the order."""


class Network:
    """One network. With `idempotent` it drops a message whose key it has seen."""

    def __init__(self, name: str, chance: random.Random, *, idempotent: bool, trouble: float) -> None:
        self.name = name
        self.idempotent = idempotent
        self.shown: defaultdict[str, list[Shown]] = defaultdict(list)
        self.absorbed = 0
        self.unclear: Counter[str] = Counter()
        """Key → how many tries got no clear answer."""
        self._keys: set[str] = set()
        self._chance = chance
        self.trouble = trouble
        """How often a send does not simply go well."""

    def show(self, row: OutgoingRow, *, late: bool) -> None:
        """The message arrives."""
        if self.idempotent and row.key in self._keys:
            self.absorbed += 1
            return
        self._keys.add(row.key)
        self.shown[row.thread].append(Shown(row.key, row.n, plain_text(row.message), late))

    def mood(self) -> str:
        """How the next send goes."""
        if self._chance.random() >= self.trouble:
            return "ok"
        return self._chance.choice(["lost", "silent", "refused", "busy", "raises", "slow"])

    def delay(self, mood: str) -> float:
        """Seconds until the message is there."""
        return self._chance.uniform(1.0, 13.0) if mood == "slow" else self._chance.expovariate(20.0)


Witness = Callable[[Process, OutgoingRow], None]


class WorkerChannel:
    """The adapter of one worker. `witness` is told of every send as it begins."""

    reads = False
    fetches_profiles = False
    burst: Burst = "queue"
    capabilities = EVERYTHING

    def __init__(self, network: Network, process: Process, witness: Witness, *, concurrency: int) -> None:
        self.id = network.name
        self.idempotent = network.idempotent
        self.concurrency = concurrency
        self._network = network
        self._process = process
        self._witness = witness

    async def send(self, row: OutgoingRow) -> Sent:
        """The request travels on its own: it arrives although its sender may be dead by then."""
        self._witness(self._process, row)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sent] = loop.create_future()
        mood = self._network.mood()
        if mood != "ok":
            self._network.unclear[row.key] += mood in ("lost", "silent", "raises")
        there = self._network.delay(mood)
        loop.call_later(there, self._arrive, mood, row, answer, context=_OUTSIDE)
        try:
            sent = await answer
        except asyncio.CancelledError:
            self._network.unclear[row.key] += 1
            raise
        if sent.error == "raises":
            raise ConnectionError("the adapter broke")
        return sent

    def _arrive(self, mood: str, row: OutgoingRow, answer: "asyncio.Future[Sent]") -> None:
        loop = asyncio.get_running_loop()
        if mood in ("ok", "lost", "slow"):
            self._network.show(row, late=answer.done())
        if mood == "silent":
            return  # the sender's own time limit ends it
        back = self._network.delay("ok")
        loop.call_later(back, _answer, answer, _ANSWERS[mood], context=_OUTSIDE)

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """The network knows nothing about anybody."""
        return None


class ReadByUsers:
    """A channel whose users read the thread: nothing is sent."""

    id = "web"
    reads = True
    idempotent = True
    fetches_profiles = False
    concurrency = 1
    burst: Burst = "queue"
    capabilities = EVERYTHING

    async def send(self, row: OutgoingRow) -> Sent:
        """It is there already."""
        return Sent("sent")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """The channel knows nothing about anybody."""
        return None


_ANSWERS = {
    "ok": Sent("sent", provider_id="p"),
    "slow": Sent("sent", provider_id="p"),
    "lost": Sent("unknown", error="the connection broke before the answer came"),
    "raises": Sent("retry", error="raises"),
    "refused": Sent("retry", error="503"),
    "busy": Sent("retry", error="429", retry_after=timedelta(seconds=2)),
}


def _answer(answer: "asyncio.Future[Sent]", sent: Sent) -> None:
    if not answer.done():
        answer.set_result(sent)
