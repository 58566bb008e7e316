"""The playground: sessions of one's own, skins, time, turns that are taken back, and what turns tell."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from core.tests.http.house import Skipping
from core.tests.http.served import Served, serving
from core.tests.storage.postgres.servers import Server

from gutenbot import Bot, Chat, Choice, Text
from gutenbot.events.incoming import Incoming, MessageEvent, PayloadEvent
from gutenbot.events.messages import plain_text
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, conversation_id, new_id
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.rows import Arrival
from gutenbot.testing.transcript import play, read_transcript
from gutenbot.turns.playground import PLAYGROUND, PlaygroundChannel

PATH = "/api/v1/bots/shop/playground"


def shop() -> Bot:
    bot = Bot("shop")

    @bot.hear("order")
    async def order(chat: Chat) -> None:
        size = await chat.ask("Which size?", Choice("small", "large"))
        chat.user["size"] = size
        chat.user.tag("buyer")
        chat.conversation["orders"] = chat.conversation.get("orders", 0) + 1
        name = await chat.ask("Your name?", Text())
        await chat.say(f"A {size} one for {name}")

    @bot.hear("later")
    async def later(chat: Chat) -> None:
        await chat.sleep(timedelta(hours=3))
        await chat.say("It is later")

    @bot.hear("where")
    async def where(chat: Chat) -> None:
        await chat.say(f"on {chat.channel}")

    @bot.hear("crash")
    async def crash(chat: Chat) -> None:
        raise ValueError("no such order")

    @bot.hear("arrival", ["when"])
    async def arrival(chat: Chat) -> None:
        await chat.say("#order.arrival")

    @bot.on("paid")
    async def paid(chat: Chat) -> None:
        await chat.say("Thank you for paying")

    @bot.fallback
    async def other(chat: Chat) -> None:
        await chat.say("Pardon?")

    return bot


@dataclass
class Play:
    """Somebody in the playground."""

    served: Served
    id: str
    thread: str = ""

    @property
    def conversation(self) -> ConversationId:
        return conversation_id(BotId("shop"), PLAYGROUND, self.thread)

    async def say(self, what: str | Incoming) -> list[str]:
        """Says it; returns all that the bot has said since."""
        app = self.served.app
        sender = f"user:{self.id}"
        if not self.thread:
            self.thread = new_id()
            await app.storage.open_thread(BotId("shop"), PLAYGROUND, self.thread, sender, to_ms(app.clock.now()))
        before = await app.storage.thread(self.conversation)
        event = MessageEvent(body=what) if isinstance(what, str) else what
        arrival = Arrival(
            bot_id=BotId("shop"), channel_id=ChannelId(PLAYGROUND), conversation_id=self.conversation,
            thread=self.thread, sender=sender, external_id=new_id(), event=event, received_ms=to_ms(app.clock.now()),
        )  # fmt: skip
        await app.turns.accept([arrival])
        return await self.heard(len(before))

    async def heard(self, after: int) -> list[str]:
        await self.served.app.turns.idle()
        entries = await self.served.app.storage.thread(self.conversation, after=after)
        return [plain_text(entry.body) for entry in entries if entry.direction == "out"]  # type: ignore[arg-type]

    async def hears_later(self, after: int) -> list[str]:
        """As `heard`, once there is something: the server itself looks after its timers, beside whoever fires them here."""
        async with asyncio.timeout(60):
            while not (found := await self.heard(after)):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        return found

    async def call(self, method: str, path: str = "", body: Any = None) -> Any:
        answer = await self.served.client.request(method, f"{PATH}/{self.id}{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def shown(self) -> Any:
        return await self.call("GET")


async def begin(served: Served, **options: Any) -> Play:
    answer = await served.client.post(PATH, json=options)
    assert answer.status_code == 201, answer.text
    return Play(served, answer.json()["id"])


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Served]:
    """A shop with a playground, on each engine."""
    clock = Skipping()
    if request.param == "sqlite":
        async with serving(tmp_path, shop(), clock=clock) as served:
            served.app.add_channel(PlaygroundChannel())
            yield served
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database()
    async with serving(tmp_path, shop(), storage=PostgresStorage(url, clock), clock=clock) as served:
        served.app.add_channel(PlaygroundChannel())
        yield served
    server.drop(url)


async def state(play: Play) -> Any:
    """All that undoing must put back."""
    storage = play.served.app.storage
    loaded = await storage.load(play.conversation)
    user = loaded.user
    tags = await storage.tags(BotId("shop"), user.user_id)
    frames = [(f.frame_id, f.dialog, f.pending) for f in loaded.frames]
    journal = [(r.frame_id, r.n, r.entries) for r in loaded.journal]
    thread = [(e.n, e.direction, e.body) for e in await storage.thread(play.conversation)]
    return user.attributes, user.profile, sorted(tags), loaded.conversation.variables, frames, journal, thread


async def test_a_turn_is_taken_back_with_all_that_came_of_it(ground: Served) -> None:
    play = await begin(ground)
    assert await play.say("order") == ["Which size?"]
    before = await state(play)
    assert await play.say("small") == ["Your name?"]
    assert await state(play) != before
    assert (await play.call("POST", "/undo"))["n"] == 3
    assert await state(play) == before
    assert await play.say("large") == ["Your name?"]
    assert await play.say("Ann") == ["A large one for Ann"]
    assert await play.say("order") == ["Which size?"]
    for _ in range(4):
        await play.call("POST", "/undo")
    assert (await state(play))[-1] == []
    again = await ground.client.post(f"{PATH}/{play.id}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "playground.nothing-to-undo")
    assert await play.say("order") == ["Which size?"]


async def test_timers_come_back_and_time_passes_in_one_session_alone(ground: Served) -> None:
    play, other = await begin(ground), await begin(ground)
    assert await play.say("later") == []
    assert await other.say("later") == []
    assert await play.say("where") == ["on web"]
    await play.call("POST", "/undo")
    shown = await play.call("PATCH", body={"advance_s": 3 * 3600})
    assert shown["ahead_s"] == 3 * 3600
    await ground.app.turns.timers.fire()
    assert await play.hears_later(1) == ["It is later"]
    assert await other.heard(1) == []


async def test_a_skin_is_the_channel_that_the_bot_sees(ground: Served) -> None:
    play = await begin(ground, skin="sms")
    assert await play.say("where") == ["on sms"]
    assert await play.say("order") == ["Which size?\n1. small\n2. large"]
    await play.call("PATCH", body={"skin": "telegram"})
    assert await play.say("where") == ["on telegram", "Which size?"]
    wrong = await ground.client.patch(f"{PATH}/{play.id}", json={"skin": "pigeon"})
    assert wrong.json()["code"] == "playground.no-skin"


async def test_a_turn_tells_what_was_tried_and_what_changed(ground: Served) -> None:
    play = await begin(ground)
    await play.say("order")
    await play.say("small")
    turns = (await play.shown())["turns"]
    assert [turn["by"] for turn in turns] == ["order", "order"]
    path = f"/api/v1/bots/shop/turns/{turns[0]['seq']}/details"
    details = (await ground.client.get(path)).json()
    assert not details["tried_now"]
    first, *rest = details["tried"]
    assert (first["condition"], first["matched"]) == ("the open question Which size?", True)
    told = {one["name"]: one for one in rest}
    assert not told["where"]["matched"]
    assert told["where"]["why"] == "the words are not 'where'"
    assert details["handler"].partition(":")[0].endswith("test_playground.py")
    assert details["messages"][0]["text"] == "Your name?"
    states = details["trace"]["state"]
    assert states["before"]["user"] == {}
    assert states["after"]["user"] == {"size": "small"}
    assert states["after"]["dialogs"] == [{"dialog": "order", "waits": ["ask Your name?"]}]
    assert set(details["trace"]["changed"]) == {"user.size", "user #BUYER", "conversation.orders"}


async def test_an_error_is_told_with_its_line_and_can_be_taken_back(ground: Served) -> None:
    play = await begin(ground)
    await play.say("crash")
    turn = (await play.shown())["turns"][0]
    assert turn["state"] == "dead"
    details = (await ground.client.get(f"/api/v1/bots/shop/turns/{turn['seq']}/details")).json()
    assert "no such order" in details["error"]
    assert "test_playground.py:" in details["where"]
    assert details["tried_now"]
    assert (await play.call("POST", "/undo"))["n"] == 1
    assert (await play.shown())["n"] == 0


async def test_a_transcript_runs_as_a_test(ground: Served) -> None:
    play = await begin(ground)
    await play.say(PayloadEvent(payload="GET_STARTED"))
    await play.say("order")
    await play.say(PayloadEvent(payload="small", title="small"))
    await play.say("Ann")
    await play.say("later")
    await play.call("PATCH", body={"advance_s": 3 * 3600})
    await ground.app.turns.timers.fire()
    assert (await play.hears_later(6))[-1] == "It is later"
    await play.call("POST", "/events", {"name": "paid", "data": {"key": "7"}})
    await ground.app.turns.idle()
    answer = await ground.client.get(f"{PATH}/{play.id}/transcript")
    assert answer.headers["content-type"].startswith("text/markdown")
    (scenario,) = read_transcript(answer.text)
    assert [block.action for block in scenario.blocks] == [
        "> order", "> [small]", "> Ann", "> later", "--- 3 hours later ---", '--- event paid {"key": "7"} ---',
    ]  # fmt: skip
    real = await play_in_thread(scenario)
    assert [block.expected for block in real.blocks] == [block.expected for block in scenario.blocks]


async def play_in_thread(scenario: Any) -> Any:
    return await play(shop(), scenario)


async def test_personas_are_played_and_copies_lead_to_nobody(ground: Served) -> None:
    body = {"profile": {"first_name": "Uma", "locale": "fr"}, "attributes": {"plan": "Gold"}}
    saved = await ground.client.put("/api/v1/bots/shop/personas/Uma", json=body)
    assert saved.status_code == 200, saved.text
    play = await begin(ground, persona="Uma")
    await play.say("where")
    attributes, profile, tags, *_ = await state(play)
    assert (attributes, profile["first_name"], tags) == ({"plan": "Gold"}, "Uma", ["PLAYGROUND"])
    user = (await ground.app.storage.load(play.conversation)).user.user_id
    copied = await ground.client.put("/api/v1/bots/shop/personas/Copy", json={"user": user})
    assert copied.json()["profile"] == {"first_name": "Uma", "locale": "fr"}
    assert copied.json()["attributes"] == {"plan": "Gold"}
    names = [one["name"] for one in (await ground.client.get("/api/v1/bots/shop/personas")).json()["items"]]
    assert names == ["Copy", "Uma"]
    assert (await ground.client.delete("/api/v1/bots/shop/personas/Uma")).status_code == 204
    assert (await ground.client.post(PATH, json={"persona": "Uma"})).json()["code"] == "playground.no-persona"
    people = (await ground.client.get("/api/v1/bots/shop/users")).json()["items"]
    assert people == [], "who is only played is nobody"


async def test_a_session_is_its_owners_alone(tmp_path: Path) -> None:
    async with serving(tmp_path, shop(), dev=False) as served:
        assert (await served.client.post(PATH, json={})).status_code == 401
        one, other = await served.key("developer", "a"), await served.key("developer", "b")
        closed = await served.client.post(PATH, json={}, headers=one)
        assert closed.json()["code"] == "playground.no-channel"
        served.app.add_channel(PlaygroundChannel())
        session = (await served.client.post(PATH, json={}, headers=one)).json()
        assert session["suggestions"] == ["order", "later", "where"]
        for item, leads in (("#order.arrival", ["arrival", "when"]), ("order.size", [])):
            begun = await served.client.post(PATH, json={"item": item}, headers=one)
            assert begun.json()["leads"] == leads
        path = f"{PATH}/{session['id']}"
        assert (await served.client.get(path, headers=one)).status_code == 200
        assert (await served.client.get(path, headers=other)).json()["code"] == "playground.no-session"
