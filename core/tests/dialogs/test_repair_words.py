"""Cancel, back, repeat, skip, help, a person please: in the user's language, each can be switched off."""

from typing import Any

import pytest
from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat, Choice, Number, Text
from gutenbot.content import repair_words
from gutenbot.testing import TestBot, TestUser


def survey(**options: Any) -> Bot:
    bot = Bot("b", **options)

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        name = await chat.ask("Name?", Text())
        age = await chat.ask("Age?", Number())
        await chat.say(f"{name} {age}")

    return bot


async def at_age(testbot: TestBot, locale: str) -> TestUser:
    user = testbot.user("Ann", locale=locale)
    await user.says("go")
    await user.says("Ann")
    user.sees("Age?")
    return user


@pytest.mark.parametrize(("locale", "word"), [("en", "cancel"), ("fr", "Annule !"), ("fa", "لغو")])
async def test_cancel_ends_the_dialog(run: Run, locale: str, word: str) -> None:
    testbot = await run(survey())
    ann = await at_age(testbot, locale)
    await ann.says(word)
    assert not (await testbot.app.storage.load(ann.conversation_id)).frames
    await ann.says("3")
    ann.sees_nothing()


@pytest.mark.parametrize(("locale", "word"), [("en", "go back"), ("fr", "retour"), ("fa", "برگشت")])
async def test_back_asks_the_question_before(run: Run, locale: str, word: str) -> None:
    testbot = await run(survey())
    ann = await at_age(testbot, locale)
    await ann.says(word)
    assert ann.transcript.endswith("Name?")
    await testbot.restart()
    await ann.says("Bea")
    await ann.says("4")
    ann.sees("Bea 4")


@pytest.mark.parametrize(("locale", "word"), [("en", "repeat"), ("fr", "répète"), ("fa", "تکرار")])
async def test_repeat_asks_the_same_again(run: Run, locale: str, word: str) -> None:
    ann = await at_age(await run(survey()), locale)
    await ann.says(word)
    assert ann.dialogue[-2:] == [f"> {word}", "Age?"]


@pytest.mark.parametrize(("locale", "word"), [("en", "help"), ("fr", "à l'aide"), ("fa", "کمک")])
async def test_help_explains_and_asks_again(run: Run, locale: str, word: str) -> None:
    ann = await at_age(await run(survey()), locale)
    await ann.says(word)
    assert len(ann.news) == 2
    assert ann.transcript.endswith("Age?")


@pytest.mark.parametrize(("locale", "word"), [("en", "skip"), ("fr", "passer"), ("fa", "رد کن")])
async def test_a_question_that_cannot_be_skipped_says_so_and_stays(run: Run, locale: str, word: str) -> None:
    ann = await at_age(await run(survey()), locale)
    await ann.says(word)
    assert len(ann.news) == 2
    await ann.says("3")
    ann.sees("Ann 3")


@pytest.mark.parametrize(("locale", "word"), [("en", "a person please"), ("fr", "un humain"), ("fa", "یک نفر")])
async def test_a_person_please_hands_over_where_people_answer(run: Run, locale: str, word: str) -> None:
    testbot = await run(survey(repair={"person": True}))
    ann = await at_age(testbot, locale)
    await ann.says(word)
    assert (await testbot.app.storage.load(ann.conversation_id)).conversation.mode == "human"


@pytest.mark.parametrize("word", ["cancel", "back", "repeat", "skip", "help", "person"])
async def test_a_word_that_is_switched_off_is_an_answer_like_any_other(run: Run, word: str) -> None:
    bot = survey(repair={word: False})
    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says(word)
    ann.sees("Age?")
    await ann.says("3")
    ann.sees(f"{word} 3")


async def test_a_word_that_is_offered_is_an_answer(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(f"you: {await chat.ask('What now?', Choice('Stop', 'Next'))}")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("stop")
    ann.sees("you: Stop")


async def test_repair_words_mean_nothing_special_without_a_question(run: Run) -> None:
    bot = Bot("b")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say(f"fallback: {chat.message.text}")

    ann = (await run(bot)).user("Ann")
    await ann.says("cancel")
    ann.sees("fallback: cancel")


async def test_back_at_the_first_question_says_that_there_is_nothing_before(run: Run) -> None:
    ann = (await run(survey())).user("Ann")
    await ann.says("go")
    await ann.says("back")
    ann.sees("cannot go back", "Name?")


async def test_back_does_not_undo_outside_work(run: Run) -> None:
    bot = Bot("b")
    paid: list[int] = []

    def pay() -> None:
        paid.append(1)

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.ask("Name?")
        await chat.step(pay)
        await chat.ask("Address?")
        await chat.ask("City?")

    ann = (await run(bot)).user("Ann")
    for words in ("go", "Ann", "here", "back"):
        await ann.says(words)
    assert ann.transcript.endswith("Address?")
    await ann.says("back")
    ann.sees("cannot go back", "Address?")
    assert paid == [1]


async def test_cancelling_a_called_dialog_cancels_its_callers(run: Run) -> None:
    bot = Bot("b")
    reasons: list[str] = []

    @bot.dialog
    async def inner(chat: Chat) -> str:
        return await chat.ask("Inner?")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.call(inner)

    @go.on_exit
    async def gone(chat: Chat, reason: str) -> None:
        reasons.append(reason)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("cancel")
    assert reasons == ["cancelled"]
    assert not (await testbot.app.storage.load(ann.conversation_id)).frames


async def test_cancel_on_top_of_a_question_goes_back_to_it(run: Run) -> None:
    bot = survey()

    @bot.hear("book", anywhere=True)
    async def book(chat: Chat) -> None:
        await chat.ask("Which day?")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("book")
    await ann.says("cancel")
    ann.sees("cancelled", "Name?")
    await ann.says("Ann")
    ann.sees("Age?")


def test_every_language_has_all_words() -> None:
    for locale in ("en", "fr", "de", "es", "ar", "fa"):
        assert {"cancel", "back", "repeat", "skip", "help", "person", "yes", "no"} <= repair_words(locale).keys()
