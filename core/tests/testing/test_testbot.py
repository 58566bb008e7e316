"""The headless user, on small bots: what it can do, and what it says when it cannot."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gutenbot import Anything, Bot, Button, Chat, Choice, File, Form
from gutenbot.events.messages import Buttons, Card, Field
from gutenbot.testing import FakeClock, TestBot
from gutenbot.testing.clock import MONDAY


def echo_bot() -> Bot:
    bot = Bot("echo")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(chat.message.text)

    return bot


async def test_an_echo_answers_also_after_a_restart_and_a_kill() -> None:
    async with TestBot(echo_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.says("hello")
        ann.sees("hello")
        await testbot.restart()
        await ann.says("again")
        ann.sees("again")
        await testbot.kill()
        await ann.says("still")
        assert ann.transcript == "> hello\nhello\n> again\nagain\n> still\nstill"


async def test_sees_wants_its_texts_in_order_and_shows_the_dialogue() -> None:
    async with TestBot(echo_bot()) as testbot:
        ann = testbot.user("Ann")
        await ann.sends_all(["one", "two", "three"])
        ann.sees("on", "three")
        with pytest.raises(AssertionError, match=r"(?s)Ann does not see 'one'.*> three\none\ntwo"):
            ann.sees("two", "one")
        with pytest.raises(AssertionError, match="should see nothing"):
            ann.sees_nothing()
        await testbot.advance(hours=1)
        ann.sees_nothing()


async def test_taps_finds_what_is_offered_and_else_says_what_there_is() -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        buttons = (Button("Site", "link", "https://x"), Button("Menu", "say", "show menu"), Button("Buy", value="BUY"))
        await chat.say(Card("Pizza", buttons=buttons), Buttons("More", (Button("Again"),)))
        await chat.say(f"got {await chat.ask('Size?', Choice({'S': 'Small', 'L': 'Large'}))}")

    @bot.fallback
    async def echo(chat: Chat) -> None:
        await chat.say(f"echo {chat.message.text}")

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("go")
        with pytest.raises(AssertionError, match=r"(?s)cannot tap \[Huge\]: offered is .*\[Small\] \[Large\]"):
            await ann.taps("Huge")
        with pytest.raises(AssertionError, match="sends nothing to the bot: it is a link"):
            await ann.taps("Site")
        await ann.taps("L")
        ann.sees("got L")
        await ann.taps("Menu")
        ann.sees("echo show menu")
        await ann.taps("Buy")
        ann.sees("echo Buy")


async def test_forms_are_filled_in_and_files_sent() -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        fields = (Field("name", "Name"), Field("note", "Note", required=False))
        values = await chat.ask("Please", Form("contact", fields, title="Contact"))
        file = await chat.ask("A picture?", File("image/*"))
        await chat.say(f"{values['name']} {file.name} {file.size} {file.mime}")

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        with pytest.raises(AssertionError, match="no form"):
            await ann.fills(name="Ann")
        await ann.says("go")
        ann.sees("Please", "(form: Contact | Name, Note (optional))")
        with pytest.raises(AssertionError, match="has no field nme; it has name, note"):
            await ann.fills(nme="Ann")
        await ann.fills({"name": "Ann"})
        await ann.sends_file("a.txt")
        ann.sees("A picture?")
        await ann.sends_file("a.png", b"1234")
        ann.sees("Ann a.png 4 image/png")


async def test_a_clock_moves_only_by_the_test_and_monotonic_time_goes_along() -> None:
    clock = FakeClock()
    start = clock.monotonic()
    clock.advance(hours=1)
    assert clock.now() == MONDAY + timedelta(hours=1)
    assert clock.monotonic() - start == 3600
    clock.step(timedelta(hours=-2))
    assert clock.now() == MONDAY - timedelta(hours=1)
    assert clock.monotonic() - start == 3600
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(hours=-1)


async def test_who_sleeps_is_woken_in_order_by_the_clock() -> None:
    clock, woken = FakeClock(), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (3, 1, 2)]
    await asyncio.sleep(0)
    assert clock.next_waking == MONDAY + timedelta(seconds=1)
    clock.advance(seconds=2.5)
    for _ in range(3):
        await asyncio.sleep(0)
    assert woken == [1, 2]
    clock.hurry(True)
    await asyncio.gather(*tasks)
    assert woken == [1, 2, 3]


async def test_advance_stops_at_every_moment_on_the_way() -> None:
    bot = Bot("b")
    moments: list[str] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        for _ in range(3):
            await chat.sleep(timedelta(hours=1))
            moments.append(f"{chat.now():%H:%M}")
        await chat.say("done")

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        await ann.says("go")
        await testbot.advance(days=1)
        ann.sees("done")
        assert moments[-1] == "12:00"
        assert {"10:00", "11:00", "12:00"} == set(moments)


async def test_errors_are_raised_into_the_test_unless_they_are_expected() -> None:
    bot = Bot("b")

    @bot.hear("bad")
    async def bad(chat: Chat) -> None:
        raise ZeroDivisionError("in the handler")

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann")
        with pytest.raises(ZeroDivisionError, match="in the handler"):
            await ann.says("bad")
        with testbot.expect_errors() as errors:
            await ann.says("bad")
        assert {type(error) for error in errors} == {ZeroDivisionError}


async def test_a_test_that_fails_in_the_middle_of_a_retry_stops_at_once() -> None:
    bot = Bot("b")

    @bot.hear("bad")
    async def bad(chat: Chat) -> None:
        raise ZeroDivisionError

    async with TestBot(bot) as testbot:
        with pytest.raises(ZeroDivisionError):
            await testbot.user("Ann").says("bad")


async def test_any_event_can_be_sent_and_users_are_made_once() -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        event: Any = await chat.ask("Anything?", Anything())
        await chat.say(type(event).__name__)

    async with TestBot(bot) as testbot:
        ann = testbot.user("Ann", locale="de")
        assert testbot.user("Ann") is ann
        assert testbot.user("Ann", channel="sms") is not ann
        await ann.says("go")
        await ann.sends_location(1, 2)
        ann.sees("LocationEvent")
