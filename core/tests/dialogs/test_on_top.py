"""What comes in between: handlers over an open question, the end of a dialog, people who take over."""

from datetime import timedelta
from typing import Any

import pytest
from core.tests.dialogs.running import Run

from gutenbot import PASS, Bot, Chat, Number
from gutenbot.dialogs.conversation import CONCLUDED
from gutenbot.dialogs.errors import WrongDialogCall


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


async def test_a_dialog_with_an_open_question_is_not_started_on_top_of_itself_but_one_that_sleeps_is(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("order")
    async def order(chat: Chat) -> None:
        await chat.say(f"{await chat.ask('How many?', Number())} pizzas")
        await chat.sleep(timedelta(hours=1))
        await chat.say("How was it?")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("order")
    await ann.says("3")
    assert ann.dialogue[-2:] == ["> 3", "3 pizzas"]
    await ann.says("order")
    assert ann.dialogue[-1] == "How many?"
    await ann.says("4")
    await testbot.advance(hours=2)
    assert ann.dialogue[-3:] == ["4 pizzas", "How was it?", "How was it?"]


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
