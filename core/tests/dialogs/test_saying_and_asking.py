"""`chat.say` and `chat.ask`: what is said, what is asked again, how often, how long, and what stays secret."""

from datetime import timedelta
from pathlib import Path

import pytest
from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat, Choice, Confirm, Image, Number, Text
from gutenbot.dialogs.errors import AnswerTimeout, TooManyTries
from gutenbot.events.messages import TextMessage, Typing


async def test_several_things_are_said_in_order(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say("one", "two", Image("https://x/y.png", "a picture"))
        await chat.say(["three", TextMessage("four")])

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    assert ann.transcript == "> go\none\ntwo\n(image: a picture)\nthree\nfour"


async def test_typing_and_waits_go_with_the_messages(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(TextMessage("slowly", typing_ms=1500, wait_ms=200), Typing(typing_ms=300))

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    assert (ann.messages[0].typing_ms, ann.messages[0].wait_ms) == (1500, 200)
    assert ann.messages[1] == Typing(typing_ms=300)
    ann.sees("slowly")


async def test_empty_text_says_nothing(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say("", "  ")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    ann.sees_nothing()


async def test_an_answer_is_typed_and_a_wrong_one_is_asked_again_with_the_reason(run: Run) -> None:
    bot = Bot("b")
    got: list[object] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        got.append(await chat.ask("How many?", Number(int, minimum=1, maximum=9)))
        await chat.say("thanks")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("many")
    ann.sees("Please answer with a number.", "How many?")
    await ann.says("12")
    ann.sees("The maximum is 9", "How many?")
    await ann.says("0")
    ann.sees("The minimum is 1", "How many?")
    await ann.says("3")
    ann.sees("thanks")
    assert got[-1] == 3


async def test_choices_are_offered_and_asked_again_without_a_lecture(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        size = await chat.ask("Size?", Choice({"S": "Small", "M": "Medium"}))
        await chat.say(f"{size}!")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    ann.sees("Size?  [Small] [Medium]")
    await ann.says("huge")
    assert [m.quick_replies for m in ann.news] == [ann.messages[0].quick_replies]
    await ann.says("MEDIUM.")
    ann.sees("M!")


@pytest.mark.parametrize("tries", [1, 3])
async def test_after_so_many_tries_the_dialog_gives_up(run: Run, tries: int) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        try:
            await chat.ask("How many?", Number(), tries=tries)
        except TooManyTries:
            await chat.say("no matter")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    for _ in range(tries - 1):
        await ann.says("many")
        ann.sees("How many?")
    await ann.says("many")
    ann.sees("no matter")
    await ann.says("go")
    ann.sees("How many?")


async def test_giving_up_uncaught_says_so_and_goes_to_the_fallback(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("How many?", Number(), tries=2)
        await chat.say("never")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say(f"fallback: {chat.message.text}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("x")
    await testbot.restart()
    await ann.says("y")
    ann.sees("not getting anywhere", "fallback: y")


async def test_a_timeout_is_raised_into_the_dialog(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        try:
            await chat.ask("Still there?", timeout=timedelta(hours=1))
        except AnswerTimeout:
            await chat.say("bye then")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.advance(minutes=59)
    ann.sees_nothing()
    await testbot.restart()
    await testbot.advance(minutes=2)
    ann.sees("bye then")
    await testbot.advance(days=1)
    ann.sees_nothing()


async def test_an_uncaught_timeout_ends_the_dialog_in_silence(run: Run) -> None:
    bot = Bot("b")
    reasons: list[str] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("Still there?", timeout=timedelta(hours=1))

    @go.on_exit
    async def gone(chat: Chat, reason: str) -> None:
        reasons.append(reason)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.advance(hours=1)
    ann.sees_nothing()
    assert reasons == ["timeout"]
    await ann.says("hello?")
    ann.sees_nothing()


async def test_an_answer_in_time_cancels_the_timeout(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("Name?", timeout=timedelta(hours=1))
        await chat.ask("Age?")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("Ann")
    assert await testbot.app.storage.next_timer() is None
    await testbot.advance(hours=2)
    ann.sees_nothing()


async def test_on_timeout_speaks_and_leaves_the_question_open(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        name = await chat.ask("Name?", timeout=timedelta(hours=1))
        await chat.say(f"Hello {name}")

    @go.on_timeout
    async def remind(chat: Chat) -> None:
        await chat.say("Are you there?")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.advance(hours=1)
    assert ann.transcript.endswith("Are you there?")
    await testbot.advance(hours=5)
    ann.sees_nothing()
    await ann.says("Ann")
    ann.sees("Hello Ann")


async def test_a_secret_answer_is_not_kept_in_the_thread(run: Run) -> None:
    bot = Bot("b")
    got: list[str] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        got.append(await chat.ask("Password?", Text(), secret=True))
        await chat.say("ok")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    assert ann.messages[-1].extra == {"sensitive": True}
    await ann.says("hunter2")
    assert got[-1] == "hunter2"
    ann.sees("ok")
    thread = await testbot.app.storage.thread(ann.conversation_id)
    assert "hunter2" not in str(thread)


async def test_a_secret_that_was_no_valid_answer_is_not_kept_in_the_thread_either(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("PIN?", Number(), secret=True)
        await chat.ask("Next?")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("hunter2")
    ann.sees("Please answer with a number.", "PIN?")
    assert "hunter2" not in str(await testbot.app.storage.thread(ann.conversation_id))


async def test_data_fills_the_words_of_a_question_each_time_it_is_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "c.yaml").write_text('ask.sure: "{{ n }} for {{ user.first_name }}?"\n', "utf-8")
    bot = Bot("b")
    bot.folder = tmp_path

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("#ask.sure", Confirm(), n=3)

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    ann.sees("3 for Ann?  [Yes] [No]")
    await ann.says("perhaps")
    ann.sees("3 for Ann?  [Yes] [No]")


async def test_the_language_of_a_new_user_counts_from_the_first_word(run: Run, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "c.yaml").write_text("hello: Hello\n", "utf-8")
    (tmp_path / "content" / "c.fr.yaml").write_text("hello: Bonjour\n", "utf-8")
    bot = Bot("b")
    bot.folder = tmp_path

    @bot.hear("hi")
    async def hi(chat: Chat) -> None:
        await chat.say("#hello", f"({chat.locale})")

    ann = (await run(bot)).user("Ann", locale="fr")
    await ann.says("hi")
    ann.sees("Bonjour", "(fr)")


async def test_names_and_words_of_users_are_literal_everywhere(run: Run, tmp_path: Path) -> None:
    """INP-10."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "c.yaml").write_text(
        'welcome: secret words\nhello: "Hello {{ user.first_name }}, {{ said }}"\n', "utf-8"
    )
    bot = Bot("b")
    bot.folder = tmp_path

    @bot.hear("hi")
    async def hi(chat: Chat) -> None:
        said = await chat.ask("Say something")
        await chat.say("#hello", said=said)
        await chat.say(said)
        await chat.say(chat.message.text)

    mallory = (await run(bot)).user("{{7*7}}")
    await mallory.says("hi")
    await mallory.says("#welcome")
    mallory.sees("Hello {{7*7}}, #welcome", "#welcome", "#welcome")
    await mallory.says("hi")
    await mallory.says("${x} %s {0.__class__}")
    mallory.sees("Hello {{7*7}}, ${x} %s {0.__class__}", "${x} %s {0.__class__}")


async def test_words_kept_with_the_user_stay_literal_too(run: Run, tmp_path: Path) -> None:
    """INP-10."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "c.yaml").write_text("welcome: secret words\n", "utf-8")
    bot = Bot("b")
    bot.folder = tmp_path

    @bot.hear("name")
    async def name(chat: Chat) -> None:
        chat.user["nick"] = await chat.ask("Which?")

    @bot.hear("who")
    async def who(chat: Chat) -> None:
        await chat.say(chat.user["nick"])

    ann = (await run(bot)).user("Ann")
    await ann.says("name")
    await ann.says("#welcome")
    await ann.says("who")
    ann.sees("#welcome")
