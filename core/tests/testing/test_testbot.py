"""The headless user, on the smallest bot."""

from gutenbot import Bot, Chat
from gutenbot.testing import TestBot


def echo_bot() -> Bot:
    bot = Bot("echo")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(chat.message.text)

    return bot


async def test_an_echo_answers() -> None:
    async with TestBot(echo_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.says("hello")
        ann.sees("hello")
        await testbot.restart()
        await ann.says("again")
        ann.sees("again")
        assert ann.transcript == "> hello\nhello\n> again\nagain"
