"""A simulated process: a real turn loop on its own storage, clock and way to the database."""

import asyncio
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.signals import Signals
from gutenbot.storage.rows import Accepted, Arrival
from gutenbot.turns.loop import TurnLoop
from gutenbot.turns.roles import Role
from gutenbot.turns.stages import Stages
from tests.simulation.bot import BOT, runtime
from tests.simulation.clock import WorkerClock
from tests.simulation.model.link import Link
from tests.simulation.model.storage import ModelStorage
from tests.simulation.network import ReadByUsers, WorkerChannel

if TYPE_CHECKING:
    from tests.simulation.world import World


class WorldLink(Link):
    """Takes a while, is cut off at times, loses answers and hints."""

    def __init__(self, world: "World", chance: random.Random) -> None:
        super().__init__(chance)
        self._world = world
        self.cut_until = 0.0
        self.lossy_until = 0.0
        self.deaf_until = 0.0

    def delay(self) -> float:
        return self.chance.expovariate(1.0) * self._world.plan.latency_s

    def is_cut(self) -> bool:
        now = self._world.loop.time()
        return now < self.cut_until or now < self._world.outage_until

    def loses_answer(self) -> bool:
        now = self._world.loop.time()
        if now >= self.lossy_until or self.chance.random() >= 0.3:
            return False
        if self._world.plan.storm and self.chance.random() < 0.2:
            self.cut_until = max(self.cut_until, now + 8.0)  # nor can the outcome be asked for
        return True

    def is_busy(self) -> bool:
        return self._world.loop.time() < self.lossy_until and self.chance.random() < 0.1

    def hint_delay(self) -> float | None:
        if self._world.loop.time() < self.deaf_until:
            return None
        return self.chance.uniform(0.0, 2.0) if self.chance.random() < 0.1 else self.delay()

    def drops_request(self) -> bool:
        return self.chance.random() < 0.5


class Worker:
    """One life of one process. `boot` names it; the next life has another name."""

    def __init__(self, world: "World", boot: str, roles: frozenset[Role]) -> None:
        self.roles = roles
        chance = random.Random(f"{world.plan.seed} {boot}")
        self.world = world
        self.boot = boot
        self.process = world.loop.process(boot)
        self.process.world = world
        self.clock = WorkerClock(world.loop, chance.uniform(-90.0, 90.0), chance.uniform(0.0, 1e6))
        self.link = WorldLink(world, chance)
        self.storage = ModelStorage(
            world.server,
            self.clock,
            boot=boot,
            works="turns" in roles,
            link=self.link,
            lease_s=world.plan.lease_s,
            poll_s=(1.0, 3.0),
        )
        self.client = self.storage.client
        channels: dict[str, Any] = {
            network.name: WorkerChannel(network, self.process, world.checks.send_begins, concurrency=2)
            for network in world.networks
        }
        channels["web"] = ReadByUsers()
        self.turns = TurnLoop(
            self.storage,  # type: ignore[arg-type]
            self.clock,
            channels,
            {BOT: runtime(world.plan.concurrency)},
            Stages({}, monotonic=self.clock.monotonic),
            Signals(),
            pace=True,
            backlog_limit=world.plan.backlog_limit,
            chance=chance,
            roles=roles,
        )
        self.ready = False
        self.gone = False
        """No load balancer asks it any more."""

    def start(self) -> None:
        """Begins its life."""
        self.process.run(self._live(), "life")

    async def _live(self) -> None:
        try:
            await self.storage.open()
            await self.turns.start()
        except Temporary as error:
            self.world.trace.note(self.world.loop.time(), self.boot, f"does not start: {error}")
            self.world.ended(self)
            return
        self.ready = True
        self.world.trace.note(self.world.loop.time(), self.boot, "ready")

    async def take(self, arrivals: Sequence[Arrival], answer: "asyncio.Future[list[Accepted] | None]") -> None:
        """One request: the answer travels back unless this process is dead by then. None: try again later."""
        accepted: list[Accepted] | None = None
        if self.ready and not self.gone:
            try:
                accepted = await self.turns.accept(arrivals)
            except Temporary as error:
                self.world.trace.note(self.world.loop.time(), self.boot, f"refuses: {error}")
        self.client.later(self.world.chance.expovariate(100.0), lambda: _give(answer, accepted))

    async def retire(self, limit_s: float) -> None:
        """The graceful end: SIGTERM."""
        self.gone = True
        try:
            if self.ready:
                await self.turns.stop(limit_s)
            await self.storage.close()
        finally:
            self.world.trace.note(self.world.loop.time(), self.boot, "stopped")
            self.world.ended(self)


def _give(answer: "asyncio.Future[list[Accepted] | None]", accepted: list[Accepted] | None) -> None:
    if not answer.done():
        answer.set_result(accepted)
