"""A real app on a real database, and the web chat in front of it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gutenbot import Bot
from gutenbot.sdk import App, Clock, Mode
from gutenbot.testing import FakeClock
from gutenbot.testing.database import TestDatabase, new_database
from gutenbot_channel_web import module
from gutenbot_channel_web.testing import Website

Serve = Callable[..., AbstractAsyncContextManager[Website]]


class RealClock(FakeClock):
    """The time of this machine, that a test can move forwards."""

    def __init__(self) -> None:
        from gutenbot.kernel.clock import SystemClock

        super().__init__(SystemClock().now())
        self._real = SystemClock()
        self._start = self._real.monotonic()

    def now(self) -> Any:
        from datetime import timedelta

        return super().now() + timedelta(seconds=self._real.monotonic() - self._start)

    def monotonic(self) -> float:
        return super().monotonic() + self._real.monotonic() - self._start

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)


def echo_bot(name: str) -> Bot:
    """A bot that says everything again."""
    bot = Bot(name)

    @bot.fallback
    async def again(chat: Any) -> None:
        await chat.say(f"You said: {chat.message.text or chat.message.form_id}")

    return bot


@pytest.fixture
def clock() -> RealClock:
    """The time of the app."""
    return RealClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[TestDatabase]:
    """The database of a test, which it may open several times."""
    made = new_database(tmp_path)
    yield made
    made.drop()


@pytest.fixture
def serve(database: TestDatabase, clock: Clock) -> Serve:
    """Starts an app with these bots (names of echo bots, or bots) on the database of this test."""

    @asynccontextmanager
    async def running(*bots: Bot | str, settings: dict[str, Any] | None = None, **mode: Any) -> AsyncIterator[Website]:
        made = [echo_bot(bot) if isinstance(bot, str) else bot for bot in bots or ("echo",)]
        storage = database.storage(clock)
        chosen = {"channel-web": settings or {}}
        app = App([*made, module], storage, clock=clock, mode=Mode(**mode), settings=chosen)
        await app.start()
        try:
            yield Website(app)
        finally:
            await app.stop()

    return running


@pytest.fixture
async def site(serve: Serve) -> AsyncIterator[Website]:
    """The web chat of an echo bot."""
    async with serve() as found:
        yield found
