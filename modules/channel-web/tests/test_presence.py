"""What a visitor does besides sending messages: ends a conversation, and writes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gutenbot import Bot, Chat, Text
from gutenbot.sdk import ConversationEnded, ConversationId, Notice
from gutenbot_channel_web.testing import Website, WebVisitor


def asking(said: list[str]) -> Bot:
    """Asks for a name, and notes how its dialog ended; gives to people on request."""
    bot = Bot("asker")

    @bot.hear("hello")
    async def hello(chat: Chat) -> None:
        name = await chat.ask("Your name?", Text(), timeout=timedelta(hours=1))
        await chat.say(f"Hello {name}")

    @hello.on_exit
    async def left(chat: Chat, reason: str) -> None:
        said.append(reason)

    @bot.hear("person")
    async def person(chat: Chat) -> None:
        await chat.handoff("asked")

    @bot.fallback
    async def other(chat: Chat) -> None:
        await chat.say("Say hello.")

    return bot


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Returns once it holds."""
    for _ in range(1000):
        if await holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came about")


async def texts(visitor: WebVisitor, conversation: str, least: int) -> list[str]:
    """What the bot has said, once there are so many entries."""
    entries: list[Any] = []

    async def enough() -> bool:
        entries[:] = (await visitor.history(conversation))["entries"]
        return len(entries) >= least

    await eventually(enough)
    return [entry["body"].get("text", "") for entry in entries if entry["dir"] == "out"]


async def mode_is(site: Website, conversation: str, mode: str) -> None:
    """Returns once `bot` (or `human`) answers."""

    async def holds() -> bool:
        return (await site.app.storage.load(ConversationId(conversation))).conversation.mode == mode

    await eventually(holds)


@pytest.fixture
def said() -> list[str]:
    """How dialogs ended."""
    return []


@pytest.mark.parametrize("way", ["call", "socket"])
async def test_who_ends_a_conversation_is_asked_nothing_any_more(serve: Any, said: list[str], way: str) -> None:
    async with serve(asking(said)) as site:
        ended: list[ConversationEnded] = []
        first, here = asyncio.Event(), asyncio.get_running_loop()

        async def note(signal: ConversationEnded) -> None:
            ended.append(signal)
            here.call_soon_threadsafe(first.set)

        site.app.signals.subscribe(ConversationEnded, note, "test")
        visitor = await site.visitor("asker")
        conversation = await visitor.conversation()
        await visitor.say(conversation, "hello", str(uuid4()))
        assert await texts(visitor, conversation, 2) == ["Your name?"]
        for _ in range(2):
            if way == "call":
                assert (await visitor.call("POST", f"/conversations/{conversation}/end", {})).status == 200
            else:
                async with visitor.socket() as socket:
                    await socket.send(t="end", conversation=conversation)
                    assert await socket.frame() == {"t": "ended", "conversation": conversation}
        await first.wait()
        assert said == ["ended"]
        loaded = await site.app.storage.load(ConversationId(conversation))
        assert (loaded.frames, loaded.journal) == ((), ())
        assert [(one.bot_id, one.conversation_id, one.channel_id) for one in ended] == [("asker", conversation, "web")]
        await visitor.say(conversation, "Ann", str(uuid4()))
        assert await texts(visitor, conversation, 4) == ["Your name?", "Say hello."], "not taken for the name"


async def test_the_end_gives_a_conversation_with_people_back_to_the_bot(serve: Any, said: list[str]) -> None:
    async with serve(asking(said)) as site:
        visitor = await site.visitor("asker")
        conversation = await visitor.conversation()
        await visitor.say(conversation, "person", str(uuid4()))
        await mode_is(site, conversation, "human")
        await visitor.call("POST", f"/conversations/{conversation}/end", {})
        await visitor.say(conversation, "anybody?", str(uuid4()))
        await mode_is(site, conversation, "bot")
        assert (await texts(visitor, conversation, 4))[-1] == "Say hello."


async def test_nobody_ends_a_conversation_of_somebody_else(serve: Any, said: list[str]) -> None:
    async with serve(asking(said)) as site:
        ann, bob = await site.visitor("asker"), await site.visitor("asker")
        conversation = await ann.conversation()
        await ann.say(conversation, "hello", str(uuid4()))
        await texts(ann, conversation, 2)
        answer = await bob.call("POST", f"/conversations/{conversation}/end", {})
        assert (answer.status, answer.code) == (404, "unknown-conversation")
        assert said == []


async def test_that_a_visitor_writes_is_told_to_who_looks_at_most_every_two_seconds(site: Website, clock: Any) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    heard: list[Notice] = []
    path = f"/conversations/{conversation}/typing"
    assert (await visitor.call("POST", path, {})).status == 200, "nobody looks"
    stop = site.app.turns.live.watch(ConversationId(conversation), heard.append)
    for _ in range(5):
        assert (await visitor.call("POST", path, {})).status == 200
    async with visitor.socket() as socket:
        await socket.send(t="typing", conversation=conversation)
        await socket.send(t="ping")
        assert await socket.frame() == {"t": "pong"}
        clock.advance(seconds=3)
        await socket.send(t="typing", conversation=conversation)
        await socket.send(t="ping")
        assert await socket.frame() == {"t": "pong"}, "the visitor is not told of it"
    stop()
    assert [notice.user_typing for notice in heard] == [True, True]
    assert (await visitor.history(conversation))["entries"] == []
