"""Run by a test in a process of its own: a bot that ends the process when it hears "die". Arguments: database, words…"""

import asyncio
import os
import sys
from pathlib import Path

from core.tests.turns.bots import counting_bot

from gutenbot import Chat
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import SystemClock, to_ms
from gutenbot.kernel.ids import ChannelId, conversation_id
from gutenbot.kernel.log import configure
from gutenbot.storage.rows import Arrival
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.testing import PlainChannel


async def main(database: Path, words: list[str]) -> None:
    """Starts on the database, hands the words in, runs until all is quiet, and prints what the bot has said."""
    bot = counting_bot()

    @bot.hear("die")
    async def die(chat: Chat) -> None:
        os._exit(9)

    clock = SystemClock()
    storage = SqliteStorage(database, clock, synchronous="OFF")
    app = App([bot], storage, clock=clock, mode=Mode(threaded=False, timers=False, pace=False))
    app.add_channel(PlainChannel("web"))
    await app.start()
    place = conversation_id(bot.id, "web", "ann")
    for word in words:
        arrival = Arrival(
            bot_id=bot.id, channel_id=ChannelId("web"), conversation_id=place, thread="ann", sender="ann",
            external_id=word, event=MessageEvent(body=word), received_ms=to_ms(clock.now()),
        )  # fmt: skip
        await app.turns.accept([arrival])
    await app.turns.idle()
    for entry in await storage.thread(place):
        if entry.direction == "out":
            print(getattr(entry.body, "text", ""))
    for letter in await storage.dead_letters(bot.id):
        print(f"dead: {letter.event.text}: {letter.error}")
    await app.stop()


if __name__ == "__main__":
    configure(json=False)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
