"""A time limit that costs nothing for work that never waits."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


class _Resumed:
    """The rest of a coroutine whose first wait has been seen."""

    __slots__ = ("_coroutine", "_first")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], first: Any) -> None:
        self._coroutine = coroutine
        self._first = first

    def __await__(self) -> Generator[Any, Any, Any]:
        waiting_for = self._first
        while True:
            thrown: BaseException | None = None
            sent: Any = None
            try:
                sent = yield waiting_for
            except BaseException as error:
                thrown = error
            try:
                waiting_for = self._coroutine.send(sent) if thrown is None else self._coroutine.throw(thrown)
            except StopIteration as stop:
                return stop.value


async def within(limit_s: float, coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; it is cancelled with `TimeoutError` when it waits beyond the limit.

    The time of its first, unbroken run does not count: only what waits can be cancelled anyway.
    """
    try:
        first = coroutine.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    async with asyncio.timeout(limit_s):
        return await _Resumed(coroutine, first)  # type: ignore[no-any-return]
