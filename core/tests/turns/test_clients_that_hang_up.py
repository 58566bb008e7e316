"""A client that goes away while its message is on the way to the disk: the message is answered all the same."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from gutenbot import Bot, Chat
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import plain_text
from gutenbot.testing import TestBot

bot = Bot("echo")


@bot.fallback
async def echo(chat: Chat) -> None:
    await chat.say(chat.message.text)


async def hung_up(call: Any, steps: int) -> None:
    """Starts a call, and cancels it after so many steps of the event loop."""
    task = asyncio.ensure_future(call)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
async def test_issue_an_event_whose_sender_hung_up_is_handled(steps: int) -> None:
    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("first")
        await hung_up(testbot.app.turns.accept([testbot.arrival(ann, MessageEvent(body="second"), "e2")]), steps)
        async with asyncio.timeout(30):
            while True:
                if len(await testbot.app.storage.thread(ann.conversation_id)) == 4:
                    break
                await asyncio.sleep(0.001)
        await testbot.settle()
        await ann.says("third")
        assert [plain_text(message) for message in ann.messages] == ["first", "second", "third"]
