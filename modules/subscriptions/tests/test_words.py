"""What people say, and what follows. The names say which faults of an older module of this kind are not repeated."""

import pytest

from gutenbot import Bot, Chat
from gutenbot.sdk import Choices, PayloadEvent, plain_text
from gutenbot.testing import TestBot, TestUser
from gutenbot_subscriptions import category
from gutenbot_subscriptions.desk import desk_of
from gutenbot_subscriptions.errors import WordsClash
from gutenbot_subscriptions.service import Subscriptions


def said(user: TestUser) -> list[str]:
    """The words since the user's last action."""
    return [plain_text(message) for message in user.news]


async def in_tides(testbot: TestBot, user: str) -> bool:
    return await desk_of(testbot.app).is_subscribed("harbour", "tides", testbot.user(user).id)


async def test_a_word_puts_somebody_in_and_another_takes_them_out(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tides please")
    assert said(ann) == ["You now get “Tides”. To stop it, say “no tides”."]
    assert await in_tides(testbot, "Ann")
    await ann.says("no tides")
    assert said(ann) == ["You do not get “Tides” any more. To get it again, say “tides please”."]
    assert not await in_tides(testbot, "Ann")


@pytest.mark.parametrize("text", ["TIDES PLEASE", "  tides   please ", "Tides Please", "ｔｉｄｅｓ please"])
async def test_sub_01_case_width_and_blanks_do_not_count(testbot: TestBot, text: str) -> None:
    await testbot.user("Ann").says(text)
    assert await in_tides(testbot, "Ann")


@pytest.mark.parametrize("text", ["tides please!", "what does tides please mean", "tides", "tides pleas"])
async def test_sub_02_only_the_whole_message_counts(testbot: TestBot, text: str) -> None:
    ann = testbot.user("Ann")
    await ann.says(text)
    assert said(ann) == [f"You said: {text}"]
    assert not await in_tides(testbot, "Ann")


async def test_sub_03_only_messages_and_taps_are_heard_and_no_other_event(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("hello")
    await testbot.emit(ann, "tides please", {"text": "tides please"})
    assert not await in_tides(testbot, "Ann")
    await ann.sends(PayloadEvent(payload="tides please", title="Subscribe"))
    assert await in_tides(testbot, "Ann")


async def test_sub_04_an_open_question_stays_open_and_is_asked_again(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("order")
    await ann.says("tides please")
    assert said(ann) == ["You now get “Tides”. To stop it, say “no tides”.", "Which boat?"]
    await ann.says("Gull")
    assert said(ann) == ["Go or stop?"]


async def test_sub_05_a_word_that_the_question_offers_is_its_answer(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tides please")
    await ann.says("order")
    await ann.says("Gull")
    await ann.taps("Stop")
    assert said(ann) == ["Gull: Stop"]
    assert await in_tides(testbot, "Ann")
    await ann.says("stop")
    assert not await in_tides(testbot, "Ann")


async def test_sub_06_saying_it_twice_says_how_it_is_and_keeps_since_when(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("no tides")
    assert said(ann) == ["You do not get “Tides”. To get it, say “tides please”."]
    await ann.says("tides please")
    await testbot.advance(hours=1)
    await ann.says("tides please")
    assert said(ann) == ["You get “Tides” already. To stop it, say “no tides”."]


async def test_sub_07_words_are_of_each_language_and_answers_in_that_of_the_person(testbot: TestBot) -> None:
    zoe = testbot.user("Zoé", locale="fr-CA")
    await zoe.says("MARÉES")
    assert said(zoe) == ["Vous recevez désormais « Marées ». Pour arrêter, dites « plus de marées »."]
    await zoe.says("no tides")
    assert said(zoe) == ["Vous ne recevez plus « Marées ». Pour reprendre, dites « marées »."]
    await zoe.says("warn me")
    assert said(zoe) == ["Vous recevez désormais « Storm warnings ». Pour arrêter, dites « do not warn me »."]


async def test_sub_08_the_menu_says_what_somebody_gets_and_its_buttons_change_it(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tides please")
    await ann.says("My Subscriptions")
    (menu,) = ann.news
    assert isinstance(menu, Choices)
    assert menu.text == "You can get these from me:\n\n✓ Tides\n– Storm warnings: when it blows"
    assert [reply.title for reply in menu.quick_replies] == ["no tides", "warn me"]
    await ann.taps("no tides")
    assert not await in_tides(testbot, "Ann")
    await ann.sends(PayloadEvent(payload="MANAGE_SUBSCRIPTIONS"))
    ann.sees("– Tides")


async def test_sub_09_while_people_answer_a_word_counts_and_the_bot_says_nothing(bot: Bot) -> None:

    @bot.hear("person")
    async def person(chat: Chat) -> None:
        await chat.handoff("asked")

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("tides please")
        await ann.says("person")
        await ann.says("no tides")
        ann.sees_nothing()
        assert not await in_tides(testbot, "Ann")


async def test_sub_10_what_was_said_and_who_is_in_are_kept_together_and_survive_a_crash(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tides please")
    await testbot.kill()
    assert await in_tides(testbot, "Ann")
    await ann.says("subscriptions")
    ann.sees("✓ Tides")


def test_sub_11_a_word_for_two_things_is_refused_when_it_is_declared() -> None:
    bot = Bot("twice")
    category(bot, "a", name="A", join=["yes please"])
    with pytest.raises(WordsClash, match="YES  please"):
        category(bot, "b", name="B", leave=["YES  please"])


async def test_the_bot_itself_may_answer_a_word_that_only_switches() -> None:
    bot = Bot("quiet", requires=["subscriptions"])
    category(bot, "tides", name="Tides", join=["tides please"], passes_on=True)

    @bot.hear("tides please")
    async def own(chat: Chat, subscriptions: Subscriptions) -> None:
        await chat.say("Aye aye!")

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("tides please")
        assert said(ann) == ["Aye aye!"]
        assert await desk_of(testbot.app).is_subscribed("quiet", "tides", ann.id)


async def test_a_bot_says_it_in_its_own_words_where_it_has_content_of_the_same_id(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "content"
    folder.mkdir()
    (folder / "words.yaml").write_text(
        'subscriptions.joined: "Welcome aboard {{ name }}, {{ user.first_name }}!"\ntides.gone: "Fair winds."\n',
        "utf-8",
    )
    bot = Bot("harbour", requires=["subscriptions"])
    bot.folder = folder.parent
    category(bot, "tides", name="Tides", join=["tides please"], leave=["no tides"], gone="#tides.gone")
    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("tides please")
        assert said(ann) == ["Welcome aboard Tides, Ann!"]
        await ann.says("no tides")
        assert said(ann) == ["Fair winds."]


async def test_a_text_that_cannot_be_said_keeps_nobody_from_leaving() -> None:
    bot = Bot("harbour", requires=["subscriptions"])
    category(bot, "tides", name="Tides", join=["tides please"], leave=["no tides"], gone="#nowhere")
    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("tides please")
        await ann.says("no tides")
        assert said(ann) == ["You do not get “Tides” any more. To get it again, say “tides please”."]
