"""Calls from other threads: in order, none lost, and one wake for all that come at once."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from gutenbot.kernel.letterbox import Letterbox, letterbox


class Sleeper:
    """A loop that only keeps what it is to call."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []
        self.later: list[Callable[[], None]] = []
        self.errors: list[dict[str, Any]] = []
        self.ended = False

    def call_soon_threadsafe(self, call: Callable[[], None]) -> None:
        if self.ended:
            raise RuntimeError("Event loop is closed")
        self.soon.append(call)

    def call_later(self, _: float, call: Callable[[], None]) -> None:
        self.later.append(call)

    def call_exception_handler(self, about: dict[str, Any]) -> None:
        self.errors.append(about)


@pytest.fixture
def loop() -> Sleeper:
    return Sleeper()


@pytest.fixture
def box(loop: Sleeper) -> Letterbox:
    return Letterbox(loop)  # type: ignore[arg-type]


def test_what_is_handed_at_once_wakes_the_loop_once_and_keeps_its_order(loop: Sleeper, box: Letterbox) -> None:
    heard: list[int] = []
    for number in range(5):
        box.hand(heard.append, number)
    assert len(loop.soon) == 1
    loop.soon.pop()()
    assert heard == [0, 1, 2, 3, 4]
    box.hand(heard.append, 5)
    assert len(loop.soon) == 1, "a loop that has looked is woken again"


def test_what_a_call_hands_on_is_not_forgotten(loop: Sleeper, box: Letterbox) -> None:
    heard: list[str] = []
    box.hand(lambda word: box.hand(heard.append, word), "again")
    while loop.soon:
        loop.soon.pop()()
    assert heard == ["again"]


def test_a_call_that_fails_is_told_and_stops_no_other(loop: Sleeper, box: Letterbox) -> None:
    heard: list[int] = []
    box.hand([].remove, "nothing")
    box.hand(heard.append, 1)
    loop.soon.pop()()
    assert heard == [1]
    assert isinstance(loop.errors[0]["exception"], ValueError)


def test_what_is_left_wakes_nobody_and_comes_before_what_is_handed_later(loop: Sleeper, box: Letterbox) -> None:
    heard: list[str] = []
    box.leave(heard.append, "left")
    assert not loop.soon
    box.hand(heard.append, "handed")
    loop.soon.pop()()
    assert heard == ["left", "handed"]


def test_what_is_left_is_found_by_a_loop_that_expects_it(loop: Sleeper, box: Letterbox) -> None:
    heard: list[str] = []
    box.expect()
    box.expect()
    box.leave(heard.append, "left")
    assert len(loop.later) == 1
    loop.later.pop()()
    assert heard == ["left"]
    box.expect()
    assert len(loop.later) == 1


def test_a_loop_that_has_ended_is_handed_nothing(loop: Sleeper, box: Letterbox) -> None:
    loop.ended = True
    box.hand(print, "nobody")


async def test_threads_reach_the_running_loop() -> None:
    heard: asyncio.Queue[int] = asyncio.Queue()
    box = letterbox()
    assert letterbox() is box
    threads = [threading.Thread(target=box.hand, args=(heard.put_nowait, number)) for number in range(8)]
    for thread in threads:
        thread.start()
    async with asyncio.timeout(10):
        assert {await heard.get() for _ in threads} == set(range(8))


def test_each_loop_has_its_own() -> None:
    async def found() -> Letterbox:
        return letterbox()

    assert asyncio.run(found()) is not asyncio.run(found())
