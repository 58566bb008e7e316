"""A small world for one crash at one place: a server, a sink, and a few users who do not give up."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.crash.checks import Verdict, check
from tests.crash.load import all_read, make_user, prepared, talking
from tests.crash.script import Line
from tests.crash.server import CrashServer
from tests.crash.sink import Sink
from tests.crash.users import Pace, User
from tests.crash.waiting import until

KINDS = ("converse", "web", "push-keyed", "push-plain")
DIES_WITHIN_S = 20.0
ANSWERED_WITHIN_S = 30.0


class World:
    """What a test moves."""

    def __init__(self, folder: Path, server: CrashServer, sink: Sink, http: aiohttp.ClientSession) -> None:
        self.folder = folder
        self.server = server
        self.sink = sink
        self.http = http
        self.pace = Pace(random.Random(1), 0, 1)
        self.pace.over = True
        self.users: list[User] = []
        self.messages = 0

    def user(self, kind: str) -> User:
        """Another user."""
        user = make_user(kind, f"u{len(self.users):03}", lambda: self.server.base, self.http, self.pace)
        self.users.append(user)
        return user

    async def start(self, crash_at: str = "") -> None:
        """Starts the server, and waits until it is ready unless it is to die while it starts."""
        await self.server.start(crash_at)
        if not crash_at.startswith(("start", "recover")):
            await self.server.ready()

    async def died(self) -> int:
        """Waits for the server's death; its exit code."""
        return await self.server.wait(DIES_WITHIN_S)

    async def kill(self) -> None:
        """SIGKILL."""
        self.server.kill()
        await self.server.wait()

    def hold(self, name: str) -> None:
        """The bot stops at this place (`note`: after outside work; `say`: after the first of three lines)."""
        (self.folder / f"hold.{name}").touch()

    def let_go(self, name: str) -> None:
        """The bot goes on."""
        (self.folder / f"hold.{name}").unlink()

    def effects(self) -> list[str]:
        """The lines of outside work."""
        file = self.folder / "effects.jsonl"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    async def crash(self, crash_at: str, kinds: Sequence[str] = KINDS, messages: int = 4) -> Verdict:
        """Users talk, the server dies at that place and is started again; everything must come out right."""
        for kind in kinds:
            self.user(kind)
        await self.start(crash_at)
        async with talking(self.users, messages) as talk:
            await self.died()
            await self.start()
            return await self.finish(talk, messages)

    async def finish(self, talk: "asyncio.Task[None] | None", messages: int) -> Verdict:
        """Waits until everything is said and answered, stops the server, and looks."""

        def over() -> bool:
            return (talk is None or talk.done()) and all_read(self.users, messages, self.sink)

        await until(over, ANSWERED_WITHIN_S)
        code = await self.server.stop()
        verdict = check(self.server.database, self.users, messages, self.folder / "effects.jsonl", self.sink)
        assert (code, verdict.violations, verdict.details) == (0, 0, []), self.server.tail()
        return verdict

    async def say(self, user: User, numbers: Sequence[int]) -> None:
        """Sends messages until each is taken."""
        for number in numbers:
            await user.say(Line(user.name, number))


@asynccontextmanager
async def world(folder: Path) -> AsyncGenerator[World]:
    """A world on a new database; no process is left behind."""
    async with Sink(random.Random(1)).serving() as sink, aiohttp.ClientSession() as http:
        server = await prepared(folder, sink)
        try:
            yield World(folder, server, sink, http)
        finally:
            await server.clean_up()
