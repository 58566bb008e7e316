"""Several things at once to one conversation: one turn at a time, nothing lost."""

import asyncio

from core.tests.dialogs.running import Run
from core.tests.turns.bots import counting_bot

from gutenbot import Bot, Chat
from gutenbot.events.incoming import MessageEvent
from gutenbot.turns.signals import TurnFinished


async def test_con_01_five_hundred_events_count_to_five_hundred(run: Run) -> None:
    bot = Bot("b")

    async def work() -> None:
        await asyncio.sleep(0)

    @bot.fallback
    async def count(chat: Chat) -> None:
        before = chat.conversation.get("count", 0)
        await chat.step(work)
        chat.conversation["count"] = before + 1

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await asyncio.gather(
        *(testbot.accept([testbot.arrival(ann, MessageEvent(body="+"), f"m-{n}")]) for n in range(500))
    )
    await testbot.settle()
    loaded = await testbot.app.storage.load(ann.conversation_id)
    assert loaded.conversation.variables == {"count": 500}


async def test_con_05_a_message_from_outside_and_a_turn_do_not_overtake_each_other(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    await ann.says("first")
    await asyncio.gather(
        testbot.accept([testbot.arrival(ann, MessageEvent(body="second"), "m-2")]),
        testbot.bot.send(ann.id, "news", key="broadcast-1"),
        testbot.bot.send(ann.id, "news", key="broadcast-1"),
    )
    await testbot.settle()
    thread = await testbot.app.storage.thread(ann.conversation_id)
    assert [entry.n for entry in thread] == list(range(1, len(thread) + 1))
    assert sorted(ann.dialogue[2:]) == ["2: second", "news"]


async def test_con_06_the_first_two_messages_of_a_new_user_at_once_make_one_user(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    await asyncio.gather(
        *(testbot.accept([testbot.arrival(ann, MessageEvent(body=str(n)), f"m-{n}")]) for n in range(2))
    )
    await testbot.settle()
    assert await testbot.app.people("counter").count() == 1
    assert len(ann.messages) == 2


async def test_con_07_a_hot_conversation_does_not_hold_up_the_others(run: Run) -> None:
    bot = counting_bot()
    testbot = await run(bot)
    testbot.app.runtimes[bot.id].concurrency = 1
    hot, cold = testbot.user("Hot"), testbot.user("Cold")
    order: list[str] = []

    async def note(signal: TurnFinished) -> None:
        order.append(signal.user_id)

    testbot.app.signals.subscribe(TurnFinished, note, "test")
    await testbot.accept([testbot.arrival(hot, MessageEvent(body=str(n)), f"h-{n}") for n in range(200)])
    await testbot.accept([testbot.arrival(cold, MessageEvent(body="me too"), "c-1")])
    await testbot.settle()
    assert order.index(cold.id) <= 40
    assert len(hot.messages) == 200
