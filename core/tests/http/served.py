"""A bot behind HTTP, in this process: no socket, no thread, a database in a temporary folder."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from pydantic import BaseModel

from gutenbot import Bot, Chat, Text
from gutenbot.accounts.desk import Desk
from gutenbot.accounts.passwords import Hasher
from gutenbot.app.app import App, Mode
from gutenbot.app.console_settings import ConsoleSettings
from gutenbot.app.settings import Settings
from gutenbot.http import make_asgi
from gutenbot.http.asgi import Server
from gutenbot.http.auth import key_hash
from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.kernel.ids import conversation_id
from gutenbot.modules.module import Module, Part
from gutenbot.storage.port import Storage
from gutenbot.testing.database import NAME, fresh_database, open_storage

CHEAP = Hasher(memory_kib=8, rounds=1)
"""Hashes that cost nothing: tests sign in often."""


@dataclass(slots=True)
class Served:
    """The app, its server and a client."""

    app: App
    server: Server
    client: httpx2.AsyncClient

    async def say(self, body: Any, conversation: str = "ann", **options: Any) -> httpx2.Response:
        """A converse call."""
        return await self.client.post(f"/api/v1/converse/{conversation}", json=body, **options)

    async def texts(self, body: Any, conversation: str = "ann") -> list[str]:
        """What the bot says to it."""
        answer = await self.say(body, conversation)
        assert answer.status_code == 200, answer.text
        return [message.get("text", message["type"]) for message in answer.json()["messages"]]

    def conversation(self, name: str) -> str:
        """The id of a conversation of `say`."""
        return conversation_id("echo", "api", name)

    async def setup_token(self) -> str:
        """The secret of the link by which the first owner sets the server up; empty when there is one."""
        return (await self.server.owner_link()).partition("#")[2]

    async def key(self, role: str, name: str = "") -> dict[str, str]:
        """Headers with a fresh key of a role."""
        key = f"gb_{role}{name}"
        await self.app.storage.add_key(key_hash(key.encode()), name or role, role, "test", 0)
        return {"authorization": f"Bearer {key}"}


def echo_bot() -> Bot:
    """Says what it hears; asks a name; fails on purpose."""
    bot = Bot("echo")

    @bot.hear("name")
    async def name(chat: Chat) -> None:
        found = await chat.ask("Your name?", Text())
        await chat.say(f"Hello {found}")

    @bot.hear("twice")
    async def twice(chat: Chat) -> None:
        await chat.say("one")
        await chat.say("two")

    @bot.hear("nothing")
    async def nothing(chat: Chat) -> None:
        return None

    @bot.hear("boom")
    async def boom(chat: Chat) -> None:
        raise RuntimeError("broken on purpose")

    @bot.hear("person")
    async def person(chat: Chat) -> None:
        result = await chat.handoff(reason="asked")
        await chat.say(f"They said {result}")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(chat.message.text)

    return bot


class SampleSettings(BaseModel):
    """What can be set of the sample."""

    port: int = 80


def sample() -> Module:
    """A module with settings that can be tried."""

    async def works(app: Any, settings: SampleSettings) -> str:
        return f"{settings.port} answers"

    part = Part()

    @part.wrap("receive", name="nod")
    async def nod(turn: Any, call_next: Any) -> None:
        await call_next()

    return Module("sample", parts=[part], settings=SampleSettings, test=works)


@asynccontextmanager
async def serving(
    folder: Path,
    *bots: Bot,
    modules: Sequence[Module] = (),
    mode: Mode | None = None,
    keep: bool = False,
    console: ConsoleSettings | None = None,
    storage: Storage | None = None,
    clock: Clock | None = None,
    **settings: Any,
) -> AsyncGenerator[Served]:
    """Starts everything, and stops it at the end; with `keep` on the database that is in the folder already."""
    clock = clock or SystemClock()
    storage = storage or open_storage(folder / NAME if keep else fresh_database(folder), clock)
    wanted = mode or Mode(threaded=False, show_errors=True)
    app = App([*modules, *(bots or (echo_bot(),))], storage, clock=clock, mode=wanted)
    server = make_asgi(app, Settings(**{"dev": True, **settings}), console)
    server.gate.desk = Desk(storage, clock, hasher=CHEAP, span=server.gate.span)
    await app.start()
    transport = httpx2.ASGITransport(app=server, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        try:
            yield Served(app, server, client)
        finally:
            await app.stop()
