"""A replica takes over that lacks the last commits: what is lost is asked for again, and nobody notices more than that."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from core.tests.storage.postgres.servers import PostgresDatabase, Server

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import plain_text
from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.rows import Arrival
from gutenbot.testing import FakeChannel

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
