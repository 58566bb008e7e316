"""After crashes: what was in work is taken up again, and only what ends the process is set aside."""

import asyncio
from pathlib import Path

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.app.default import ReadChannel
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.modules.module import Module
from gutenbot.storage.rows import Arrival
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.testing import FakeClock

USERS = [f"user {number}" for number in range(5)]


def arrival(user: str) -> Arrival:
    """One message of a user."""
    return Arrival(
        bot_id=BotId("b"),
        channel_id=ChannelId("web"),
        conversation_id=conversation_id("b", "web", user),
        thread=user,
        sender=user,
        external_id=user,
        event=MessageEvent(body="hi"),
        received_ms=1,
    )


class World:
    """One database over several lives of a process. Until `released`, no handler comes to its end."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bot.db"
        self.released = asyncio.Event()
        self.begun: list[str] = []

    def app(self) -> App:
        """A new process."""
        bot = Bot("b")

        @bot.fallback
        async def slow(chat: Chat) -> None:
            self.begun.append(chat.user.id)
            await chat.step(self.hold)
            await chat.say("done")

        web = Module("web")
        web.channel(lambda _: ReadChannel("web"))
        mode = Mode(threaded=False, timers=False, pace=False)
        return App([bot, web], SqliteStorage(self.path, FakeClock(), synchronous="OFF"), clock=FakeClock(), mode=mode)

    async def hold(self) -> None:
        """Work that takes until it is released."""
        await self.released.wait()

    async def die(self, app: App) -> None:
        """The process ends in the middle of it."""
        for task in app.turns.tasks:
            task.cancel()
        await asyncio.gather(*app.turns.tasks, return_exceptions=True)
        await app.services.close()
        await app.storage.close()


async def test_poi_02_events_that_were_only_beside_one_that_ends_the_process_are_not_set_aside(tmp_path: Path) -> None:
    world = World(tmp_path)
    app = world.app()
    await app.start()
    await app.turns.accept([arrival(user) for user in USERS])
    for _ in range(5):
        await asyncio.sleep(0.03)
        await world.die(app)
        app = world.app()
        world.begun.clear()
        await app.start()
    await asyncio.sleep(0.03)
    assert len(world.begun) == 1, "suspects are tried one at a time"
    world.released.set()
    await app.turns.idle()
    dead = await app.storage.dead_letters(BotId("b"))
    assert len(dead) <= 3, "only those that were tried alone when the process ended"
    answered = [user for user in USERS if len(await app.storage.thread(conversation_id("b", "web", user))) == 2]
    assert len(answered) >= 2
    await app.stop()
