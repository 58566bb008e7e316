"""Handlers that take long: events are accepted all the same, and the line that blocks is named."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from core.tests.turns.bots import echo_bot

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import SystemClock, to_ms
from gutenbot.kernel.ids import ChannelId, conversation_id
from gutenbot.storage.rows import Arrival
from gutenbot.testing import PlainChannel, TestBot
from gutenbot.testing.database import fresh_database, open_storage


@asynccontextmanager
async def served(bot: Bot, folder: Path) -> AsyncGenerator[App, None]:
    """An app as a server runs it: turns on a thread of their own, by the clock of the machine."""
    clock = SystemClock()
    app = App([bot], open_storage(fresh_database(folder), clock), clock=clock, mode=Mode(pace=False))
    app.add_channel(PlainChannel("web"))
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


def arrival(bot: Bot, who: str, words: str) -> Arrival:
    """Words of somebody on the web."""
    return Arrival(
        bot_id=bot.id, channel_id=ChannelId("web"), conversation_id=conversation_id(bot.id, "web", who), thread=who,
        sender=who, external_id=f"{who}:{words}", event=MessageEvent(body=words), received_ms=to_ms(SystemClock().now()),
    )  # fmt: skip


async def said(app: App, bot: Bot, who: str) -> list[str]:
    """What the bot has said to somebody."""
    thread = await app.storage.thread(conversation_id(bot.id, "web", who))
    return [getattr(entry.body, "text", "") for entry in thread if entry.direction == "out"]


async def until(condition: Callable[[], bool]) -> None:
    """Returns when the condition holds: for the one test that measures the clock of the machine."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_slo_01_and_02_a_handler_that_blocks_is_named_within_two_seconds_and_events_are_still_accepted(
    tmp_path: Path,
) -> None:
    bot = echo_bot()

    @bot.hear("block")
    async def block(chat: Chat) -> None:
        time.sleep(2.5)  # noqa: ASYNC251
        await chat.say("done")

    async with served(bot, tmp_path) as app:
        await app.turns.accept([arrival(bot, "ann", "block")])
        started = time.monotonic()
        await app.turns.accept([arrival(bot, "bob", "hello")])
        assert time.monotonic() - started < 1, "accepted while the handler blocks"
        await until(lambda: bool(app.watchdog.reports))
        assert time.monotonic() - started < 10
        (report,) = app.watchdog.reports
        assert report.endswith(f"test_slow.py:{block.line + 2}")
        await until(lambda: not app.turns.backlog)
        assert await said(app, bot, "ann") == ["done"]
        assert await said(app, bot, "bob") == ["hello"]


async def test_slo_03_a_handler_over_its_limit_is_cancelled_and_ends_as_a_dead_letter() -> None:
    bot = echo_bot()
    cancelled: list[int] = []

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(1)
            raise

    @bot.hear("hang")
    async def hanging(chat: Chat) -> None:
        await chat.step(hang)
        await chat.say("never")

    async with TestBot(bot) as testbot:
        testbot.app.runtimes[bot.id].turn_limit = timedelta(
            milliseconds=300
        )  # a loaded database has to begin the turn within it
        ann = testbot.user("Ann")
        with testbot.expect_errors():
            await ann.sends_all(["hang", "next"])
        assert ann.dialogue[2:] == ["Sorry, something went wrong on our side. Please try again in a moment.", "next"]
        assert len(cancelled) == 5


async def test_slo_05_slow_handlers_of_one_bot_take_no_more_than_their_share() -> None:
    bot = echo_bot()
    running: list[int] = [0, 0]

    async def work() -> None:
        running[0] += 1
        running[1] = max(running)
        await asyncio.sleep(0.001)
        running[0] -= 1

    @bot.hear("work")
    async def slow(chat: Chat) -> None:
        await chat.step(work)
        await chat.say("done")

    async with TestBot(bot) as testbot:
        testbot.app.runtimes[bot.id].concurrency = 3
        users = [testbot.user(f"User {number}") for number in range(20)]
        await testbot.accept([testbot.arrival(user, MessageEvent(body="work"), user.sender) for user in users])
        await testbot.settle()
        assert all(user.dialogue == ["done"] for user in users)
        assert running[1] == 3
