"""From the outbox to a network with moods: in order, tried again, never seen twice where keys count."""

import pytest
from core.tests.turns.bots import echo_bot

from gutenbot import Bot, Chat
from gutenbot.testing import ChannelContract, FakeChannel, TestBot
from gutenbot.testing.fake_channel import Mood
from gutenbot.turns.signals import SendFailed


async def test_a_refused_message_is_sent_again_and_order_is_kept() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        channel.will("retry", "crash")
        await ann.sends_all(["a", "b"])
        await testbot.advance(minutes=5)
        assert ann.dialogue == ["> a", "> b", "a", "b"]
        assert len(channel.tried) == 4


async def test_many_refusals_are_no_reason_to_doubt_where_keys_mean_nothing() -> None:
    channel = FakeChannel(idempotent=False)
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        channel.will("retry", "retry", "retry", "retry")
        await ann.says("a")
        await testbot.advance(minutes=5)
        assert ann.dialogue == ["> a", "a"]


async def test_a_message_that_is_refused_for_good_is_reported_and_the_next_goes_on() -> None:
    channel = FakeChannel()
    failed: list[SendFailed] = []

    async def note(signal: SendFailed) -> None:
        failed.append(signal)

    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        testbot.app.signals.subscribe(SendFailed, note, "test")
        ann = testbot.user("Ann", channel="fake")
        channel.will("fail")
        await ann.sends_all(["a", "b"])
        assert ann.dialogue[2:] == ["b"]
        assert [signal.error for signal in failed] == ["400"]


async def test_a_lost_answer_is_seen_once_where_the_network_knows_keys() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        channel.will("lost", "lost")
        await ann.says("a")
        await testbot.advance(minutes=5)
        assert ann.dialogue == ["> a", "a"]
        assert channel.seen_twice == []


@pytest.mark.parametrize("mood", ["lost", "unknown"])
async def test_where_keys_mean_nothing_an_unclear_message_is_sent_twice_at_most(mood: Mood) -> None:
    channel = FakeChannel(idempotent=False)
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        for _ in range(9):
            channel.will(mood)
        await ann.says("a")
        await testbot.advance(minutes=10)
        assert len(channel.tried) == 2


async def test_a_reply_that_is_late_by_a_quarter_of_an_hour_is_not_sent_any_more() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        for _ in range(100):
            channel.will("retry")
        await ann.says("a")
        await testbot.advance(hours=2)
        ann.sees_nothing()
        assert len(channel.tried) < 40


async def test_what_was_queued_when_the_process_died_is_sent_after_it() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        channel.will("busy")
        await ann.sends_all(["a", "b"])
        ann.sees_nothing()
        await testbot.kill()
        assert ann.dialogue == ["> a", "> b", "a", "b"]
        assert channel.seen_twice == []


async def test_a_message_in_flight_when_the_process_died_is_seen_once_where_keys_count() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        testbot.patience *= 0
        ann = testbot.user("Ann", channel="fake")
        channel.will("slow")
        await ann.says("a")
        await testbot.kill()
        await testbot.advance(minutes=1)
        assert ann.dialogue == ["> a", "a"]


async def test_after_people_took_over_what_the_bot_had_queued_is_not_sent() -> None:
    """P9."""
    bot = Bot("b")

    @bot.hear("human")
    async def human(chat: Chat) -> None:
        await chat.handoff()

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say("one", "two")

    channel = FakeChannel()
    async with TestBot(bot, channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        channel.will("busy")
        await ann.says("x")
        await ann.says("human")
        await testbot.advance(minutes=2)
        assert not {"one", "two"} & set(ann.dialogue)


class TestFakeChannel(ChannelContract):
    """The fake keeps the contract that it helps to test."""

    @pytest.fixture
    def channel(self) -> FakeChannel:
        return FakeChannel()


async def test_bak_03_a_locked_copy_runs_turns_and_sends_nothing_until_it_is_unlocked() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        await testbot.app.storage.lock_sending("restored")
        await ann.says("a")
        await testbot.advance(minutes=30)
        assert (len(channel.tried), (await testbot.app.storage.instance()).waiting) == (0, 1)
        await testbot.app.storage.unlock_sending(discard=False, now_ms=0)
        await testbot.advance(seconds=2)
        await ann.says("b")
        assert ann.dialogue == ["> a", "a", "> b", "b"]


async def test_brd_12_what_a_copy_had_in_its_outbox_can_be_left_unsent_for_good() -> None:
    channel = FakeChannel()
    async with TestBot(echo_bot(), channels=[channel]) as testbot:
        ann = testbot.user("Ann", channel="fake")
        await testbot.app.storage.lock_sending("restored")
        await ann.says("a")
        assert await testbot.app.storage.unlock_sending(discard=True, now_ms=0) == 1
        await testbot.advance(seconds=2)
        await ann.says("b")
        assert ann.dialogue[-1] == "b"
        assert len(channel.tried) == 1
