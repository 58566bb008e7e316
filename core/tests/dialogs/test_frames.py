"""Dialogs that call, follow and end one another; handlers on top; people who take over."""

from datetime import date
from typing import Any

import pytest
from core.tests.dialogs.running import Run

from gutenbot import PASS, Bot, Chat, Number
from gutenbot.dialogs.conversation import CONCLUDED
from gutenbot.dialogs.errors import StepFailed, WrongDialogCall


async def test_a_called_dialog_returns_its_result_over_restarts(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def address(chat: Chat, label: str) -> dict[str, str]:
        return {label: await chat.ask(f"{label}?")}

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        home = await chat.call(address, "Home")
        work = await chat.call(address, "Work")
        await chat.say(f"{home} {work}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    for words, seen in (("go", "Home?"), ("A", "Work?"), ("B", "{'Home': 'A'} {'Work': 'B'}")):
        await ann.says(words)
        ann.sees(seen)
        await testbot.restart()
    assert not (await testbot.app.storage.load(ann.conversation_id)).frames


async def test_arguments_of_a_call_come_back_typed_after_a_restart_also_by_name(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def visit(chat: Chat, day: date, note: str = "none", words: str = "") -> None:
        await chat.ask("Ready?")
        await chat.say(f"{day:%d.%m.} {note}", words)

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.call(visit, date(2026, 11, 22), words=await chat.ask("Words?"))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("#welcome")
    await testbot.restart()
    await ann.says("yes")
    ann.sees("22.11. none", "#welcome")


async def test_a_called_dialog_that_returns_at_once_costs_no_turn(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def double(chat: Chat, number: int) -> int:
        return number * 2

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(f"{await chat.call(double, 21)}")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    ann.sees("42")


async def test_dialogs_call_dialogs_that_call_dialogs(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def inner(chat: Chat) -> str:
        return await chat.ask("Inner?")

    @bot.dialog
    async def middle(chat: Chat) -> str:
        return f"({await chat.call(inner)})"

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(await chat.call(middle))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.restart()
    await ann.says("x")
    ann.sees("(x)")


async def test_a_called_dialog_that_gives_up_fails_into_its_caller(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def number(chat: Chat) -> int:
        return await chat.ask("Number?", Number(), tries=1)

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        try:
            await chat.call(number)
        except StepFailed as error:
            await chat.say("caught")
            await chat.ask("Next?")
            await chat.say(type(error).__name__)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("x")
    ann.sees("caught", "Next?")
    await testbot.restart()
    await ann.says("y")
    ann.sees("StepFailed")


async def test_goto_leaves_for_another_dialog(run: Run) -> None:
    bot = Bot("b")
    reasons: list[str] = []

    @bot.dialog
    async def other(chat: Chat, greeting: str) -> None:
        await chat.say(f"{greeting} {await chat.ask('Name?')}")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say("leaving")
        await chat.goto(other, "Hello")
        await chat.say("never")

    @go.on_exit
    async def gone(chat: Chat, reason: str) -> None:
        reasons.append(reason)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    ann.sees("leaving", "Name?")
    await testbot.restart()
    await ann.says("Ann")
    assert ann.transcript.endswith("Hello Ann")
    assert reasons == ["left"]


async def test_goto_itself_starts_afresh(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("count")
    async def count(chat: Chat) -> None:
        name = await chat.ask("Next?")
        await chat.say(f"{name}!")
        await chat.goto(count)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("count")
    for number in range(5):
        await ann.says(str(number))
        ann.sees(f"{number}!", "Next?")
    loaded = await testbot.app.storage.load(ann.conversation_id)
    assert len(loaded.frames) == 1
    assert sum(len(row.entries) for row in loaded.journal) < 200


async def test_back_asks_the_question_before_again(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        name = await chat.ask("Name?")
        if await chat.ask("Sure?") == "hm":
            await chat.back()
        await chat.say(f"{name}!")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("Ann")
    await ann.says("hm")
    ann.sees("Sure?")
    await ann.says("sure")
    ann.sees("Ann!")


async def test_end_ends_with_a_value_for_the_caller(run: Run) -> None:
    bot = Bot("b")

    @bot.dialog
    async def inner(chat: Chat) -> str:
        await deep(chat)
        return "never"

    async def deep(chat: Chat) -> None:
        await chat.end("from the depth")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(await chat.call(inner))

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    ann.sees("from the depth")


async def test_a_handler_on_top_answers_and_the_question_is_asked_again(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("order")
    async def order(chat: Chat) -> None:
        await chat.say(f"{await chat.ask('How many?', Number())} pizzas")

    @bot.hear("hours")
    async def hours(chat: Chat) -> None:
        await chat.say("We open at nine.")

    @bot.hear("book")
    async def book(chat: Chat) -> None:
        await chat.say(f"{await chat.ask('Which day?')} it is")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("hours")
    assert ann.transcript.endswith("> hours\nWe open at nine.\nHow many?")
    await ann.says("book")
    assert ann.transcript.endswith("> book\nWhich day?")
    await testbot.restart()
    await ann.says("Monday")
    assert ann.transcript.endswith("Monday it is\nHow many?")
    await ann.says("3")
    ann.sees("3 pizzas")


async def test_anywhere_comes_before_the_answer(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(f"Hello {await chat.ask('Name?')}")

    @bot.hear("hours")
    async def hours(chat: Chat) -> None:
        await chat.say("never")

    @bot.hear("panic", anywhere=True)
    async def panic(chat: Chat) -> None:
        await chat.say("Calm down.")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("panic")
    assert ann.transcript.endswith("Calm down.\nName?")
    await ann.says("hours")
    ann.sees("Hello hours")


async def test_pass_lets_the_next_handler_answer_and_what_it_said_and_wrote_is_gone(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def first(chat: Chat) -> Any:
        return PASS

    @bot.hear("go")
    async def second(chat: Chat) -> None:
        await chat.say("second")

    @bot.hear("no")
    async def no(chat: Chat) -> Any:
        return PASS

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("fallback")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    assert ann.transcript == "> go\nsecond"
    await ann.says("no")
    ann.sees("fallback")


async def test_nobody_answers_where_there_is_no_fallback(run: Run) -> None:
    ann = (await run(Bot("b"))).user("Ann")
    await ann.says("hello")
    ann.sees_nothing()


async def test_on_exit_tells_why(run: Run) -> None:
    bot = Bot("b")
    reasons: list[str] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("Name?", Number(), tries=2)

    @go.on_exit
    async def gone(chat: Chat, reason: str) -> None:
        reasons.append(reason)
        await chat.say(f"exit: {reason}")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("1")
    ann.sees("exit: done")
    await ann.says("go")
    await ann.says("cancel")
    ann.sees("cancelled", "exit: cancelled")
    await ann.says("go")
    await ann.says("x")
    await ann.says("x")
    ann.sees("exit: gave-up")
    assert reasons == ["done", "cancelled", "gave-up"]


async def test_on_exit_cannot_wait(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say("x")

    @go.on_exit
    async def gone(chat: Chat) -> None:
        await chat.ask("Why?")

    testbot = await run(bot)
    with pytest.raises(WrongDialogCall, match="on_exit"):
        await testbot.user("Ann").says("go")


async def test_people_take_over_and_hand_back(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("help me please")
    async def helpme(chat: Chat) -> None:
        result = await chat.handoff(reason="needs help")
        await chat.say(f"back: {result.get('outcome', '?')}")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("fallback")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("help me please")
    ann.sees("passing you on")
    assert (await testbot.app.storage.load(ann.conversation_id)).conversation.mode == "human"
    await ann.says("anybody?")
    ann.sees_nothing()
    await testbot.restart()
    await testbot.emit(ann, CONCLUDED, {"outcome": "solved"})
    ann.sees("back: solved")
    await ann.says("hm")
    ann.sees("fallback")


async def test_when_people_never_answer_the_bot_does_again(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("help me please")
    async def helpme(chat: Chat) -> None:
        await chat.say(f"back: {(await chat.handoff())['outcome']}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("help me please")
    await testbot.advance(hours=13)
    ann.sees("back: timeout")


async def test_a_dialog_that_people_conclude_from_outside_gives_the_mode_back(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("human", anywhere=True)
    async def human(chat: Chat) -> None:
        await chat.handoff()

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(f"Hello {await chat.ask('Name?')}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("human")
    await ann.says("Ann")
    ann.sees_nothing()
    await testbot.emit(ann, CONCLUDED, {})
    ann.sees("Name?")
    await ann.says("Ann")
    ann.sees("Hello Ann")


async def test_a_dialog_is_started_from_outside_over_an_open_question(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(f"Hello {await chat.ask('Name?')}")

    @bot.dialog
    async def survey(chat: Chat, topic: str) -> None:
        await chat.say(f"{topic}: {await chat.ask('How was it?')}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.start(ann, survey, "pizza")
    ann.sees("How was it?")
    await ann.says("good")
    ann.sees("pizza: good", "Name?")
    await ann.says("Ann")
    ann.sees("Hello Ann")
