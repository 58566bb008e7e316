"""What many ask at the same moment is asked once."""

import asyncio

import pytest

from gutenbot.kernel.asked import Asked


async def test_all_who_ask_meanwhile_get_the_one_answer_and_later_ones_another() -> None:
    asked: Asked[int] = Asked()
    times, answered = 0, asyncio.Event()

    async def question() -> int:
        nonlocal times
        times += 1
        number = times
        await answered.wait()
        return number

    waiting = [asyncio.create_task(asked.once("k", question)) for _ in range(100)]
    other = asyncio.create_task(asked.once("another", question))
    await asyncio.sleep(0)
    waiting[0].cancel()  # a client hangs up
    asked_late = asyncio.create_task(asked.once("k", question))
    await asyncio.sleep(0)
    answered.set()
    assert [await one for one in (*waiting[1:], asked_late)] == [1] * 100
    assert await other == 2
    assert await asked.once("k", question) == 3


async def test_an_error_is_everybodys_and_is_not_kept() -> None:
    asked: Asked[int] = Asked()

    async def fails() -> int:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    async def works() -> int:
        return 1

    for outcome in await asyncio.gather(*(asked.once("k", fails) for _ in range(3)), return_exceptions=True):
        assert isinstance(outcome, ZeroDivisionError)
    assert await asked.once("k", works) == 1


async def test_what_is_forgotten_is_asked_anew_although_it_runs() -> None:
    asked: Asked[str] = Asked()
    answered = asyncio.Event()

    async def old() -> str:
        await answered.wait()
        return "old"

    async def new() -> str:
        return "new"

    before = asyncio.create_task(asked.once("k", old))
    await asyncio.sleep(0)
    asked.forget()
    assert await asked.once("k", new) == "new"
    answered.set()
    assert await before == "old"


async def test_an_error_that_nobody_waits_for_any_more_is_no_warning() -> None:
    asked: Asked[int] = Asked()
    failing = asyncio.Event()

    async def fails() -> int:
        await failing.wait()
        raise ZeroDivisionError

    gone = asyncio.create_task(asked.once("k", fails))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    failing.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
