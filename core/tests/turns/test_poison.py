"""Events that cannot be handled: tried, kept as dead letters, and never in the way of the next."""

import subprocess
import sys
from pathlib import Path

from core.tests.dialogs.running import Run
from core.tests.turns.bots import counting_bot

from gutenbot import Bot, Chat
from gutenbot.storage.rows import DeadLetter
from gutenbot.testing import TestBot
from gutenbot.testing.database import fresh_database
from gutenbot.turns.signals import EventDied


def poisoned() -> tuple[Bot, list[str]]:
    """A bot whose handler raises until the list `faults` is empty."""
    bot = counting_bot()
    faults = ["broken"]
    tried: list[str] = []

    @bot.hear("poison")
    async def poison(chat: Chat) -> None:
        tried.append("x")
        chat.user["half"] = "done"
        await chat.say("never seen")
        if faults:
            raise ZeroDivisionError(faults[0])
        await chat.say("cured")

    bot.faults = faults  # type: ignore[attr-defined]
    return bot, tried


async def dead(testbot: TestBot) -> list[DeadLetter]:
    """The dead letters of the bot under test."""
    return await testbot.app.storage.dead_letters(testbot.bot.id)


async def test_poi_01_a_handler_that_always_raises_ends_as_a_dead_letter_and_the_next_message_goes_on(run: Run) -> None:
    bot, tried = poisoned()
    testbot = await run(bot)
    died: list[EventDied] = []

    async def note(signal: EventDied) -> None:
        died.append(signal)

    testbot.app.signals.subscribe(EventDied, note, "test")
    ann = testbot.user("Ann")
    with testbot.expect_errors() as errors:
        await ann.sends_all(["poison", "hello"])
    assert len(tried) == 5
    assert len(errors) >= 1
    assert ann.dialogue[2:] == ["Sorry, something went wrong on our side. Please try again in a moment.", "1: hello"]
    (letter,) = await dead(testbot)
    assert letter.event.text == "poison"
    assert letter.attempts == 5
    assert "ZeroDivisionError: broken" in letter.error
    assert len(died) == 1
    user = await testbot.app.people(bot.id).get(ann.id)
    assert user is not None
    assert user.attributes == {}


async def test_poi_01_the_tries_are_ever_further_apart_and_nothing_overtakes(run: Run) -> None:
    bot, tried = poisoned()
    testbot = await run(bot)
    testbot.patience *= 0
    ann = testbot.user("Ann")
    with testbot.expect_errors():
        await ann.sends_all(["poison", "hello"])
        assert len(tried) == 1
        await testbot.advance(seconds=1)
        assert 2 <= len(tried) <= 4
        ann.sees_nothing()
        await testbot.advance(seconds=20)
    assert len(tried) == 5
    ann.sees("something went wrong", "1: hello")


async def test_poi_01_an_authors_mistake_is_not_tried_again(run: Run) -> None:
    bot = Bot("b")
    tried: list[int] = []

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        tried.append(1)
        await chat.say("#missing-item")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    with testbot.expect_errors():
        await ann.says("x")
    ann.sees("something went wrong")
    assert tried == [1]


async def test_poi_01_a_restart_between_two_tries_forgets_no_failure(run: Run) -> None:
    bot, tried = poisoned()
    testbot = await run(bot)
    testbot.patience *= 0
    ann = testbot.user("Ann")
    with testbot.expect_errors():
        await ann.says("poison")
        for _ in range(6):
            await testbot.restart()
            await testbot.advance(seconds=1)
        await testbot.advance(minutes=1)
    assert len(tried) == 5
    assert len(await dead(testbot)) == 1


def test_poi_02_an_event_that_ends_the_process_is_set_aside_after_two_crashes_beside_others_and_two_alone(
    tmp_path: Path,
) -> None:
    database = fresh_database(tmp_path)

    def start(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "core.tests.turns.dying_bot", str(database), *words]
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", cwd=Path(__file__).parents[3], check=False
        )

    assert start("before").stdout == "1: before\n"
    assert start("die").returncode == 9
    for _ in range(3):
        assert start().returncode == 9
    last = start("after")
    assert last.returncode == 0, last.stderr
    assert last.stdout.splitlines() == [
        "1: before",
        "Sorry, something went wrong on our side. Please try again in a moment.",
        "2: after",
        "dead: die: the process ended 4 times while it handled this event",
    ]


async def test_poi_03_a_state_that_is_too_large_leaves_the_old_one(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("big")
    async def big(chat: Chat) -> None:
        chat.conversation["big"] = "x" * (2 << 20)
        await chat.say("never")

    @bot.hear("small")
    async def small(chat: Chat) -> None:
        chat.conversation["small"] = 1
        await chat.say(min(chat.conversation))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("small")
    with testbot.expect_errors() as errors:
        await ann.says("big")
    assert type(errors[0]).__name__ == "StateTooLarge"
    ann.sees("something went wrong")
    await ann.says("small")
    assert ann.dialogue[-1] == "small"
    assert (await testbot.app.storage.load(ann.conversation_id)).conversation.variables == {"small": 1}


async def test_poi_04_a_dead_letter_that_is_replayed_after_the_cure_runs_once(run: Run) -> None:
    bot, tried = poisoned()
    testbot = await run(bot)
    ann = testbot.user("Ann")
    with testbot.expect_errors():
        await ann.says("poison")
    (letter,) = await dead(testbot)
    tried.clear()
    bot.faults.clear()  # type: ignore[attr-defined]
    accepted = await testbot.app.storage.replay(bot.id, letter.seq, 0)
    testbot.app.turns.take(accepted)
    await testbot.settle()
    assert ann.dialogue[-2:] == ["never seen", "cured"]
    assert tried == ["x"]
    assert await dead(testbot) == []


async def test_a_dialog_that_dies_in_the_middle_still_asks_its_question(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        number = await chat.ask("Number?")
        if number == "bad":
            raise ZeroDivisionError
        await chat.say(f"good: {number}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    with testbot.expect_errors():
        await ann.says("bad")
    ann.sees("something went wrong")
    await ann.says("7")
    ann.sees("good: 7")
