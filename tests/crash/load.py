"""The load and the kills: users talk, the server dies again and again, and in the end everything must be as if it had not."""

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from gutenbot.http.auth import key_hash
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.sqlite import SqliteStorage
from tests.crash.checks import Verdict, check
from tests.crash.script import ROUND
from tests.crash.server import CrashServer, Died, crash_points
from tests.crash.sink import Sink
from tests.crash.sockets import SocketUser
from tests.crash.users import ConverseUser, Door, NapUser, Pace, PushUser, User, WebUser
from tests.crash.waiting import until

KEY = "gb_crash_0123456789abcdefghijklmnop"
UPTIME_S = (0.25, 0.75)
POINT_LIMIT_S = 3.0
"""A server that does not come to its crash point in this time is killed where it is."""
AT_START = ("start", "recover.inside")
DRAIN_LIMIT_S = 90.0
FAULTS = 0.03
Shares = Sequence[tuple[str, float]]
SHARES: Shares = (("web", 0.4), ("socket", 0.2), ("converse", 0.16), ("push-keyed", 0.12), ("push-plain", 0.12))


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, and with which seed."""

    messages: int = 5000
    users: int = 60
    kills: int = 30
    seed: int = 1
    supervised: bool = False

    @property
    def each(self) -> int:
        """Messages of one user: whole rounds, so that every form is filled to its end."""
        return max(1, math.ceil(self.messages / self.users / ROUND)) * ROUND


@dataclass(slots=True)
class Outcome:
    """What came out of a run."""

    plan: Plan
    verdict: Verdict
    kills: Counter[str] = field(default_factory=Counter)
    """How the server died → how often."""
    kinds: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    uptime_s: float = 0.0
    tries: int = 0
    absorbed: int = 0
    """Messages that came again to the keyed channel, which dropped them."""
    plain_doubled: int = 0
    plain_bound: int = 0
    exit_code: int = 0

    @property
    def messages(self) -> int:
        """How many messages there were."""
        return self.plan.each * self.plan.users

    @property
    def ok(self) -> bool:
        """Whether every promise held."""
        return self.verdict.violations == 0 and self.plain_doubled <= self.plain_bound and self.exit_code == 0


async def run(plan: Plan, folder: Path) -> Outcome:
    """One run from the first start to the checks."""
    chance = random.Random(plan.seed)
    started = time.monotonic()
    async with Sink(chance, faults=FAULTS).serving() as sink, aiohttp.ClientSession() as http:
        server = await prepared(folder, sink, supervised=plan.supervised)
        pace = Pace(chance, plan.each * plan.users, plan.users)
        users = make_users(plan.users, lambda: server.base, http, pace)
        outcome = Outcome(plan, Verdict(), kinds=Counter(user.kind for user in users))
        try:
            async with talking(users, plan.each) as talk:
                await _kill_again_and_again(server, pace, plan, chance, outcome)
                await _finish(server, talk, users, plan, sink)
            outcome.exit_code = await server.stop()
        finally:
            await server.clean_up()
        outcome.verdict = check(server.database, users, plan.each, folder / "effects.jsonl", sink)
    outcome.seconds = time.monotonic() - started
    outcome.tries = sum(user.diary.tries for user in users)
    outcome.absorbed = sink.repeats("push-keyed")
    outcome.plain_doubled = sink.repeats("push-plain")
    outcome.plain_bound = 8 * sum(outcome.kills.values())
    return outcome


async def prepared(folder: Path, sink: Sink, *, supervised: bool = False) -> CrashServer:
    """A project in a folder, with an API key, not started yet."""
    await asyncio.to_thread(write_project, folder)
    environ = {"CRASH_EFFECTS": str(folder / "effects.jsonl"), "CRASH_SINK": sink.url}
    server = CrashServer(folder, environ=environ, supervised=supervised)
    storage = SqliteStorage(server.database, SystemClock())
    await storage.open()
    await storage.add_key(key_hash(KEY.encode()), "crash", "operator", "system", 0)
    await storage.close()
    return server


def write_project(folder: Path) -> None:
    """Puts the bot and its settings into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bot.py").write_bytes((Path(__file__).parent / "bot.py").read_bytes())
    (folder / "gutenbot.toml").write_text(
        'log_level = "warning"\n[modules.channel-web]\ntrusted_proxies = ["127.0.0.1"]\nstart_payload = ""\n',
        encoding="utf-8",
    )


def make_users(number: int, door: Door, http: aiohttp.ClientSession, pace: Pace, shares: Shares = SHARES) -> list[User]:
    """Users of every kind."""
    users: list[User] = []
    for kind, share in shares:
        wanted = max(1, round(number * share))
        for _ in range(wanted):
            if len(users) < number:
                users.append(make_user(kind, f"u{len(users):03}", door, http, pace))
    while len(users) < number:
        users.append(make_user("web", f"u{len(users):03}", door, http, pace))
    return users


def make_user(kind: str, name: str, door: Door, http: aiohttp.ClientSession, pace: Pace) -> User:
    """A user of this kind."""
    if kind == "push-timers":
        return NapUser(name, door, http, pace)
    if kind.startswith("push"):
        return PushUser(kind, name, door, http, pace)
    if kind == "converse":
        caller = ConverseUser(name, door, http, pace)
        caller.key = KEY
        return caller
    browser = (SocketUser if kind == "socket" else WebUser)(name, door, http, pace)
    browser.address = f"10.0.{int(name[1:]) // 250}.{int(name[1:]) % 250 + 1}"
    return browser


@asynccontextmanager
async def talking(users: Sequence[User], messages: int) -> AsyncGenerator["asyncio.Task[None]"]:
    """Lets all users talk and read; ends their reading afterwards."""

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for user in users:
                group.create_task(user.run(messages))

    talk = asyncio.create_task(all_of_them())
    reading = [asyncio.create_task(user.read_on()) for user in users]
    try:
        yield talk
    finally:
        for user in users:
            user.stopped = True
        for task in (talk, *reading):
            task.cancel()
        await asyncio.gather(talk, *reading, return_exceptions=True)


async def _kill_again_and_again(
    server: CrashServer, pace: Pace, plan: Plan, chance: random.Random, outcome: Outcome
) -> None:
    """Half of the kills come at any moment, half at the named points, each in turn."""
    points = crash_points()
    chance.shuffle(points)
    if plan.supervised:
        await server.start()
    for number in range(plan.kills):
        pace.uptime_left_s = (plan.kills - number) * 0.6
        point = points[number // 2 % len(points)] if number % 2 and not plan.supervised else ""
        died = await _one_life(server, point, chance, supervised=plan.supervised)
        outcome.kills[died] += 1
        outcome.uptime_s += sum(UPTIME_S) / 2
    pace.over = True
    if not plan.supervised:
        await server.start()
    await server.ready()


async def _one_life(server: CrashServer, point: str, chance: random.Random, *, supervised: bool) -> str:
    """Starts the server and lets it die; says how it did."""
    if not supervised:
        count = 1 if point in AT_START else chance.randint(1, 25)
        await server.start(f"{point}:{count}" if point else "")
    try:
        await server.ready()
    except Died:
        if not point:
            raise
    if not point:
        await asyncio.sleep(chance.uniform(*UPTIME_S))
    else:
        await until(lambda: not server.alive, POINT_LIMIT_S)
    if not server.alive:
        await server.wait()
        return point
    server.kill()
    if not supervised:
        await server.wait()
    else:
        await asyncio.sleep(0.6)
    return "any moment" if not point else f"{point} (not reached)"


async def _finish(
    server: CrashServer, talk: "asyncio.Task[None]", users: Sequence[User], plan: Plan, sink: Sink
) -> None:
    """Waits until everybody has said everything and has read all answers."""
    await until(lambda: not server.alive or (talk.done() and all_read(users, plan.each, sink)), DRAIN_LIMIT_S)
    if talk.done() and not talk.cancelled() and talk.exception() is not None:
        talk.result()


def all_read(users: Sequence[User], messages: int, sink: Sink) -> bool:
    """Whether everybody has read as much as there must be."""
    for user in users:
        wanted = len(user.replies(messages)) + len(user.wakings(messages))
        found = len(user.diary.read) if user.reads else len(set(sink.seen[user.name]))
        if found < wanted or (user.channel == "web" and len(user.diary.own) < messages):
            return False
    return True
