"""A harbour whose bot people subscribe to, with and without a server in front of it."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from core.tests.http.house import House, Skipping
from core.tests.http.served import serving

from gutenbot import Bot, Chat, Choice, Text
from gutenbot.sdk import App
from gutenbot.testing.database import new_database
from gutenbot_subscriptions import category, module
from gutenbot_subscriptions.categories import Words


def make_harbour(*, code: bool = True) -> Bot:
    """Two categories in code, a question, and a fallback that says what it hears."""
    bot = Bot("harbour", requires=["subscriptions"])
    if code:
        french = {"fr": Words(name="Marées", join=("marées",), leave=("plus de marées",))}
        category(bot, "tides", name="Tides", join=["tides please"], leave=["no tides", "STOP"], languages=french)
        category(
            bot, "storms", name="Storm warnings", about="when it blows", join=["warn me"], leave=["do not warn me"]
        )

    @bot.hear("order")
    async def order(chat: Chat) -> None:
        name = await chat.ask("Which boat?", Text())
        what = await chat.ask("Go or stop?", Choice("Go", "Stop"))
        await chat.say(f"{name}: {what}")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say(f"You said: {chat.message.text}")

    return bot


@pytest.fixture
def harbour() -> Callable[..., Bot]:
    """Makes the bot."""
    return make_harbour


@pytest.fixture
def bot() -> Bot:
    """The bot of `testbot`."""
    return make_harbour()


class Office(House):
    """A server with the module, its team, and people who talk to the bot."""

    @property
    def app(self) -> App:
        """The running app."""
        return self.served.app

    async def visitor(self, name: str, text: str = "hello") -> str:
        """Somebody says something; their id."""
        answer = await self.served.client.post(
            f"/api/v1/converse/{name}", json={"text": text, "user": name, "wait_s": 2}, headers=await self.talks()
        )
        assert answer.status_code == 200, answer.text
        found = await self.app.people("harbour").find("api", name)
        assert found is not None
        return found.user_id

    async def talks(self) -> dict[str, str]:
        """Headers of somebody who may speak for visitors."""
        if not hasattr(self, "_kept"):
            self._kept = await self.served.key("admin", "visits")
        return self._kept


@asynccontextmanager
async def opened(tmp_path: Path, bot: Bot) -> AsyncGenerator[Office]:
    """Runs one, on the engine that tests run on."""
    clock, database = Skipping(), new_database(tmp_path)
    storage = database.storage(clock)
    try:
        async with serving(tmp_path, bot, dev=False, clock=clock, storage=storage, modules=(module,)) as served:
            yield Office(served, clock)
    finally:
        database.drop()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A bot whose code declares nothing."""
    async with opened(tmp_path, make_harbour(code=False)) as found:
        yield found


@pytest.fixture
async def coded_office(tmp_path: Path) -> AsyncIterator[Office]:
    """A bot that declares categories."""
    async with opened(tmp_path, make_harbour()) as found:
        yield found
