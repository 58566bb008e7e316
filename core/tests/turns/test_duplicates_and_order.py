"""The same event again, and many events at once: one turn each, in the order of arrival."""

import asyncio
from datetime import timedelta

import pytest
from core.tests.dialogs.running import Run
from core.tests.turns.bots import counting_bot, echo_bot

from gutenbot import Bot, Chat
from gutenbot.app.retention import leave
from gutenbot.events.incoming import MessageEvent
from gutenbot.testing import FakeChannel, TestBot
from gutenbot.turns.channel import Burst


async def test_dup_01_the_same_event_twice_is_one_turn(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    arrival = testbot.arrival(ann, MessageEvent(body="hi"), "m-1")
    (first,) = await testbot.accept([arrival])
    await testbot.settle()
    await testbot.restart()
    (second,) = await testbot.accept([arrival])
    await testbot.settle()
    assert (first.duplicate, second.duplicate) == (False, True)
    assert (second.seq, second.n) == (first.seq, first.n)
    assert len(ann.messages) == 1


async def test_dup_02_the_same_event_many_times_at_once_is_one_turn(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    arrival = testbot.arrival(ann, MessageEvent(body="hi"), "m-1")
    accepted = await asyncio.gather(*(testbot.accept([arrival]) for _ in range(20)))
    together = await testbot.accept([arrival] * 5)
    await testbot.settle()
    assert sum(not one.duplicate for (one,) in accepted) == 1
    assert all(one.duplicate for one in together)
    assert len(ann.messages) == 1


async def test_dup_05_an_event_that_comes_again_after_almost_a_week_is_known(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    arrival = testbot.arrival(ann, MessageEvent(body="hi"), "m-1")
    await testbot.accept([arrival])
    await testbot.advance(days=6, hours=23)
    await leave(testbot.app.storage, testbot.clock, keep_days=1)  # as few as ever count
    (again,) = await testbot.accept([arrival])
    await testbot.settle()
    assert again.duplicate
    assert len(ann.messages) == 1
    if testbot.app.storage.shared:
        return  # how old its rows are is told by the clock of the database, which no test puts on
    await testbot.advance(days=2)
    await leave(testbot.app.storage, testbot.clock, keep_days=1)
    (late,) = await testbot.accept([arrival])
    assert not late.duplicate
    await testbot.settle()


async def test_dup_06_the_same_words_twice_are_two_turns(run: Run) -> None:
    ann = (await run(counting_bot())).user("Ann")
    await ann.says("hi")
    await ann.says("hi")
    assert ann.dialogue == ["> hi", "1: hi", "> hi", "2: hi"]


async def test_dup_07_the_same_id_from_two_channels_is_two_events(run: Run) -> None:
    testbot = await run(echo_bot())
    web, sms = testbot.user("Ann"), testbot.user("Ann", channel="sms")
    await web.sends(MessageEvent(body="hi"), external_id="m-1")
    await sms.sends(MessageEvent(body="hi"), external_id="m-1")
    web.sees("hi")
    sms.sees("hi")


async def test_ord_01_fifty_messages_at_once_are_answered_in_order(run: Run) -> None:
    ann = (await run(counting_bot())).user("Ann")
    await ann.sends_all([str(number) for number in range(50)])
    assert [line for line in ann.dialogue if not line.startswith(">")] == [f"{n + 1}: {n}" for n in range(50)]


async def test_ord_01_also_when_each_comes_in_a_request_of_its_own_while_turns_wait(run: Run) -> None:
    bot = Bot("b")

    async def work() -> None:
        await asyncio.sleep(0.001)

    @bot.fallback
    async def slow(chat: Chat) -> None:
        await chat.step(work)
        await chat.say(chat.message.text)

    testbot = await run(bot)
    ann = testbot.user("Ann")
    for number in range(20):
        await testbot.accept([testbot.arrival(ann, MessageEvent(body=str(number)), f"m-{number}")])
    await testbot.settle()
    assert ann.dialogue == [str(number) for number in range(20)]


async def test_ord_02_a_retry_of_the_first_after_the_second_changes_no_order(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    for number in (1, 2, 1, 2, 3):
        await testbot.accept([testbot.arrival(ann, MessageEvent(body=str(number)), f"m-{number}")])
    await testbot.settle()
    assert ann.dialogue == ["1: 1", "2: 2", "3: 3"]


async def test_ord_03_a_batch_of_many_users_keeps_the_order_of_each(run: Run) -> None:
    testbot = await run(counting_bot())
    users = [testbot.user(f"User {number}") for number in range(40)]
    batch = [
        testbot.arrival(user, MessageEvent(body=str(number)), f"{user.sender}-{number}")
        for number in range(5)
        for user in users
    ]
    await testbot.accept(batch)
    await testbot.settle()
    for user in users:
        assert user.dialogue == [f"{n + 1}: {n}" for n in range(5)]


async def test_ord_04_with_equal_stamps_the_order_of_arrival_decides(run: Run) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    await testbot.accept([testbot.arrival(ann, MessageEvent(body=word), word) for word in ("c", "a", "b")])
    await testbot.settle()
    assert ann.dialogue == ["1: c", "2: a", "3: b"]


async def test_ord_05_a_message_waits_for_the_end_of_the_one_before_and_others_go_on() -> None:
    bot = Bot("b")

    @bot.fallback
    async def two(chat: Chat) -> None:
        await chat.say("A", "B")

    channel = FakeChannel("push")
    async with TestBot(bot, channels=[channel]) as testbot:
        ann, bob = testbot.user("Ann", channel="push"), testbot.user("Bob", channel="push")
        channel.will("busy", thread="ann")
        await ann.says("go")
        await bob.says("go")
        ann.sees_nothing()
        bob.sees("A", "B")
        await testbot.advance(seconds=31)
        assert ann.dialogue == ["> go", "A", "B"]
        assert channel.seen_twice == []


async def test_ord_09_a_timer_and_a_message_of_the_same_moment_are_taken_one_after_the_other(run: Run) -> None:
    bot = Bot("b")

    @bot.hear("go")
    async def go(chat: Chat) -> None:
        await chat.say(await chat.ask("Name?", timeout=timedelta(hours=1)))

    @go.on_timeout
    async def remind(chat: Chat) -> None:
        await chat.say("Still there?")

    testbot = await run(bot)
    ann = testbot.user("Ann")
    await ann.says("go")
    testbot.clock.advance(hours=1)
    await testbot.accept([testbot.arrival(ann, MessageEvent(body="Ann"), "late")])
    await testbot.app.turns.timers.fire()
    await testbot.settle()
    assert ann.dialogue == ["> go", "Name?", "Ann"]


def on(burst: Burst) -> FakeChannel:
    """A channel with this policy for quick writers."""
    return FakeChannel("push", burst=burst)


async def test_bursts_queue_one_turn_each() -> None:
    async with TestBot(counting_bot(), channels=[on("queue")]) as testbot:
        ann = testbot.user("Ann", channel="push")
        await ann.sends_all(["a", "b", "c"])
        assert ann.dialogue[3:] == ["1: a", "2: b", "3: c"]


async def test_bursts_what_waits_becomes_one_turn() -> None:
    async with TestBot(counting_bot(), channels=[on("burst")]) as testbot:
        ann = testbot.user("Ann", channel="push")
        await ann.sends_all(["a", "b", "c", "d"])
        assert len(ann.messages) < 4
        assert "".join(ann.transcript.split("> d\n")[1]).count("\n") >= 1
        await ann.says("e")
        assert "e" in ann.dialogue[-1]


async def test_bursts_debounce_waits_for_a_pause() -> None:
    async with TestBot(counting_bot(), channels=[on("debounce")]) as testbot:
        testbot.patience *= 0
        ann = testbot.user("Ann", channel="push")
        await ann.says("a")
        ann.sees_nothing()
        await testbot.advance(seconds=0.5)
        await ann.says("b")
        await testbot.advance(seconds=0.6)
        ann.sees_nothing()
        await testbot.advance(seconds=2)
        assert ann.messages[0].text == "1: a\nb"  # type: ignore[union-attr]
        assert len(ann.messages) == 1


@pytest.mark.parametrize("policy", ["queue", "drop", "concurrent"])
async def test_issue_messages_that_wait_are_joined_only_where_the_channel_wants_it(policy: Burst) -> None:
    async with TestBot(counting_bot(), channels=[on(policy)]) as testbot:
        ann = testbot.user("Ann", channel="push")
        said = [testbot.arrival(ann, MessageEvent(body=words), f"m-{words}") for words in ("a", "b")]
        await testbot.app.turns.accept(said)  # both are there before the first turn can begin
        await testbot.settle()
        assert ann.dialogue == (["1: a"] if policy == "drop" else ["1: a", "2: b"])


async def test_bursts_drop_what_comes_while_a_turn_runs() -> None:
    bot = counting_bot()
    gate = asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    @bot.hear("slow")
    async def slow(chat: Chat) -> None:
        await chat.step(wait)
        await chat.say("done")

    async with TestBot(bot, channels=[on("drop")]) as testbot:
        ann = testbot.user("Ann", channel="push")
        for number, words in enumerate(("slow", "lost", "lost too")):
            await testbot.accept([testbot.arrival(ann, MessageEvent(body=words), f"m-{number}")])
        gate.set()
        await testbot.settle()
        assert ann.dialogue == ["done"]
        await ann.says("next")
        ann.sees("1: next")
