"""What the turn loop does with a database that other processes work on, and that may go away."""

import asyncio

import pytest
from core.tests.storage.postgres.servers import PostgresDatabase, Server

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.app.default import API
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.rows import Arrival, Claim
from gutenbot.testing.contracts.storage_kit import BOT, WEB, arrival
from gutenbot.turns.attempt import CRASHES_BESIDE_OTHERS
from gutenbot.turns.recovery import Recovery
from gutenbot.turns.signals import TurnFailed

SUSPECTS = 5
PLACE = conversation_id("away", API, "ann")


@pytest.mark.slow
async def test_dbx_01_a_turn_that_loses_the_database_is_done_again_and_is_no_failure_of_the_bot(
    server: Server, database: PostgresDatabase
) -> None:
    bot, tries = Bot("away"), 0
    failures: list[TurnFailed] = []
    back: list[asyncio.Task[None]] = []

    async def come_back() -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(server.resume)

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await asyncio.to_thread(server.halt)
            back.append(asyncio.create_task(come_back()))

    @bot.subscribe(TurnFailed)
    async def told(failed: TurnFailed) -> None:
        failures.append(failed)

    @bot.fallback
    async def answer(chat: Chat) -> None:
        await chat.step(work)
        await chat.say("done")

    storage = PostgresStorage(database.url, database.clock, limits=Limits(patience_s=0.1))
    app = App([bot], storage, mode=Mode(threaded=False, timers=False))
    await app.start()
    try:
        said = Arrival(
            bot_id=BotId("away"), channel_id=ChannelId(API), conversation_id=PLACE, thread="ann", sender="ann",
            external_id="m1", event=MessageEvent(body="hi"), received_ms=1,
        )  # fmt: skip
        await app.turns.accept([said])
        await asyncio.sleep(0)
        await app.turns.idle()
        await asyncio.gather(*back)
    finally:
        await app.stop()
    assert (tries, failures) == (2, [])
    assert database.run("SELECT state, failures FROM inbox") == [("done", 0)]
    assert database.run("SELECT count(*) FROM outbox") == [(1,)]


async def test_issue_suspects_that_are_taken_over_are_cleared_together_before_anything_begins(
    database: PostgresDatabase,
) -> None:
    dead, other = await database.worker(), await database.worker()
    await dead.accept([arrival(thread=f"t{i}", external_id=f"m{i}") for i in range(SUSPECTS + 1)])
    database.run(f"UPDATE inbox SET attempts = {CRASHES_BESIDE_OTHERS} WHERE external_id <> 'm0'")
    database.expire(dead)
    claims = await other.claim_ready(10, [BOT], [WEB])
    counted, begun = other._units.groups, []

    def begin(claim: Claim) -> None:
        begun.append((claim.external_id, database.run("SELECT max(attempts) FROM inbox")))

    async def run(claim: Claim) -> None:
        raise AssertionError(claim)

    await Recovery(other, SystemClock(), begin, run).sort(claims)
    assert other._units.groups == counted + 1
    assert begun == [("m0", [(CRASHES_BESIDE_OTHERS,)])]
