"""Dialogs that call, follow and end one another; handlers on top; people who take over."""

from datetime import date

from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat, Number
from gutenbot.dialogs.errors import StepFailed


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
