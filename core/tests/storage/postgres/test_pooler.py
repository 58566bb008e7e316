"""Behind a transaction pooler with fewer connections than there are clients, everything works (DBX-05)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
from core.tests.storage.postgres.pooler import Pooler
from core.tests.storage.postgres.servers import PostgresDatabase, Server
from psycopg.conninfo import conninfo_to_dict

from gutenbot import Bot, Chat
from gutenbot.app.app import App
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.rows import Arrival
from gutenbot.testing.contracts.storage import StorageContract

SIZE = 3
"""Server connections of a database; a worker alone has a dozen connections."""


class PooledDatabase(PostgresDatabase):
    """A database whose workers come through the pooler; what tests look at, they look at directly."""

    def __init__(self, url: str, pooler: Pooler, *, listens: bool = False) -> None:
        super().__init__(url)
        self._pooled = pooler.url(str(conninfo_to_dict(url)["dbname"]))
        self._listen_url = url if listens else ""

    async def worker(self, limits: Limits | None = None, **options: Any) -> PostgresStorage:
        given: dict[str, Any] = {"listen_url": self._listen_url} | options
        storage = PostgresStorage(self._pooled, self.clock, limits=limits or Limits(), **given)
        await storage.open()
        self.workers.append(storage)
        return storage


@pytest.fixture(scope="module")
def pooler(server: Server) -> Iterator[Pooler]:
    started = Pooler(server.url, SIZE)
    yield started
    assert started.refused == [], "nothing may need a session of its own"
    started.close()


@pytest.fixture(params=[False])
async def database(request: pytest.FixtureRequest, server: Server, pooler: Pooler) -> AsyncIterator[PooledDatabase]:
    url = server.new_database()
    opened = PooledDatabase(url, pooler, listens=request.param)
    yield opened
    await opened.close()
    server.drop(url)


class TestPooled(StorageContract):
    """The whole contract."""


def counting_bot() -> Bot:
    """Counts in its conversations, with a step, a question and a timer on the way."""
    bot = Bot("counting")

    async def looked_up(number: int) -> int:
        return number + 1

    @bot.fallback
    async def count(chat: Chat) -> None:
        number = await chat.step(looked_up, chat.conversation.get("number", 0))
        chat.conversation["number"] = number
        await chat.say(f"{number}: {chat.message.text}")

    return bot


@pytest.mark.parametrize("database", [True, False], indirect=True, ids=["listens", "none"])
async def test_dbx_05_two_workers_answer_everything_once_through_three_connections(
    database: PooledDatabase, pooler: Pooler
) -> None:
    apps = [App([counting_bot()], await _unopened(database)) for _ in range(2)]
    for app in apps:
        await app.start()
    before = pooler.turns
    try:
        await asyncio.gather(*(_speak(apps, thread, 5) for thread in range(20)))
    finally:
        for app in apps:
            await app.stop()
    said = database.run("SELECT conversation_id, string_agg(message, ' ' ORDER BY n) FROM outbox GROUP BY 1")
    assert len(said) == 20
    assert all([f"{k}: say {k}" in text for k in range(1, 6)] == [True] * 5 for _, text in said), said
    assert database.run("SELECT count(*) FROM outbox") == [(100,)]
    assert database.run("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
    assert pooler.most_servers <= SIZE < pooler.most_clients
    assert pooler.turns - before > 100


async def test_dbx_05_the_pooler_of_these_tests_refuses_what_needs_a_session(server: Server) -> None:
    own = Pooler(server.url, 1)
    try:
        for statement in ("LISTEN news", "SET work_mem = '1MB'", "SELECT pg_advisory_lock(1)"):
            with pytest.raises(psycopg.Error), psycopg.connect(own.url("postgres"), autocommit=True) as db:
                db.execute(statement)
        with psycopg.connect(own.url("postgres"), autocommit=True) as db, pytest.raises(psycopg.Error):
            db.execute("SELECT 1", prepare=True)
        assert len(own.refused) == 4
    finally:
        own.close()


async def _unopened(database: PooledDatabase) -> PostgresStorage:
    return PostgresStorage(database._pooled, database.clock, listen_url=database._listen_url)


async def _speak(apps: list[App], thread: int, times: int) -> None:
    """One message after the other, each through another worker, each waited for wherever it is handled."""
    place = conversation_id("counting", "api", f"t{thread}")
    for k in range(1, times + 1):
        app = apps[(thread + k) % len(apps)]
        arrival = Arrival(
            bot_id=BotId("counting"), channel_id=ChannelId("api"), conversation_id=place, thread=f"t{thread}",
            sender=f"t{thread}", external_id=f"{thread}-{k}", event=MessageEvent(body=f"say {k}"),
            received_ms=1_800_000_000_000 + k,
        )  # fmt: skip
        (kept,) = await app.turns.accept([arrival])
        async with asyncio.timeout(30):
            while (await app.storage.trace(BotId("counting"), kept.seq)) is None:
                await app.clock.sleep(0.01)
