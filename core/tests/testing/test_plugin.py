"""The fixtures, as a bot's author gets them."""

import pytest

from gutenbot import Bot, Chat
from gutenbot.testing import FakeClock, TestBot


@pytest.fixture
def bot() -> Bot:
    bot = Bot("echo")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(chat.message.text)

    return bot


async def test_a_fixture_named_bot_is_the_bot_under_test(testbot: TestBot, fake_clock: FakeClock) -> None:
    ann = testbot.user("Ann")
    await ann.says("hello")
    ann.sees("hello")
    assert testbot.clock is fake_clock
