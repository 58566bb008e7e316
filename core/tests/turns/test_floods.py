"""Very much at once: poison, and the end of a process in the middle of it. Everybody else hardly notices."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from statistics import quantiles

import pytest
import sqlalchemy as sa

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import SystemClock, to_ms
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.rows import Arrival
from gutenbot.testing import FakeChannel
from gutenbot.testing.database import TestDatabase as Database
from gutenbot.testing.database import new_database
from gutenbot.turns.attempt import MAX_FAILURES
from gutenbot.turns.signals import TurnFinished

CLOCK = SystemClock()
CHANNEL = FakeChannel()
POISON = 600
HEALTHY = 150
IN_FLIGHT = 1000
BETWEEN = 8
"""Failing turns that may begin while 95 % of the healthy wait, each; two are seen. A time would say more of the machine."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = new_database(tmp_path)
    yield made
    made.drop()


async def started(bot: Bot, database: Database) -> App:
    """The bot, as a server runs it, but on this event loop."""
    app = App([bot], database.storage(CLOCK), clock=CLOCK, mode=Mode(threaded=False, timers=False, pace=False))
    app.add_channel(CHANNEL)
    await app.start()
    return app


def arrival(bot: Bot, who: str, words: str) -> Arrival:
    return Arrival(
        bot_id=BotId(bot.id), channel_id=ChannelId(CHANNEL.id), thread=who, sender=who, external_id=f"{who}-{words}",
        conversation_id=conversation_id(bot.id, CHANNEL.id, who), event=MessageEvent(body=words),
        received_ms=to_ms(CLOCK.now()),
    )  # fmt: skip


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Looks again and again, for some minutes."""
    async with asyncio.timeout(200):
        while not await true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


async def healthy(app: App, bot: Bot, counted: Callable[[], int]) -> float:
    """How much is counted while 95 % of well-meaning users wait, at most; they come a few milliseconds apart."""
    ends: dict[str, asyncio.Event] = {}

    async def finished(signal: TurnFinished) -> None:
        if signal.conversation_id in ends:
            ends[signal.conversation_id].set()

    app.signals.subscribe(TurnFinished, finished, "test")

    async def one(number: int) -> float:
        await asyncio.sleep(number * 0.02)
        said = arrival(bot, f"good-{number}", "hello")
        ends[said.conversation_id] = asyncio.Event()
        before = counted()
        await app.turns.accept([said])
        await ends[said.conversation_id].wait()
        return counted() - before

    passed: Sequence[float] = await asyncio.gather(*(one(number) for number in range(HEALTHY)))
    return quantiles(passed, n=20)[-1]


def in_work(db: sa.Connection) -> int:
    """Failing events that are claimed at this moment."""
    sql = "SELECT count(*) FROM inbox WHERE state = 'open' AND attempts > failures AND sender LIKE 'bad-%%'"
    return int(db.exec_driver_sql(sql).scalar_one())


@pytest.mark.slow
async def test_poi_05_a_flood_of_poison_costs_the_healthy_little(database: Database) -> None:
    bot, tried = Bot("flooded"), 0

    @bot.hear("poison")
    async def poison(chat: Chat) -> None:
        nonlocal tried
        tried += 1
        raise ZeroDivisionError

    @bot.fallback
    async def answer(chat: Chat) -> None:
        await chat.say("yes")

    app = await started(bot, database)
    try:
        await app.turns.accept([arrival(bot, f"bad-{number}", "poison") for number in range(POISON)])

        async def all_tried() -> bool:
            return tried >= POISON

        await until(all_tried)  # from here on, they wait for their next tries
        between = await healthy(app, bot, lambda: tried)
        assert tried < POISON * MAX_FAILURES, "the flood was over before it was measured"
        assert max([await app.storage.read(in_work) for _ in range(20)]) <= 2, "who waits for a place is not claimed"

        async def all_dead() -> bool:
            return len(await app.storage.dead_letters(BotId(bot.id), limit=POISON + 1)) == POISON

        await until(all_dead)
        assert tried == POISON * MAX_FAILURES
    finally:
        await app.stop()
    assert between <= BETWEEN


@pytest.mark.slow
async def test_dep_07_the_end_with_1000_turns_in_flight_loses_and_doubles_nothing(database: Database) -> None:
    bot, begun, lasts = Bot("busy"), 0, [0.5, 0.5, 60.0]  # every third one would last longer than the process may

    async def work() -> str:
        nonlocal begun
        begun += 1
        await asyncio.sleep(lasts[begun % 3])
        return "worked"

    @bot.fallback
    async def answer(chat: Chat) -> None:
        await chat.say(await chat.step(work))

    first = await started(bot, database)
    first.runtimes[BotId(bot.id)].concurrency = IN_FLIGHT
    names = [f"user-{number}" for number in range(IN_FLIGHT)]
    await first.turns.accept([arrival(bot, name, "work") for name in names])

    async def all_begun() -> bool:
        return begun == IN_FLIGHT

    await until(all_begun)
    began = CLOCK.monotonic()
    await first.turns.stop(8)
    took = CLOCK.monotonic() - began
    await first.stop()
    assert took < 25

    lasts[:] = [0.0, 0.0, 0.0]
    second = await started(bot, database)
    try:

        async def all_done() -> bool:
            return await second.storage.open_events(10) == 0

        await until(all_done)
        for name in names:
            thread = await second.storage.thread(conversation_id(bot.id, CHANNEL.id, name))
            assert len(thread) == 2, f"{name}: {thread}"
    finally:
        await second.stop()
