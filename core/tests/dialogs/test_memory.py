"""What a bot remembers of users and conversations: reads are recorded, writes happen once, with the turn."""

import pytest
from core.tests.dialogs.running import Run
from structlog.testing import capture_logs

from gutenbot import Bot, Chat
from gutenbot.dialogs.errors import NotStorable
from gutenbot.testing import TestBot


async def test_a_user_is_remembered_over_conversations_and_restarts(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("remember")
    async def remember(chat: Chat) -> None:
        chat.user["colour"] = "red"
        chat.conversation["topic"] = {"deep": [1, 2, None]}

    @bot.hear("what")
    async def what(chat: Chat) -> None:
        await chat.say(f"{chat.user.get('colour')} {chat.conversation.get('topic')} {chat.user.get('none', 'no')}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("remember")
    await testbot.restart()
    await ann.says("what")
    ann.sees("red {'deep': [1, 2, None]} no")


async def test_reads_give_the_same_on_every_replay_and_writes_happen_once(run: Run) -> None:
    bot = Bot("b")
    seen: list[tuple[int, int]] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        before = chat.user.get("count", 0)
        chat.user["count"] = before + 1
        await chat.ask("One?")
        await chat.ask("Two?")
        seen.append((before, chat.user["count"]))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    for words in ("go", "1", "2", "go", "1", "2"):
        await ann.says(words)
    user = await testbot.app.people("b").get(ann.id)
    assert user is not None
    assert user.attributes == {"count": 2}
    assert seen == [(0, 1), (1, 2)]


async def test_deleting_iterating_and_counting(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.user["a"], chat.user["b"] = 1, 2
        del chat.user["a"]
        with pytest.raises(KeyError):
            del chat.user["a"]
        await chat.say(f"{sorted(chat.user)} {len(chat.user)} {'b' in chat.user}")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    ann.sees("['b'] 1 True")


async def test_only_plain_data_can_be_remembered(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.user["odd"] = object()

    testbot = await run(bot)
    with pytest.raises(NotStorable, match="odd"):
        await testbot.user("Ann").says("go")


async def test_nothing_is_written_by_a_turn_that_fails() -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.user["a"] = 1
        await chat.say("never")
        raise ZeroDivisionError

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        with testbot.expect_errors():
            await ann.says("go")
        user = await testbot.app.people("b").get(ann.id)
        assert user is not None
        assert user.attributes == {}
        assert "never" not in ann.transcript


async def test_who_the_user_is_and_on_which_channel(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("who")
    async def who(chat: Chat) -> None:
        await chat.say(f"{chat.user.first_name} {chat.user.time_zone} {chat.channel} {chat.locale} {len(chat.user.id)}")

    testbot = await run(bot)
    ann = testbot.user("Ann", locale="de", channel="sms", time_zone="Europe/Berlin")
    await ann.says("who")
    ann.sees("Ann Europe/Berlin sms de 26")


async def test_tags_of_a_user_are_set_with_the_turn_once(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.user.tag("vip", "gold")
        chat.user.tag("gone")
        chat.user.untag("gone")
        await chat.ask("More?")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await ann.says("no")
    assert await testbot.app.people("b").tags(ann.id) == {"VIP": "gold"}


async def test_what_a_dialog_logs_is_logged_once_and_names_the_dialog(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        chat.log.info("begun", step=1)
        await chat.ask("Name?")
        chat.log.info("ended", step=2)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    with capture_logs() as lines:
        await ann.says("go")
        await testbot.restart()
        await ann.says("Ann")
    logged = [(line["event"], line["step"], line["dialog"]) for line in lines if "step" in line]
    assert logged == [("begun", 1, "go"), ("ended", 2, "go")]
