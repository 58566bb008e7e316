"""What authors get wrong, and where they are told: file, line, and the cure."""

import asyncio
import time
from typing import Any

import pytest
from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat
from gutenbot.dialogs.errors import (
    DuplicateDialog,
    ForeignAwait,
    ForgottenAwait,
    NotACoroutine,
    NotStorable,
    ReplayDiverged,
    UnknownArgument,
    WrongDialogCall,
)
from gutenbot.modules.bot import NoFallbackTwice, NotRunning
from gutenbot.testing import TestBot


async def test_awaiting_something_foreign_is_refused_with_its_line_and_the_cure(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await asyncio.sleep(1)

    testbot = await run(bot)
    line = go.line + 2
    with pytest.raises(ForeignAwait, match=rf"test_mistakes.py:{line}: .*chat.step\(function"):
        await testbot.user("Ann").says("go")


async def test_a_forgotten_await_is_found(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.say("hello")  # type: ignore[unused-awaitable]

    testbot = await run(bot)
    with pytest.raises(ForgottenAwait, match=rf"test_mistakes.py:{go.line + 2}.*await chat.say"):
        await testbot.user("Ann").says("go")


async def test_what_is_not_the_same_on_every_run_is_found_by_the_second_run(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(f"It is {time.perf_counter_ns()}")
        await chat.ask("Ready?")

    testbot = await run(bot)
    with pytest.raises(ReplayDiverged, match=r"test_mistakes.py.*chat\.now\(\)"):
        await testbot.user("Ann").says("go")


async def test_a_question_that_is_only_sometimes_asked_is_found(run: Run) -> None:
    bot = Bot("b")
    turns: list[int] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        turns.append(1)
        if len(turns) == 1:
            await chat.ask("Ready?")

    testbot = await run(bot)
    with pytest.raises(ReplayDiverged):
        await testbot.user("Ann").says("go")


async def test_a_dialog_must_be_async() -> None:
    bot = Bot("b")
    with pytest.raises(NotACoroutine, match=r"test_mistakes.py:\d+: greet"):

        @bot.hear("hi")  # type: ignore[arg-type]
        def greet(chat: Chat) -> None: ...


async def test_an_unknown_argument_is_refused_at_the_start_with_the_valid_names() -> None:
    bot = Bot("b")

    @bot.hear("hi")
    async def greet(chat: Chat, weather: str) -> None: ...

    with pytest.raises(UnknownArgument, match=r"weather.*chat, message, user"):
        async with TestBot(bot):
            pass


async def test_a_handler_names_what_it_wants(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("hi")
    async def greet(chat: Chat, message: Any, user: Any, conversation: Any, match: Any) -> None:
        await chat.say(f"{message.text} {user.first_name} {len(conversation)} {match[0]}")

    ann = (await run(bot)).user("Ann")
    await ann.says("hi")
    ann.sees("hi Ann 0 hi")


async def test_two_dialogs_of_one_name_are_refused() -> None:
    bot = Bot("b")

    @bot.hear("a")
    async def greet(chat: Chat) -> None: ...

    first = greet
    with pytest.raises(DuplicateDialog, match="greet"):

        @bot.hear("b")
        async def greet(chat: Chat) -> None: ...

    assert first.name == "greet"


async def test_two_fallbacks_are_refused() -> None:
    bot = Bot("b")

    @bot.fallback
    async def one(chat: Chat) -> None: ...

    with pytest.raises(NoFallbackTwice):

        @bot.fallback
        async def two(chat: Chat) -> None: ...


async def test_what_is_no_condition_is_refused_when_it_is_registered() -> None:
    bot = Bot("b")

    async def slow(message: Any) -> bool:
        return True

    for wrong in (object(), slow, {"text": object()}, [b"x"]):
        with pytest.raises(WrongDialogCall, match=r"test_mistakes\.py"):
            bot.hear(wrong, handler=_nothing)


async def _nothing(chat: Chat) -> None: ...


async def test_what_cannot_be_said_is_refused_with_its_line(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(3)

    testbot = await run(bot)
    with pytest.raises(WrongDialogCall, match=rf"test_mistakes.py:{go.line + 2}.*int cannot be said"):
        await testbot.user("Ann").says("go")


async def test_arguments_of_a_call_must_be_plain_data(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def inner(chat: Chat, thing: object) -> None:
        await chat.ask("Inner?")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.call(inner, object())

    testbot = await run(bot)
    with pytest.raises(NotStorable, match=rf"test_mistakes.py:{go.line + 2}.*inner"):
        await testbot.user("Ann").says("go")


async def test_the_errors_of_a_handler_fail_the_test_with_the_line_of_the_author(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        raise ZeroDivisionError("author")

    testbot = await run(bot)
    with pytest.raises(ZeroDivisionError, match="author") as caught:
        await testbot.user("Ann").says("go")
    assert any(entry.name == "go" and str(entry.path) == __file__ for entry in caught.traceback)


async def test_verbs_of_a_bot_that_does_not_run_say_so() -> None:
    with pytest.raises(NotRunning):
        await Bot("b").send("somebody", "hello")
