"""The first three messages, categories, subscriptions, and the word of the day."""

from datetime import UTC, datetime

import pytest

from gutenbot.sdk import Card, Choices, TextMessage
from gutenbot.testing import FakeClock, TestBot, TestUser


@pytest.fixture
def fake_clock() -> FakeClock:
    """Midnight in London; nine in the morning in Tokyo."""
    return FakeClock(datetime(2026, 1, 5, 0, 30, tzinfo=UTC))


async def begin(testbot: TestBot, name: str, time_zone: str = "Europe/London") -> TestUser:
    user = testbot.user(name, time_zone=time_zone)
    await user.says("get started")
    return user


async def test_the_greeting_comes_in_three_messages_with_typing(testbot: TestBot) -> None:
    ann = await begin(testbot, "Ann")
    first, second, third = ann.news
    assert isinstance(first, TextMessage)
    assert first.text == "Hello Ann, good to see you."
    assert [message.typing_ms for message in (first, second, third)] == [1000, 1000, 500]
    assert isinstance(third, Choices)
    assert [reply.title for reply in third.quick_replies] == ["Courage", "Patience", "Joy"]


async def test_a_category_gives_a_line_and_a_card_and_next_gives_another(testbot: TestBot) -> None:
    ann = await begin(testbot, "Ann")
    await ann.taps("Courage")
    line, card = ann.news
    assert line.content_id == "line.courage"
    assert isinstance(card, Card)
    assert [button.kind for button in card.buttons] == ["link", "postback"]
    await ann.taps("Next")
    assert [message.content_id for message in ann.news] == ["line.courage", "film"]


async def test_subscriptions_show_what_can_be_changed(testbot: TestBot) -> None:
    ann = await begin(testbot, "Ann")
    await ann.says("manage subscriptions")
    ann.sees("[Stop]")
    await ann.taps("Stop")
    await ann.says("manage subscriptions")
    ann.sees("[Send me one every morning]")


async def test_the_daily_word_comes_once_at_eight_where_the_user_lives(testbot: TestBot) -> None:
    ann, kei = await begin(testbot, "Ann"), await begin(testbot, "Kei", "Asia/Tokyo")
    bob = await begin(testbot, "Bob")
    await bob.says("subscriptions")
    await bob.taps("Stop")
    await testbot.advance(hours=8)  # to 08:30 in London, 17:30 in Tokyo
    ann.sees("Good morning Ann!")
    bob.sees_nothing()
    kei.sees_nothing()
    await testbot.restart()
    await testbot.advance(hours=15)  # to 08:30 in Tokyo
    kei.sees("Good morning Kei!")
    assert sum("Good morning" in line for line in ann.dialogue) == 1


async def test_anything_else_is_answered_politely(testbot: TestBot) -> None:
    ann = await begin(testbot, "Ann")
    await ann.says("What is the capital of France?")
    ann.sees("[Courage] [Patience] [Joy]")
