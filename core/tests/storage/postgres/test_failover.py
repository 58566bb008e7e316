"""A replica takes over that lacks the last commits: what is lost is asked for again, and nobody notices more than that."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from core.tests.storage.postgres.pooler import Pooler
from core.tests.storage.postgres.servers import PostgresDatabase, Server
from psycopg.conninfo import conninfo_to_dict

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import plain_text
from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.postgres import PostgresStorage, shared
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.rows import Arrival
from gutenbot.testing import FakeChannel
from gutenbot.testing.contracts.storage_kit import arrival

CLOCK = SystemClock()


class Replica:
    """A copy of a server's files, as an asynchronous replica has them: a little behind."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._copy = Path(f"{server.folder}-replica")

    def catch_up(self) -> None:
        """From now on it falls behind."""
        self._server.halt()
        self._to(self._server.folder, self._copy)
        self._server.resume()

    def take_over(self) -> None:
        """The first server is gone, and all that this one never heard of."""
        self._server.halt()
        self._to(self._copy, self._server.folder)
        self._server.resume()

    def remove(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)

    @staticmethod
    def _to(source: Path, target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", str(source), str(target)], check=True)


@pytest.fixture
def own_server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.mark.slow
async def test_dbx_02_after_a_failover_that_lost_commits_networks_send_again_and_are_answered(
    own_server: Server,
) -> None:
    bot, channel, replica = Bot("failover"), FakeChannel(), Replica(own_server)

    @bot.fallback
    async def answer(chat: Chat) -> None:
        chat.conversation["count"] = chat.conversation.get("count", 0) + 1
        await chat.say(f"{chat.conversation['count']}: {chat.message.text}")

    database = PostgresDatabase(own_server.new_database())
    storage = PostgresStorage(database.url, CLOCK, limits=Limits(patience_s=0.1))
    app = App([bot], storage, clock=CLOCK, mode=Mode(threaded=False, timers=False, pace=False))
    app.add_channel(channel)

    async def say(words: str) -> bool:
        """As a network does it: again and again until it is taken. Whether it was new."""
        said = Arrival(
            bot_id=BotId(bot.id), channel_id=ChannelId(channel.id), thread="ann", sender="ann", external_id=words,
            conversation_id=conversation_id(bot.id, channel.id, "ann"), event=MessageEvent(body=words), received_ms=1,
        )  # fmt: skip
        async with asyncio.timeout(60):
            while True:
                try:
                    (kept,) = await app.turns.accept([said])
                except StorageAway:
                    await asyncio.sleep(0.1)
                else:
                    await app.turns.idle()
                    return not kept.duplicate

    await app.start()
    try:
        assert await say("a")
        await asyncio.to_thread(replica.catch_up)
        assert await say("b")
        assert await say("c")
        await asyncio.to_thread(replica.take_over)
        assert await say("d"), "a new message, which may get a number that was used before"
        assert not await say("a")
        assert await say("c"), "it is not known any more: the network sends it again"
        assert await say("b")
    finally:
        await app.stop()
        replica.remove()
    seen = [plain_text(message) for message in channel.shown_to("ann")]
    assert seen == ["1: a", "2: b", "3: c", "2: d", "3: c", "4: b"]
    assert channel.seen_twice == []


@pytest.mark.slow
async def test_dbx_02_numbers_that_a_crash_gives_again_are_found_behind_a_pooler_that_hid_it(
    own_server: Server,
) -> None:
    pooler = Pooler(own_server.url, 2)
    database = PostgresDatabase(own_server.new_database())
    behind = PostgresStorage(pooler.url(str(conninfo_to_dict(database.url)["dbname"])), CLOCK, listen_url="")
    session = behind._session()
    mark = behind._inbox_mark
    try:
        with psycopg.connect(database.url, autocommit=True) as db:
            db.execute("SELECT nextval('inbox_seq_seq') FROM generate_series(1, 50)")  # of events that were never kept
            for _ in range(2):
                mark.look(session)
            assert mark.bounds.mark == 51
            connection = session.connection()
            os.kill(db.info.backend_pid, signal.SIGKILL)  # the server ends all its processes, and recovers
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(_answers, database.url):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        database.run("SELECT setval('inbox_seq_seq', 5)")  # as if it had kept no more of them
        webs = await database.worker(works=False)
        await webs.accept([arrival(str(i), thread=f"t{i}") for i in range(30)])
        mark.look(session)
        assert session.connection() is mark._connection is connection, "the pooler has kept it"
        values = {"limit": 1000, **mark.bounds.values()}
        assert session.read(lambda db: db.execute(shared._OPEN, values).fetchone()) == (30,)
    finally:
        session.close()
        await database.close()
        pooler.close()


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as db:
            return db.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
