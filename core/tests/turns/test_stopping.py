"""The end of a process: what hangs does not make it longer than it may be."""

import asyncio
from pathlib import Path

import pytest

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import SystemClock, to_ms
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.rows import Arrival, OutgoingRow
from gutenbot.testing import FakeChannel
from gutenbot.testing.database import fresh_database, open_storage
from gutenbot.turns.channel import Sent

LIMIT_S = 1.0


class Stuck(FakeChannel):
    """A network that never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def send(self, row: OutgoingRow) -> Sent:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.slow
async def test_dep_07_turns_and_sends_that_hang_share_the_time_there_is_at_the_end(tmp_path: Path) -> None:
    bot, clock, channel, hangs = Bot("stuck"), SystemClock(), Stuck(), asyncio.Event()

    @bot.hear("hang")
    async def hang(chat: Chat) -> None:
        await chat.step(never)

    async def never() -> None:
        hangs.set()
        await asyncio.Event().wait()

    @bot.fallback
    async def answer(chat: Chat) -> None:
        await chat.say("yes")

    def arrival(who: str, words: str) -> Arrival:
        return Arrival(
            bot_id=BotId("stuck"), channel_id=ChannelId(channel.id), thread=who, sender=who, external_id=words,
            conversation_id=conversation_id("stuck", channel.id, who), event=MessageEvent(body=words),
            received_ms=to_ms(clock.now()),
        )  # fmt: skip

    mode = Mode(threaded=False, timers=False, pace=False)
    app = App([bot], open_storage(fresh_database(tmp_path), clock), clock=clock, mode=mode)
    app.add_channel(channel)
    await app.start()
    await app.turns.accept([arrival("ann", "hi"), arrival("bob", "hang")])
    await asyncio.gather(hangs.wait(), channel.asked.wait())
    began = clock.monotonic()
    await app.turns.stop(LIMIT_S)
    took_s = clock.monotonic() - began
    await app.stop()
    assert took_s < 1.8 * LIMIT_S


@pytest.mark.slow
async def test_dep_07_a_database_that_takes_nothing_back_does_not_make_the_end_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, clock, hangs = Bot("stuck"), SystemClock(), asyncio.Event()

    async def never(*given: object, **more: object) -> None:
        hangs.set()
        await asyncio.Event().wait()

    @bot.fallback
    async def hang(chat: Chat) -> None:
        await chat.step(never)

    mode = Mode(threaded=False, timers=False, pace=False)
    app = App([bot], open_storage(fresh_database(tmp_path), clock), clock=clock, mode=mode)
    app.add_channel(FakeChannel())
    await app.start()
    app.runtimes[BotId("stuck")].concurrency = 1
    names = ("ann", "bob")
    arrivals = [
        Arrival(
            bot_id=BotId("stuck"), channel_id=ChannelId("fake"), thread=who, sender=who, external_id=who,
            conversation_id=conversation_id("stuck", "fake", who), event=MessageEvent(body="hi"),
            received_ms=to_ms(clock.now()),
        )
        for who in names
    ]  # fmt: skip
    await app.turns.accept(arrivals)
    await hangs.wait()
    with monkeypatch.context() as away:
        away.setattr(app.storage, "release", never)
        began = clock.monotonic()
        await app.turns.stop(LIMIT_S)
        took_s = clock.monotonic() - began
    await app.stop()
    assert took_s < 1.8 * LIMIT_S
