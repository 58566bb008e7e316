"""Modules go off and on while the app runs, and leave nothing behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from core.tests.http.house import Someone
from core.tests.http.served import echo_bot, serving
from pydantic import BaseModel, SecretStr

from gutenbot.app.switching import Left
from gutenbot.events.messages import TextMessage
from gutenbot.modules.module import Module, Part
from gutenbot.turns.signals import TurnFinished


class Clerk:
    """A service."""

    open = 0


class Settings(BaseModel):
    word: str = "!"


def shouting(taken: list[str] | None = None) -> Module:
    """Everything that a module can have: a wrap, a subscription, a service, a task, a route, something to let go of."""
    part = Part()

    @part.wrap("render")
    async def shout(turn: Any, call_next: Any) -> None:
        turn.messages = [TextMessage(message.text.upper()) for message in turn.messages]
        await call_next()

    @part.subscribe(TurnFinished)
    async def seen(signal: TurnFinished) -> None:
        return None

    @asynccontextmanager
    async def clerk() -> AsyncGenerator[Clerk]:
        Clerk.open += 1
        try:
            yield Clerk()
        finally:
            Clerk.open -= 1

    part.provide(Clerk, clerk)

    @part.task
    async def work(app: Any) -> None:
        await asyncio.Event().wait()

    @part.on_stop
    async def stop(app: Any) -> None:
        if taken is not None:
            taken.append("stopped")

    async def hello(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    part.contribute("asgi_apps", "/shout", lambda app: hello)
    return Module("shouting", parts=[part], settings=Settings)


async def switch(someone: Someone, name: str, *, on: bool) -> Any:
    return await someone.do("PUT", f"/modules/{name}/state", {"on": on})


async def test_mod_05_a_module_that_is_switched_off_leaves_nothing_and_comes_back(tmp_path: Path) -> None:
    taken: list[str] = []
    async with serving(tmp_path, modules=[shouting(taken)]) as served:
        someone, app = Someone(served.client), served.app
        assert await served.texts({"text": "hi"}) == ["HI"]
        assert (await served.client.get("/shout")).text == "hello"
        assert app.switching.left("shouting") == Left(tasks=1, subscriptions=1, wraps=1, contributions=1)
        found = await switch(someone, "shouting", on=False)
        assert (found["state"], found["reason"]) == ("disabled", "developer has switched it off.")
        assert app.switching.left("shouting") == Left()
        assert (taken, Clerk.open, app.services.has(Clerk)) == (["stopped"], 0, False)
        assert await served.texts({"text": "hi again"}) == ["hi again"]
        assert (await served.client.get("/shout")).status_code == 404
        await switch(someone, "shouting", on=True)
        assert await served.texts({"text": "hi"}, conversation="bob") == ["HI"]
        assert (await served.client.get("/shout")).text == "hello"
        assert Clerk.open == 1
    assert Clerk.open == 0


async def test_what_was_switched_off_stays_off_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[shouting()]) as served:
        await switch(Someone(served.client), "shouting", on=False)
    async with serving(tmp_path, modules=[shouting()], keep=True) as served:
        assert await served.texts({"text": "hi"}) == ["hi"]
        assert served.app.installed["shouting"].state == "disabled"
        assert Clerk.open == 0
        await switch(Someone(served.client), "shouting", on=True)
        assert await served.texts({"text": "hi"}, conversation="bob") == ["HI"]


async def test_a_module_that_another_one_needs_stays(tmp_path: Path) -> None:
    user = Part()
    user.require(Clerk)
    modules = [shouting(), Module("user", parts=[user]), Module("friend", requires=["shouting"])]
    async with serving(tmp_path, modules=modules) as served:
        answer = await Someone(served.client).call("PUT", "/modules/shouting/state", {"on": False})
        assert (answer.status_code, answer.json()["code"]) == (409, "modules.still-needed")
        assert "user, friend" in answer.json()["detail"]


async def test_a_module_that_fails_when_it_is_switched_on_hurts_nobody(tmp_path: Path) -> None:
    part = Part()
    broken = False

    @part.on_start
    async def start(app: Any) -> None:
        if broken:
            raise RuntimeError("out of order")

    module = Module("moody", parts=[part])
    async with serving(tmp_path, modules=[module]) as served:
        someone = Someone(served.client)
        await switch(someone, "moody", on=False)
        broken = True
        found = await switch(someone, "moody", on=True)
        assert (found["state"], found["reason"]) == ("failed", "RuntimeError: out of order")
        assert "out of order" in found["traceback"]
        assert await served.texts({"text": "hi"}) == ["hi"]
        broken = False
        found = await someone.do("POST", "/modules/moody/restart")
        assert found["state"] == "running"


async def test_new_settings_are_taken_in_or_the_module_starts_anew(tmp_path: Path) -> None:
    seen: list[str] = []
    stopped: list[str] = []
    part = Part()

    @part.on_settings
    async def changed(app: Any, settings: Settings) -> None:
        seen.append(settings.word)

    modules = [shouting(stopped), Module("quiet", parts=[part], settings=Settings)]
    async with serving(tmp_path, modules=modules) as served:
        someone = Someone(served.client)
        await someone.do("PUT", "/modules/quiet/settings", {"values": {"word": "?"}})
        await someone.do("PUT", "/modules/shouting/settings", {"values": {"word": "?"}})
        assert (seen, stopped, Clerk.open) == (["?"], ["stopped"], 1)
        assert await served.texts({"text": "hi"}) == ["HI"]


@pytest.mark.parametrize("name", ["core", "echo"])
async def test_bots_and_the_core_always_run(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path, echo_bot()) as served:
        answer = await Someone(served.client).call("PUT", f"/modules/{name}/state", {"on": False})
        assert (answer.status_code, answer.json()["code"]) == (409, "modules.not-switchable")


async def test_a_module_that_needs_settings_waits_for_them_and_then_runs(tmp_path: Path) -> None:
    class Needs(BaseModel):
        api_key: SecretStr
        size: int = 3

    started: list[str] = []
    part = Part()

    @part.on_start
    async def start(app: Any) -> None:
        started.append(app.module_settings["needy"]["api_key"])

    async with serving(tmp_path, modules=[Module("needy", parts=[part], settings=Needs)]) as served:
        someone = Someone(served.client)
        found = await someone.get("/modules/needy")
        assert (found["state"], found["missing"]) == ("disabled", ["api_key"])
        await someone.do("PUT", "/modules/needy/settings", {"values": {"size": 4}})
        assert served.app.installed["needy"].state == "disabled"
        await someone.do("PUT", "/modules/needy/settings", {"values": {"api_key": "k"}})
        assert (served.app.installed["needy"].state, started) == ("running", ["k"])
