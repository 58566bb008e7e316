"""Outside work: once, recorded, typed, over restarts and kills."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from core.tests.dialogs.running import Run
from pydantic import BaseModel

from gutenbot import Bot, Chat
from gutenbot.dialogs.commands import Retry
from gutenbot.dialogs.errors import NotStorable, StepFailed


@dataclass
class Receipt:
    id: str
    at: datetime


class Order(BaseModel):
    size: str
    count: int


async def test_a_step_runs_once_and_its_result_is_replayed(run: Run) -> None:
    bot = Bot("b")
    calls: list[int] = []

    async def draw(limit: int) -> int:
        calls.append(limit)
        return limit * 7

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        number = await chat.step(draw, 6)
        await chat.ask("Ready?")
        await chat.say(f"{number}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.restart()
    await ann.says("yes")
    ann.sees("42")
    assert calls == [6]


async def test_dataclasses_and_models_come_back_typed(run: Run) -> None:
    bot = Bot("b")

    def book(size: str) -> Receipt:
        return Receipt(size, datetime(2026, 1, 5, tzinfo=UTC))

    async def order() -> list[Order]:
        return [Order(size="S", count=2)]

    seen: list[Any] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        receipt = await chat.step(book, "L")
        orders = await chat.step(order)
        await chat.ask("Ready?")
        seen.append((receipt, orders))

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    await testbot.restart()
    await ann.says("yes")
    assert seen == [(Receipt("L", datetime(2026, 1, 5, tzinfo=UTC)), [Order(size="S", count=2)])]


async def test_a_step_without_annotation_may_return_only_plain_data(run: Run) -> None:
    bot = Bot("b")

    def book():  # type: ignore[no-untyped-def]
        return Receipt("L", datetime(2026, 1, 5, tzinfo=UTC))

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.step(book)

    testbot = await run(bot)
    with pytest.raises(NotStorable, match=r"test_steps.py:\d+.*book.*annotation"):
        await testbot.user("Ann").says("go")


async def test_a_step_in_flight_when_the_process_dies_is_done_again_with_the_same_key(run: Run) -> None:
    bot = Bot("b")
    keys: list[str] = []
    started = asyncio.Event()
    finished: list[bool] = []

    async def before() -> str:
        finished.append(True)
        return "before"

    async def pay(amount: int, idempotency_key: str = "") -> int:
        keys.append(idempotency_key)
        if len(keys) == 1:
            started.set()
            await asyncio.Event().wait()
        return amount

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.step(before)
        await chat.say(f"paid {await chat.step(pay, 5)}")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    saying = asyncio.create_task(ann.says("go"))
    await started.wait()
    await testbot.kill()
    await saying
    assert ann.transcript == "> go\npaid 5"
    assert len(keys) == 2
    assert keys[0] == keys[1] != ""
    assert finished == [True], "a step that was recorded is not done again"


async def test_the_same_step_twice_has_two_keys(run: Run) -> None:
    bot = Bot("b")
    keys: list[str] = []

    def pay(idempotency_key: str = "") -> None:
        keys.append(idempotency_key)

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.step(pay)
        await chat.step(pay)
        await chat.step(pay, key="third")

    ann = (await run(bot)).user("Ann")
    await ann.says("go")
    await ann.says("go")
    assert len(set(keys)) == 6


async def test_a_step_is_tried_again_and_then_fails_into_the_dialog(run: Run) -> None:
    bot = Bot("b")
    tries: list[int] = []

    def flaky() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("not yet")
        return "at last"

    def broken() -> None:
        raise OSError("the shop is closed")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(await chat.step(flaky, retry=Retry(3, timedelta(milliseconds=1))))
        try:
            await chat.step(broken, retry=1)
        except StepFailed as error:
            await chat.say(str(error))
        await chat.ask("Ready?")
        await chat.say("done")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    ann.sees("at last", "The step broken failed: OSError: the shop is closed", "Ready?")
    await testbot.restart()
    await ann.says("yes")
    ann.sees("done")
    assert len(tries) == 3


async def test_waiting_between_tries_goes_by_the_clock_and_holds_no_thread(run: Run) -> None:
    bot = Bot("b")
    tries: list[datetime] = []

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        def flaky() -> str:
            tries.append(testbot.clock.now())
            if len(tries) < 3:
                raise OSError("not yet")
            return "at last"

        await chat.say(await chat.step(flaky, retry=Retry(3, timedelta(seconds=10))))

    testbot = await run(bot)
    testbot.patience = timedelta()
    ann = testbot.user("Ann")
    await ann.says("go")
    ann.sees_nothing()
    await testbot.advance(minutes=1)
    ann.sees("at last")
    assert [(later - tries[0]).total_seconds() for later in tries] == [0, 10, 30]


async def test_a_failed_step_that_nobody_catches_apologises_and_ends_the_dialog(run: Run) -> None:
    bot = Bot("b")
    reasons: list[str] = []

    def broken() -> None:
        raise OSError("closed")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.step(broken, retry=1)

    @go.on_exit
    async def gone(chat: Chat, reason: str) -> None:
        reasons.append(reason)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    with testbot.expect_errors() as errors:
        await ann.says("go")
    ann.sees("something went wrong")
    assert reasons == ["error"]
    assert str(errors[0].__cause__) == "closed"


async def test_issue_a_dialog_that_ends_in_the_turn_of_its_step_leaves_no_journal(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.step(str, 1)
        await chat.say("done")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    for _ in range(3):
        await ann.says("go")
    loaded = await testbot.app.storage.load(ann.conversation_id)
    assert loaded.journal == ()
