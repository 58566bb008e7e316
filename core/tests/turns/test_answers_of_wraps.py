"""A wrap may answer in place of the dialogs: they only ask their open question again."""

from collections.abc import Awaitable, Callable

from gutenbot import Bot, Chat, Choice, Text
from gutenbot.sdk import TextMessage, Turn, TurnFinished, plain_text
from gutenbot.testing import TestBot, TestUser


def said(user: TestUser) -> list[str]:
    """The words since the user's last action."""
    return [plain_text(message) for message in user.news]


def clock_bot() -> Bot:
    """A wrap tells the time, unless the open question offers these words."""
    bot = Bot("clock")

    @bot.wrap("decide")
    async def tell(turn: Turn, call_next: Callable[[], Awaitable[None]]) -> None:
        if turn.event.text.casefold() == "time" and not turn.offers(turn.event.text):
            turn.messages.append(TextMessage("Noon."))
            turn.answered_by = "the clock"
        await call_next()

    @bot.hear("order")
    async def order(chat: Chat) -> None:
        size = await chat.ask("Which size?", Text())
        what = await chat.ask("Which magazine?", Choice("Time", "Space"))
        await chat.say(f"{size} {what}")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("What?")

    return bot


async def test_what_a_wrap_answers_reaches_no_dialog() -> None:
    async with TestBot(clock_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.says("time")
        assert said(ann) == ["Noon."]
        await ann.says("tide")
        assert said(ann) == ["What?"]


async def test_an_open_question_is_asked_again_after_it_and_still_answered() -> None:
    async with TestBot(clock_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.says("order")
        await ann.says("time")
        assert said(ann) == ["Noon.", "Which size?"]
        await ann.says("large")
        ann.sees("Which magazine?")
        await ann.says("TIME")
        assert said(ann) == ["large Time"]


async def test_the_trace_says_who_has_answered() -> None:
    handled = []
    bot = clock_bot()

    @bot.subscribe(TurnFinished)
    async def note(signal: TurnFinished) -> None:
        handled.append(signal.handled_by)

    async with TestBot(bot) as testbot:
        await testbot.user("Ann").says("time")
    assert handled == ["the clock"]
