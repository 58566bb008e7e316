"""Timers and schedules: at their moment, once, over restarts, summer time and clocks that jump."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from core.tests.dialogs.running import Run

from gutenbot import Bot, Chat
from gutenbot.events.incoming import MessageEvent, TimerEvent
from gutenbot.testing import FakeClock, TestBot
from gutenbot.turns.schedules import BadSchedule, Rule
from gutenbot.turns.signals import TurnFinished
from gutenbot.turns.timers import Timers


def moments(rule: str, zone: str, start: str, count: int) -> list[str]:
    """The next moments of a rule, in UTC."""
    after = Rule.parse(rule, zone).after(datetime.fromisoformat(start))
    return [next(after).strftime("%m-%d %H:%M") for _ in range(count)]


def test_tim_01_a_time_in_the_spring_gap_comes_once_at_the_end_of_the_gap() -> None:
    assert moments("every day 02:30", "Europe/Paris", "2026-03-28T12:00:00+00:00", 2) == ["03-29 01:00", "03-30 00:30"]


def test_tim_02_a_time_in_the_autumn_fold_comes_once_the_first_time() -> None:
    assert moments("every day 02:30", "Europe/Paris", "2026-10-24T12:00:00+00:00", 2) == ["10-25 00:30", "10-26 01:30"]


def test_tim_02_every_hour_is_every_wall_hour_once_through_the_fold() -> None:
    found = moments("every hour", "Europe/Paris", "2026-10-24T23:30:00+00:00", 4)
    assert found == sorted(set(found))


def test_tim_03_eight_o_clock_stays_eight_o_clock_over_the_change() -> None:
    assert moments("every day 08:00", "Europe/Paris", "2026-03-27T12:00:00+00:00", 3) == [
        "03-28 07:00",
        "03-29 06:00",
        "03-30 06:00",
    ]


def test_half_hour_zones_and_month_ends() -> None:
    assert moments("every day 09:00", "Asia/Kolkata", "2026-01-01T00:00:00+00:00", 1) == ["01-01 03:30"]
    assert moments("0 9 31 * *", "UTC", "2026-01-31T10:00:00+00:00", 2) == ["03-31 09:00", "05-31 09:00"]
    assert moments("weekdays 09:00", "Europe/Paris", "2026-01-02T12:00:00+00:00", 2) == ["01-05 08:00", "01-06 08:00"]


@pytest.mark.parametrize(
    "rule", ["sometimes", "every 7 minutes", "every 25 hours", "monday 25:00", "61 * * * *", "", "every day"]
)
def test_what_is_no_schedule_is_refused_with_examples(rule: str) -> None:
    with pytest.raises(BadSchedule, match=r"weekdays 09:00"):
        Rule.parse(rule, "UTC")
    with pytest.raises(BadSchedule):
        Rule.parse("every hour", "Europe/Atlantis")


def daily(fired: list[str], clock: list[FakeClock]) -> Bot:
    """A bot that notes when its schedule fires."""
    bot = Bot("b")

    @bot.every("every day 09:00", tz="Europe/Paris")
    async def morning(job: Chat) -> None:
        fired.append(clock[0].now().strftime("%d %H:%M"))

    return bot


async def test_a_schedule_fires_at_its_moments_over_restarts_once_each() -> None:
    fired: list[str] = []
    clock = FakeClock(datetime(2026, 1, 5, 7, 0, tzinfo=UTC))
    async with TestBot(daily(fired, [clock]), clock=clock) as testbot:
        await testbot.advance(hours=2)
        assert fired == ["05 08:00"]
        await testbot.restart()
        await testbot.advance(days=2)
        assert fired == ["05 08:00", "06 08:00", "07 08:00"]
        await testbot.kill()
        await testbot.app.schedules.fire()
        await testbot.settle()
        assert len(fired) == 3


async def test_a_moment_missed_by_a_little_is_made_up_for_and_by_much_skipped() -> None:
    fired: list[str] = []
    clock = FakeClock(datetime(2026, 1, 5, 7, 30, tzinfo=UTC))
    async with TestBot(daily(fired, [clock]), clock=clock) as testbot:
        await testbot.stop_app()
        clock.advance(minutes=45)
        await testbot.start_app()
        assert fired == ["05 08:15"]
        await testbot.stop_app()
        clock.advance(hours=30)
        await testbot.start_app()
        assert fired == ["05 08:15"]


async def test_tim_04_a_clock_that_jumps_fires_nothing_twice(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.sleep(timedelta(minutes=30))
        await chat.say("awake")

    fired: list[str] = []

    @bot.every("every hour")
    async def hourly(job: Chat) -> None:
        fired.append("x")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.advance(minutes=40)
    ann.sees("awake")
    await testbot.advance(minutes=25)
    assert len(fired) == 1
    testbot.clock.step(timedelta(hours=-1))
    await testbot.advance(minutes=59)
    assert len(fired) == 1
    assert len(ann.messages) == 1
    testbot.clock.step(timedelta(hours=1))
    await testbot.advance(minutes=1)
    assert len(fired) == 2


async def test_tim_07_many_timers_that_are_due_together_after_a_pause_all_fire_in_order(run: Run) -> None:
    bot = Bot("b")
    came: list[tuple[int, str]] = []
    woke: list[tuple[int, str]] = []

    @bot.fallback
    async def nap(chat: Chat) -> None:
        await chat.sleep(timedelta(seconds=int(chat.user.first_name)))
        await chat.say("awake")

    @bot.subscribe(TurnFinished)
    async def note(done: TurnFinished) -> None:
        (woke if isinstance(done.event, TimerEvent) else came).append((done.seq, done.user_id))

    testbot = await run(bot)
    users = [testbot.user(str(number)) for number in range(1, 251)]
    for user in users:
        await testbot.accept([testbot.arrival(user, _words(), user.sender)])
    await testbot.settle()
    await testbot.stop_app()
    testbot.clock.advance(hours=1)
    await testbot.start_app()
    await testbot.advance(seconds=1)
    assert all(len(user.messages) == 1 for user in users)
    assert [user for _, user in sorted(woke)] == [user for _, user in sorted(came)]


def _words() -> MessageEvent:
    return MessageEvent(body="x")


class _Looking:
    """A storage that is being asked for the next timer."""

    shared = False

    def __init__(self) -> None:
        self.asked, self.answers = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def next_timer(self) -> None:
        self.asked.release()
        await self.answers.acquire()


async def test_a_timer_that_is_set_while_it_is_looked_for_the_next_one_is_not_passed_over() -> None:
    storage: Any = _Looking()
    timers = Timers(storage, FakeClock(), lambda accepted: None)
    timers.start()
    try:
        await storage.asked.acquire()
        timers.changed()
        storage.answers.release()
        async with asyncio.timeout(20):
            await storage.asked.acquire()
    finally:
        await timers.stop()
