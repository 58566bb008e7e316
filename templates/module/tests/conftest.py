"""A bot that says everything again, with this module."""

from collections.abc import AsyncIterator

import pytest

from gutenbot import Bot, Chat
from gutenbot.testing import TestBot
from gutenbot_my_module import module


@pytest.fixture
async def testbot() -> AsyncIterator[TestBot]:
    """The bot, running with the module."""
    bot = Bot("echo")

    @bot.fallback
    async def again(chat: Chat) -> None:
        await chat.say(chat.message.text)

    async with TestBot(bot, modules=[module]) as running:
        yield running
