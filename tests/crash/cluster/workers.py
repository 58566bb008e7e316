"""Workers as processes, each on a port of its own and behind a network of its own, and the balancer in front of them."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.crash.cluster.proxy import Proxy
from tests.crash.load import write_project
from tests.crash.server import CrashServer, Died

RESTART_S = 0.3
"""How long a supervisor takes to notice a death."""
HEALTH_S = 0.5


@dataclass(slots=True)
class Life:
    """One process of a worker."""

    name: str
    """`w1.3`: the third process of the first worker, as PostgreSQL knows its connections."""
    frozen: list[tuple[float, float]] = field(default_factory=list)
    """From when to when (seconds since 1970) it was stopped."""


class NotReady(Exception):
    """A worker runs, and does not become ready."""


class Worker(CrashServer):
    """One of several `gutenbot serve` on a database."""

    ready_limit_s = 90.0

    def __init__(self, number: int, folder: Path, proxy: Proxy, database: str, environ: Mapping[str, str]) -> None:
        super().__init__(folder, environ=environ)
        self.number = number
        self.proxy = proxy
        self.lives: list[Life] = []
        self.busy = False
        """Something is being done to it."""
        self.well_since = 0.0
        """Since when nothing has been done to it, on the clock that only goes on."""
        self.healthy = False
        """What the balancer knows."""
        self._database = database
        write_project(folder)

    async def start(self, crash_at: str = "") -> None:
        name = f"w{self.number}.{len(self.lives) + 1}"
        self.lives.append(Life(name))
        self._environ["CRASH_WORKER"] = name
        self._environ["GUTENBOT_DATABASE_URL"] = (
            f"postgresql://postgres@/{self._database}?host={self.proxy.folder}&application_name={name}"
        )
        await super().start(crash_at)

    async def run(self) -> None:
        """Starts it, as often as it takes until it is ready: it cannot start while the database is away."""
        while True:
            await self.start()
            try:
                await self.ready()
            except Died:
                await asyncio.sleep(RESTART_S)
            except TimeoutError:
                os.kill(self.pid, signal.SIGABRT)  # says where each thread is
                await self.wait()
                raise NotReady(f"worker {self.number}: {self.tail()}") from None
            else:
                return

    async def die_and_return(self) -> None:
        """SIGKILL, and a new process."""
        self.kill()
        await self.wait()
        await asyncio.sleep(RESTART_S)
        await self.run()

    async def freeze(self, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after a while."""
        began = time.time()
        os.kill(self.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.lives[-1].frozen.append((began, time.time()))
        os.kill(self.pid, signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; one that does not end says where each of its threads is, in its log, and does not end gracefully."""
        try:
            return await super().stop()
        except TimeoutError:
            os.kill(self.pid, signal.SIGABRT)
            return await self.wait()

    async def end_and_return(self) -> tuple[int, float]:
        """SIGTERM, and a new process: the exit code of the old one, and how long its end took, in seconds."""
        began = time.monotonic()
        code = await self.stop()
        took_s = time.monotonic() - began
        await self.run()
        return code, took_s


class Balancer:
    """Sends each request to any worker that is ready as far as it knows."""

    def __init__(self, workers: Sequence[Worker], chance: random.Random) -> None:
        self._workers = workers
        self._chance = chance

    def door(self) -> str:
        """Where the next request goes."""
        ready = [worker for worker in self._workers if worker.healthy]
        return self._chance.choice(ready or self._workers).base

    async def watch(self) -> None:
        """Asks all workers again and again whether they are ready."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.0)) as http,
            asyncio.TaskGroup() as group,
        ):
            for worker in self._workers:
                group.create_task(self._ask(worker, http))

    async def _ask(self, worker: Worker, http: aiohttp.ClientSession) -> None:
        while True:
            try:
                async with http.get(f"{worker.base}/ready") as answer:
                    worker.healthy = answer.status == 200
            except (aiohttp.ClientError, OSError, TimeoutError):
                worker.healthy = False
            await asyncio.sleep(HEALTH_S)
