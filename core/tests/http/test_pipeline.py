"""The stages in the console: order, switches, limits, trials, and that every worker follows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from core.tests.http.house import Skipping
from core.tests.http.served import Served, echo_bot, serving
from core.tests.storage.postgres.servers import Server

from gutenbot import Bot, Chat
from gutenbot.app.app import Mode
from gutenbot.kernel.pipeline import Choice
from gutenbot.modules.module import Module
from gutenbot.storage.port import Storage
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.testing.database import NAME, fresh_database, open_storage
from gutenbot.turns.turn import Turn

Next = Callable[[], Awaitable[None]]
Opening = Callable[[], Storage]


def manners() -> Module:
    """Wraps whose order people can hear."""
    module = Module("manners")

    @module.wrap("render")
    async def shout(turn: Turn, call_next: Next) -> None:
        """Says everything in capitals.

        More about it.
        """
        _change(turn, str.upper)
        await call_next()

    @module.wrap("render")
    async def greet(turn: Turn, call_next: Next) -> None:
        _change(turn, lambda text: f"dear {text}")
        await call_next()

    @module.wrap("receive", name="bouncer")
    async def bouncer(turn: Turn, call_next: Next) -> None:
        if turn.event.text == "crash":
            raise ValueError("no")
        if "spam" not in turn.event.text:
            await call_next()

    @module.wrap("receive", name="welcome", after=["bouncer"])
    async def welcome(turn: Turn, call_next: Next) -> None:
        await call_next()

    return module


def _change(turn: Turn, how: Callable[[str], str]) -> None:
    turn.messages = [msgspec.structs.replace(one, text=how(one.text)) for one in turn.messages]  # type: ignore[union-attr]


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def opening(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opening]:
    """Opens the same database again and again."""
    clock = Skipping()
    if request.param == "sqlite":
        fresh_database(tmp_path)
        yield lambda: open_storage(tmp_path / NAME, clock)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database()
    yield lambda: PostgresStorage(url, clock)
    server.drop(url)


def place(name: str, *, enabled: bool = True) -> dict[str, Any]:
    return {"name": name, "enabled": enabled}


async def stage(served: Served, name: str) -> dict[str, Any]:
    found = (await served.client.get("/api/v1/pipeline")).json()
    return {"version": found["version"], **next(one for one in found["stages"] if one["name"] == name)}


async def put(served: Served, stages: dict[str, Any], version: int) -> Any:
    return await served.client.put("/api/v1/pipeline", json={"version": version, "stages": stages})


async def test_another_order_is_heard_and_survives_a_restart(opening: Opening, tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[manners()], storage=opening()) as served:
        assert await served.texts({"text": "hello"}) == ["dear HELLO"]
        before = await stage(served, "render")
        assert [wrap["name"] for wrap in before["wraps"]] == ["shout", "greet"]
        assert before["wraps"][0]["about"] == "Says everything in capitals."
        assert before["wraps"][0]["module"] == "manners"
        answer = await put(served, {"render": [place("greet"), place("shout")]}, before["version"])
        assert answer.status_code == 200, answer.text
        assert await served.texts({"text": "hello"}) == ["DEAR HELLO"]
    async with serving(tmp_path, modules=[manners()], storage=opening()) as served:
        assert await served.texts({"text": "hello"}) == ["DEAR HELLO"]
        answer = await put(served, {"render": [place("greet", enabled=False), place("shout")]}, 1)
        assert answer.status_code == 200
        assert await served.texts({"text": "hello"}) == ["HELLO"]
        now = await stage(served, "render")
        assert [(wrap["name"], wrap["enabled"]) for wrap in now["wraps"]] == [("greet", False), ("shout", True)]
        lines = (await served.client.get("/api/v1/audit?verb=pipeline.changed")).json()["items"]
        assert [line["after"]["render"] for line in lines] == [["(greet)", "shout"], ["greet", "shout"]]
        assert lines[0]["before"]["render"] == ["greet", "shout"]


async def test_what_before_and_after_forbid_is_refused_with_words(opening: Opening, tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[manners()], storage=opening()) as served:
        limits = {wrap["name"]: wrap for wrap in (await stage(served, "receive"))["wraps"]}
        assert limits["bouncer"]["later"] == ["welcome"]
        assert limits["welcome"]["earlier"] == ["bouncer"]
        refused = await put(served, {"receive": [place("welcome"), place("bouncer")]}, 0)
        assert (refused.status_code, refused.json()["code"]) == (422, "pipeline.wrong-order")
        assert (
            "welcome cannot stand there in receive: manners says that it comes after bouncer"
            in refused.json()["detail"]
        )
        refused = await put(served, {"receive": [place("nobody")]}, 0)
        assert refused.json()["code"] == "pipeline.unknown-wrap"
        assert (await put(served, {"render": [place("greet")]}, 0)).status_code == 200
        stale = await put(served, {"render": [place("shout")]}, 0)
        assert stale.json()["code"] == "storage.changed-meanwhile"


async def test_time_and_errors_of_a_wrap_are_its_own(tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[manners()]) as served:
        await served.texts({"text": "hello"})
        await served.say({"text": "crash"})
        wraps = {wrap["name"]: wrap for wrap in (await stage(served, "receive"))["wraps"]}
        assert (wraps["bouncer"]["runs"], wraps["bouncer"]["errors"]) == (2, 1)
        assert (wraps["welcome"]["runs"], wraps["welcome"]["errors"]) == (1, 0)
        assert 0 <= wraps["bouncer"]["average_ms"] < 100
        unused = (await stage(served, "decide"))["wraps"]
        assert unused == []


async def test_a_dry_run_says_what_would_differ_and_leaves_nothing(opening: Opening, tmp_path: Path) -> None:
    done: list[str] = []
    bot = echo_bot()

    @bot.hear("work")
    async def work(chat: Chat) -> None:
        await chat.step(done.append, "x")
        await chat.say("done")

    async with serving(tmp_path, bot, modules=[manners()], storage=opening()) as served:
        for text in ("hello", "spam", "work"):
            await served.say({"text": text})
        assert done == ["x"]
        body = {"stages": {"render": [place("greet"), place("shout")], "receive": [place("bouncer", enabled=False)]}}
        same = await served.client.post("/api/v1/pipeline/dry-run", json={"stages": {}})
        assert (same.json()["messages"], same.json()["differences"]) == (3, [])
        found = (await served.client.post("/api/v1/pipeline/dry-run", json=body)).json()
        told = {one["text"]: one for one in found["differences"]}
        assert set(told) == {"hello", "spam"}
        assert told["hello"]["present"]["said"] == ["dear HELLO"]
        assert told["hello"]["chosen"]["said"] == ["DEAR HELLO"]
        assert (told["spam"]["present"]["outcome"], told["spam"]["present"]["dropped_by"]) == ("dropped", "bouncer")
        assert told["spam"]["chosen"]["said"] == ["DEAR SPAM"]
        assert found["present_ms"] > 0
        assert done == ["x"], "a trial does no outside work"
        assert await served.texts({"text": "hello"}) == ["dear HELLO"]
        counted = {wrap["name"]: wrap["runs"] for wrap in (await stage(served, "receive"))["wraps"]}
        assert counted["bouncer"] == 4, "trials are not counted"


async def test_an_order_of_the_code_is_locked(tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[manners()]) as served:
        served.app.order.fixed["render"] = (Choice("shout"),)
        assert (await stage(served, "render"))["locked"]
        assert (await put(served, {"render": [place("greet")]}, 0)).json()["code"] == "pipeline.fixed"


@pytest.mark.postgres
async def test_other_workers_follow_within_two_seconds(tmp_path: Path, postgres: Server) -> None:
    url = postgres.new_database()
    clock = Skipping()
    mode = Mode(threaded=True, show_errors=True)

    def worker() -> Any:
        return serving(tmp_path, Bot("echo"), modules=[manners()], storage=PostgresStorage(url, clock), mode=mode)

    async with worker() as one, worker() as other:
        assert (await put(one, {"render": [place("greet"), place("shout")]}, 0)).status_code == 200
        async with asyncio.timeout(2):
            while [wrap["name"] for wrap in (await stage(other, "render"))["wraps"]] != ["greet", "shout"]:
                await other.client.get("/api/v1/bots")
    postgres.drop(url)
