"""Everything that goes wrong during a run, at moments that follow from the seed."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from core.tests.storage.postgres.servers import Server

from tests.crash.cluster.plan import Outcome, Plan
from tests.crash.cluster.workers import Worker

BEYOND = (1.3, 1.7)
"""So many leases long is a worker out of reach."""
LOOK_S = 0.05
MIDDLE_S = 0.3
UP_S = 4.0
"""So long a worker works between two faults."""


class Faults:
    """Does what the plan says, and writes down what it did."""

    def __init__(
        self,
        plan: Plan,
        workers: Sequence[Worker],
        server: Server,
        chance: random.Random,
        outcome: Outcome,
        folder: Path,
    ) -> None:
        self._plan = plan
        self._workers = workers
        self._server = server
        self._chance = chance
        self._outcome = outcome
        self._folder = folder
        self._stops = 0
        self._down = asyncio.Lock()

    async def run(self) -> None:
        """All faults, spread over the time of the plan; returns when the last one is over."""
        doers: dict[str, Callable[[Worker], Awaitable[None]]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "cut": self._cut,
            "silence": self._silence,
            "end": self._end,
        }
        pause_s = self._plan.seconds / len(self._plan.faults)
        async with asyncio.TaskGroup() as group:
            for name in self._plan.faults:
                await asyncio.sleep(self._chance.uniform(0.5, 1.5) * pause_s)
                if name == "database stop":
                    group.create_task(self._stop_database())
                elif name == "roll":
                    group.create_task(self._roll())
                else:
                    group.create_task(self._to_one(name, doers[name]))

    async def _to_one(self, name: str, do: Callable[[Worker], Awaitable[None]], worker: Worker | None = None) -> None:
        """Does it to a worker that nothing else is done to, and which runs."""
        while True:
            idle = [one for one in ([worker] if worker else self._workers) if self._may_fail(one)]
            if idle:
                break
            await asyncio.sleep(LOOK_S)
        chosen = self._chance.choice(idle)
        chosen.busy = True
        try:
            if not chosen.alive:
                self._outcome.crashes.append(f"worker {chosen.number}: {await chosen.wait()}: {chosen.tail(500)}")
                await chosen.run()
            self._outcome.faults[name] += 1
            await do(chosen)
        finally:
            chosen.busy = False
            chosen.well_since = time.monotonic()

    @staticmethod
    def _may_fail(worker: Worker) -> bool:
        """One that just came back is left alone for a moment: an event that is in work at the ends of three processes in a row is
        a dead letter, and must be (POI-02)."""
        return not worker.busy and time.monotonic() - worker.well_since > UP_S

    def _long(self) -> float:
        return self._plan.lease_s * self._chance.uniform(*BEYOND)

    async def _in_the_middle(self) -> None:
        """Waits until turns are in the middle of their outside work, and lets them go on from there.

        They cannot get far: what comes next happens in the same moment.
        """
        mark = self._folder / "hold.note"
        mark.touch()
        await asyncio.sleep(MIDDLE_S)
        mark.unlink(missing_ok=True)

    async def _kill(self, worker: Worker) -> None:
        if self._chance.random() < 0.5:
            await self._in_the_middle()
        await worker.die_and_return()

    async def _freeze(self, worker: Worker) -> None:
        await self._in_the_middle()
        await worker.freeze(self._long())

    async def _cut(self, worker: Worker) -> None:
        await self._in_the_middle()
        worker.proxy.cut()
        await asyncio.sleep(self._long())
        worker.proxy.mend()

    async def _silence(self, worker: Worker) -> None:
        await self._in_the_middle()
        worker.proxy.silence()
        await asyncio.sleep(self._long())
        worker.proxy.mend()

    async def _end(self, worker: Worker) -> None:
        self._outcome.ends.append(await worker.end_and_return())

    async def _roll(self) -> None:
        """All workers, one after the other."""
        self._outcome.faults["roll"] += 1
        for worker in self._workers:
            await self._to_one("end", self._end, worker)

    async def _stop_database(self) -> None:
        """Every second time for longer than a lease."""
        async with self._down:
            self._outcome.faults["database stop"] += 1
            self._stops += 1
            await asyncio.to_thread(self._server.halt)
            await asyncio.sleep(self._chance.uniform(0.3, 1.5) if self._stops % 2 else self._long())
            await asyncio.to_thread(self._server.resume)
