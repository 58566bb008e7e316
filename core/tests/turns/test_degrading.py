"""What a channel cannot show as it is: cut, shared out or put into words, and nothing of it lost that was said."""

import pytest

from gutenbot.events.messages import Button, Buttons, Card, Choices, Image, Outgoing, QuickReply, TextMessage
from gutenbot.turns.channel import Capabilities
from gutenbot.turns.degrade import degrade, shortened, size_of

CAN = Capabilities(text_limit=40, caption_limit=20, title_limit=8, quick_replies=2, buttons=2)
REPLIES = (QuickReply("Somewhere else", "ELSE"), QuickReply("Just here"))


def test_a_caption_that_is_too_long_follows_its_picture() -> None:
    said = Image("a.png", "A", "one two three four five", quick_replies=REPLIES[:1])
    picture, words = degrade([said], CAN)
    assert picture == Image("a.png", "A")
    assert isinstance(words, TextMessage)
    assert (words.text, [one.payload for one in words.quick_replies]) == ("one two three four five", ["ELSE"])


def test_buttons_come_with_the_last_part_of_long_words() -> None:
    first, last = degrade([Buttons("word " * 10, (Button("Buy", value="BUY"),), wait_ms=5)], CAN)
    assert isinstance(first, TextMessage)
    assert isinstance(last, Buttons)
    assert f"{first.text} {last.text}".split() == ["word"] * 10
    assert (first.wait_ms, last.buttons) == (5, (Button("Buy", value="BUY"),))


def test_a_title_that_was_cut_sends_what_the_whole_one_would() -> None:
    (said,) = degrade([Choices("Where?", quick_replies=REPLIES)], CAN)
    assert [(one.title, one.payload) for one in said.quick_replies] == [("Somewhe…", "ELSE"), ("Just he…", "Just here")]
    (card,) = degrade([Card("A", buttons=(Button("Somewhere else", "say"),))], CAN)
    assert isinstance(card, Card)
    assert card.buttons == (Button("Somewhe…", "say", "Somewhere else"),)


def test_answers_that_are_put_into_words_are_not_cut() -> None:
    (said,) = degrade(
        [Choices("Where?", quick_replies=(*REPLIES, QuickReply("No")))], Capabilities(title_limit=8, quick_replies=2)
    )
    assert isinstance(said, TextMessage)
    assert said.text == "Where?\n1. Somewhere else\n2. Just here\n3. No"


@pytest.mark.parametrize("unit", ["characters", "utf16", "utf8"])
@pytest.mark.parametrize("title", ["Track my parcel", "😀" * 9, "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "é" * 9, "مرحبا بكم جميعا"])
def test_a_title_is_cut_between_what_readers_take_for_characters(title: str, unit: str) -> None:
    short = shortened(title, 12, unit)
    assert size_of(short, unit) <= 12
    assert title.startswith(short.removesuffix("…"))
    assert short.count("\u200d") % 3 == 0, "a family stays together"


def test_what_fits_is_the_very_same() -> None:
    said: list[Outgoing] = [TextMessage("a"), Choices("b", quick_replies=REPLIES), Card("c", buttons=(Button("Buy"),))]
    wide = Capabilities()
    assert all(fitted is message for fitted, message in zip(degrade(said, wide), said, strict=True))
