"""Sample data: the same at every time, nothing twice, handled by the bots themselves."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gutenbot import Bot, Chat
from gutenbot.accounts import people
from gutenbot.accounts.desk import Desk
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.port import Storage
from gutenbot.testing import FakeClock
from gutenbot.testing.database import TestDatabase as Database
from gutenbot.testing.database import new_database
from gutenbot.testing.sample import conversations, fill, name_of

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
SCALE = 12
API = ChannelId("api")
TRANSCRIPT = "# A walk\n\n> north\nYou go north.\n> [South]\nYou go South.\n"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = new_database(tmp_path)
    yield made
    made.drop()


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    walker = Bot("walker")
    walker.folder = tmp_path / "walker"
    (walker.folder / "tests").mkdir(parents=True)
    (walker.folder / "tests" / "walk.chat.md").write_text(TRANSCRIPT, "utf-8")

    @walker.fallback
    async def answer(chat: Chat) -> None:
        await chat.say(f"You go {chat.message.text}.")

    return walker


async def threads(make: Callable[[FakeClock], Storage]) -> list[list[tuple[str, int]]]:
    """Who said what and when, by person."""
    storage = make(FakeClock(UNTIL))
    await storage.open()
    try:
        found: list[list[tuple[str, int]]] = []
        for person in range(SCALE):
            place = conversation_id("walker", API, f"sample-{person}")
            found.append([(entry.direction, entry.at_ms) for entry in await storage.thread(place)])
        return found
    finally:
        await storage.close()


async def test_sample_people_act_out_transcripts_once(bot: Bot, database: Database) -> None:
    told: list[tuple[int, int]] = []
    new = await fill(
        [bot], [], database.storage, scale=SCALE, until=UNTIL, channel_id=API, progress=lambda *at: told.append(at)
    )
    planned = conversations({BotId("walker"): bot.folder}, SCALE, UNTIL)
    assert new == len(planned) > SCALE
    assert {one.text for one in planned} == {"north", "South"}
    assert told[-1] == (new, new)
    assert max(one.at for one in planned) < UNTIL
    first = await threads(database.storage)
    assert sum(len(thread) for thread in first) == 2 * new, "each message has its answer"
    assert await fill([bot], [], database.storage, scale=SCALE, until=UNTIL, channel_id=API) == 0
    assert await threads(database.storage) == first


async def test_sample_people_have_names_and_there_is_a_team(bot: Bot, database: Database) -> None:
    await fill([bot], [], database.storage, scale=SCALE, until=UNTIL, channel_id=API)
    storage = database.storage(FakeClock(UNTIL))
    await storage.open()
    try:
        user = await storage.find_user(BotId("walker"), API, "sample-3")
        assert user is not None
        assert (user.profile["name"], user.profile["locale"]) == name_of(3) == ("ليلى حسن", "ar")
        desk = Desk(storage, FakeClock(UNTIL))
        roles = [account["role"] for account in await desk.read(lambda db: people.listed(db, 100, ""))]
        assert sorted(roles) == sorted({*roles})
        assert len(roles) == 8
        assert (await desk.check_audit())["ok"]
    finally:
        await storage.close()
