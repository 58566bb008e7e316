"""One run: PostgreSQL, three workers, users of every kind, faults, and in the end a look at everything."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from core.tests.storage.postgres.servers import Server
from psycopg.conninfo import conninfo_to_dict

from gutenbot.http.auth import key_hash
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.postgres import PostgresStorage
from tests.crash.checks import check_rows
from tests.crash.cluster.aftermath import check_chains, check_integrity, check_leftovers, check_ticks, explain_dead
from tests.crash.cluster.faults import Faults
from tests.crash.cluster.fences import look_through, open_book
from tests.crash.cluster.plan import SHARES, WORKERS, Outcome, Plan
from tests.crash.cluster.proxy import Proxy
from tests.crash.cluster.workers import Balancer, Worker
from tests.crash.load import FAULTS, KEY, all_read, make_users, talking
from tests.crash.sink import Sink
from tests.crash.told import on_disk
from tests.crash.users import Pace, User

DURABLE = ("fsync = on", "synchronous_commit = on", "max_connections = 300", "deadlock_timeout = '100ms'")
STUCK_S = 45.0
"""After so long without anything new, the rest will not come either."""
QUIET_LIMIT_S = 30.0
OPEN = """SELECT (SELECT count(*) FROM inbox WHERE state = 'open')
+ (SELECT count(*) FROM outbox WHERE state IN ('queued', 'claimed')) + (SELECT count(*) FROM timer)"""


async def run(plan: Plan, folder: Path) -> Outcome:
    """From the first start to the checks."""
    outcome, chance, began = Outcome(plan), random.Random(plan.seed), time.monotonic()
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        sink = await stack.enter_async_context(Sink(chance, faults=FAULTS).serving())
        server = await stack.enter_async_context(_server())
        url = await asyncio.to_thread(server.new_database)
        await _prepare(url)
        workers = await _workers(stack, plan, folder, server, url, sink)
        first_tick = time.time()
        await asyncio.gather(*(worker.run() for worker in workers))
        faults = Faults(plan, workers, server, chance, outcome, folder)
        users = await _load(stack, plan, workers, faults, http, chance, outcome, sink)
        await _quiet(url)
        ends = await asyncio.gather(*(_end(worker) for worker in workers))
        outcome.ends += ends
        await asyncio.to_thread(_look, outcome, url, users, folder, sink, workers, first_tick)
    outcome.seconds = time.monotonic() - began
    return outcome


@asynccontextmanager
async def _server() -> AsyncGenerator[Server]:
    """A PostgreSQL that waits for the disk."""
    server = await asyncio.to_thread(Server, DURABLE, on_disk())
    try:
        yield server
    finally:
        with contextlib.suppress(Exception):
            await asyncio.to_thread(server.close)


async def _prepare(url: str) -> None:
    """An API key, and the book of who changes what."""
    storage = PostgresStorage(url, SystemClock())
    await storage.open()
    await storage.add_key(key_hash(KEY.encode()), "crash", "operator", "system", 0)
    await storage.close()
    await asyncio.to_thread(open_book, url)


async def _workers(
    stack: AsyncExitStack, plan: Plan, folder: Path, server: Server, url: str, sink: Sink
) -> list[Worker]:
    database = conninfo_to_dict(url)["dbname"]
    socket = server.folder / ".s.PGSQL.5432"
    environ = {
        "CRASH_EFFECTS": str(folder / "effects.jsonl"),
        "CRASH_SINK": sink.url,
        "CRASH_SCHEDULE": "1",
        "GUTENBOT_LEASE_S": str(plan.lease_s),
    }
    workers: list[Worker] = []
    for number in range(1, WORKERS + 1):
        proxy = await stack.enter_async_context(Proxy(socket, server.folder / f"to-{number}").serving())
        workers.append(Worker(number, folder / f"w{number}", proxy, str(database), environ))
        stack.push_async_callback(workers[-1].clean_up)
    return workers


async def _load(
    stack: AsyncExitStack,
    plan: Plan,
    workers: Sequence[Worker],
    faults: Faults,
    http: aiohttp.ClientSession,
    chance: random.Random,
    outcome: Outcome,
    sink: Sink,
) -> list[User]:
    """Users talk while things go wrong; returns when everybody has said and read everything."""
    balancer, pace = Balancer(workers, chance), Pace(chance, plan.each * plan.users, plan.users)
    watch = asyncio.create_task(balancer.watch())
    stack.callback(watch.cancel)
    users = make_users(plan.users, balancer.door, http, pace, SHARES)
    outcome.kinds = Counter(user.kind for user in users)
    began = time.monotonic()
    pacing = asyncio.create_task(_keep_pace(pace, began + plan.seconds))
    async with talking(users, plan.each) as talk:
        await faults.run()
        over = time.monotonic()
        pace.over = True
        progress = Progress(users, sink)
        while progress.goes_on() and not (talk.done() and all_read(users, plan.each, sink)):
            if talk.done() and not outcome.load_s:
                outcome.load_s = time.monotonic() - began
            await asyncio.sleep(0.1)
        outcome.load_s = outcome.load_s or time.monotonic() - began
        outcome.drain_s = time.monotonic() - over
        pacing.cancel()
        if talk.done():
            talk.result()
    outcome.tries = sum(user.diary.tries for user in users)
    return users


class Progress:
    """Whether anything still happens."""

    def __init__(self, users: Sequence[User], sink: Sink) -> None:
        self._users = users
        self._sink = sink
        self._seen = -1
        self._last = time.monotonic()

    def goes_on(self) -> bool:
        """Whether anybody has said or read anything within the limit."""
        seen = len(self._sink.arrivals) + sum(len(user.diary.acked) + len(user.diary.read) for user in self._users)
        if seen != self._seen:
            self._seen, self._last = seen, time.monotonic()
        return time.monotonic() < self._last + STUCK_S


async def _keep_pace(pace: Pace, end: float) -> None:
    while True:
        pace.uptime_left_s = max(0.0, end - time.monotonic())
        await asyncio.sleep(0.1)


async def _quiet(url: str) -> None:
    """Waits until nothing is left to do; what then still is, the checks will find."""
    end = time.monotonic() + QUIET_LIMIT_S
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        while time.monotonic() < end:
            row = await (await db.execute(OPEN)).fetchone()
            if row == (0,):
                return
            await asyncio.sleep(0.2)


async def _end(worker: Worker) -> tuple[int, float]:
    began = time.monotonic()
    return await worker.stop(), time.monotonic() - began


def _look(
    outcome: Outcome,
    url: str,
    users: Sequence[User],
    folder: Path,
    sink: Sink,
    workers: Sequence[Worker],
    first_tick: float,
) -> None:
    """Once everything has ended."""
    effects = folder / "effects.jsonl"
    with psycopg.connect(url, autocommit=True) as db:

        def ask(sql: str, *values: object) -> list[tuple[Any, ...]]:
            return db.execute(sql.replace("?", "%s").encode(), values or None).fetchall()

        plan = outcome.plan
        outcome.verdict = check_rows(ask, check_integrity(ask), users, plan.each, effects, sink)
        outcome.findings = look_through(ask, sink.arrivals, (life for worker in workers for life in worker.lives))
        outcome.chains = check_chains(ask)
        outcome.verdict.details[:0] = explain_dead(ask)
        outcome.kept = check_leftovers(ask)
        ended = (worker.lives[-1].name for worker in workers)
        outcome.kept += [f"{name} ended with its lease" for name in ended if not outcome.findings.gave_back.get(name)]
        outcome.ticks, outcome.ticks_wrong = check_ticks(ask, effects, first_tick, time.time())
    outcome.wakings = sum(len(user.wakings(outcome.plan.each)) for user in users)
    outcome.absorbed = sink.repeats("push-keyed")
    outcome.plain_doubled = sink.repeats("push-plain")


def errors_in_logs(folder: Path) -> Counter[str]:
    """What workers logged: event → how often."""
    found: Counter[str] = Counter()
    for file in sorted(folder.glob("w*/server.log")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    found[f"{entry.get('level')} {entry.get('event')}"] += 1
                    continue
            found["not a log line"] += 1
    return found
