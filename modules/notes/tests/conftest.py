"""A shop with the module, its team, and people who talk to the bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from core.tests.http.house import House, Skipping
from core.tests.http.served import serving

from gutenbot import Bot, Chat
from gutenbot.sdk import App
from gutenbot.testing.database import new_database
from gutenbot_notes import Notes, module


def make_shop() -> Bot:
    """Writes a note when somebody wants their money back."""
    bot = Bot("shop", requires=["notes"])

    @bot.hear("refund")
    async def refund(chat: Chat, notes: Notes) -> None:
        await chat.step(notes.add, bot.id, chat.user.id, "Asked for a refund.")
        await chat.say("We look into it.")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("Hello.")

    return bot


@pytest.fixture
def bot() -> Bot:
    """The bot of `testbot`."""
    return make_shop()


class Office(House):
    """The server."""

    @property
    def app(self) -> App:
        """The running app."""
        return self.served.app

    async def visitor(self, name: str, text: str = "hello") -> str:
        """Somebody says something; their id."""
        key = await self.served.key("admin", f"visit-{name}")
        body = {"text": text, "user": name, "wait_s": 2}
        answer = await self.served.client.post(f"/api/v1/converse/{name}", json=body, headers=key)
        assert answer.status_code == 200, answer.text
        found = await self.app.people("shop").find("api", name)
        assert found is not None
        return found.user_id


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Runs one, on the engine that tests run on."""
    clock, database = Skipping(), new_database(tmp_path)
    storage = database.storage(clock)
    try:
        async with serving(tmp_path, make_shop(), dev=False, clock=clock, storage=storage, modules=(module,)) as served:
            yield Office(served, clock)
    finally:
        database.drop()
