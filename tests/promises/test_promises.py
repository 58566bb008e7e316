"""Each promise as a test that a reader of the README can run by its number."""

import pytest

from gutenbot import Bot, Chat
from gutenbot.app.app import Mode
from gutenbot.sdk import Module, Overloaded, TurnFinished
from gutenbot.testing import TestBot


def counting_bot() -> Bot:
    """Counts what it hears, breaks on request, hands over on request."""
    bot = Bot("counting")

    @bot.hear("break")
    async def fail(chat: Chat) -> None:
        chat.user["count"] = 1000
        await chat.say("half an answer")
        await chat.say("#nowhere" if not chat.conversation.get("mended") else "mended")

    @bot.hear("person")
    async def person(chat: Chat) -> None:
        await chat.handoff("asked")

    @bot.fallback
    async def count(chat: Chat) -> None:
        number = chat.user.get("count", 0) + 1
        chat.user["count"] = number
        await chat.say(f"{number}: {chat.message.text}")

    return bot


async def test_p2_an_event_that_cannot_be_handled_is_visible_and_can_be_replayed() -> None:
    async with TestBot(counting_bot()) as testbot:
        ann = testbot.user("Ann")
        with testbot.expect_errors():
            await ann.says("break")
        storage, bot_id = testbot.app.storage, testbot.bot.id
        (letter,) = await storage.dead_letters(bot_id)
        await ann.says("one")
        ann.sees("1: one")  # the failed turn has changed nothing, and the conversation goes on
        mended = counting_bot()
        mended.book.handlers.clear()
        await testbot.swap(mended)
        await storage.replay(bot_id, letter.seq, 0)
        await testbot.restart()
        ann.sees("2: break")
        assert await storage_is_clear(testbot)


async def storage_is_clear(testbot: TestBot) -> bool:
    return not await testbot.app.storage.dead_letters(testbot.bot.id)


async def test_p3_events_of_a_conversation_are_handled_once_and_in_order() -> None:
    async with TestBot(counting_bot()) as testbot:
        ann = testbot.user("Ann")
        words = [f"word {number}" for number in range(30)]
        await ann.sends_all(list(words))
        ann.sees(*(f"{number}: {word}" for number, word in enumerate(words, 1)))
        assert len(ann.news) == 30


async def test_p3_the_same_event_twice_is_one() -> None:
    async with TestBot(counting_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.sends_all(["hello", "hello"], external_ids=["same", "same"])
        assert [line for line in ann.dialogue if not line.startswith(">")] == ["1: hello"]


async def test_p6_a_message_with_a_key_is_said_once_also_across_a_crash() -> None:
    async with TestBot(counting_bot()) as testbot:
        people = [testbot.user(name) for name in ("Ann", "Bob", "Cleo")]
        for person in people:
            await person.says("hello")
        await testbot.send(people[0], "news", key="monday")  # and now the power fails
        await testbot.kill()
        for person in people:
            await testbot.send(person, "news", key="monday")
        assert [person.dialogue.count("news") for person in people] == [1, 1, 1]


async def test_p7_overload_is_refused_and_says_when_to_come_back() -> None:
    full = Mode(threaded=False, timers=False, pace=False, strict=True, backlog_limit=0)
    async with TestBot(counting_bot(), mode=full) as testbot:
        with pytest.raises(Overloaded) as refused:
            await testbot.user("Ann").says("hello")
        assert refused.value.fields["retry_after"] > 0


async def test_p8_a_failing_module_stops_neither_other_modules_nor_bots() -> None:
    broken, careless, sound = Module("broken"), Module("careless"), Module("sound")
    heard: list[str] = []

    @broken.on_start
    async def start(app: object) -> None:
        raise RuntimeError("cannot start")

    @careless.subscribe(TurnFinished)
    async def fail(signal: TurnFinished) -> None:
        raise RuntimeError("cannot listen")

    @sound.subscribe(TurnFinished)
    async def listen(signal: TurnFinished) -> None:
        heard.append(signal.event.text)

    async with TestBot(counting_bot(), modules=[broken, careless, sound]) as testbot:
        ann = testbot.user("Ann")
        await ann.says("hello")
        ann.sees("1: hello")
        assert heard == ["hello"]
        assert testbot.app.installed["broken"].state == "failed"
        assert "cannot start" in testbot.app.installed["broken"].reason


async def test_p9_after_a_person_takes_over_the_bot_says_nothing() -> None:
    async with TestBot(counting_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.sends_all(["person", "hello?"])
        assert not any("hello?" in line for line in ann.dialogue if not line.startswith(">"))
        await testbot.restart()
        await ann.says("anybody?")
        ann.sees_nothing()
