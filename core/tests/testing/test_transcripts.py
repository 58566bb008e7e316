"""Transcripts: the notation, what a difference looks like, and how it is approved."""

from pathlib import Path

import pytest

from gutenbot import Bot, Button, Card, Carousel, Chat, Choice, Image
from gutenbot.events.messages import (
    Audio,
    Buttons,
    Field,
    FileMessage,
    FormMessage,
    LocationMessage,
    Outgoing,
    QuickReply,
    Raw,
    Template,
    TextMessage,
    Typing,
)
from gutenbot.testing import TranscriptBroken, TranscriptDiffers, run_transcript
from gutenbot.testing.notation import lines_of
from gutenbot.testing.transcript import read_transcript

_BUTTONS = (Button("Buy", value="BUY"), Button("Site", "link", "https://x.org"), Button("Call", "call", "+331"))


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (TextMessage("Hello"), ["Hello"]),
        (TextMessage("One\n\n  two \nthree"), ["One", "    two", "  three"]),
        (TextMessage("# no heading"), ["\\# no heading"]),
        (TextMessage("> no user"), ["\\> no user"]),
        (TextMessage("--- no note ---"), ["\\--- no note ---"]),
        (TextMessage("Size?", quick_replies=(QuickReply("S"), QuickReply("L"))), ["Size?  [S] [L]"]),
        (Buttons("Do", _BUTTONS), ["Do  [Buy] [Site](https://x.org) [Call](tel:+331)"]),
        (Image("u", "A cat"), ["(image: A cat)"]),
        (Image("u", "A cat", "Mine"), ["(image: A cat) Mine"]),
        (Audio("u", "A song"), ["(audio: A song)"]),
        (FileMessage("u", "a.pdf"), ["(file: a.pdf)"]),
        (LocationMessage(1.5, 2.5, "Home", "1 Main St"), ["(location: Home | 1 Main St)"]),
        (LocationMessage(1.5, 2.5), ["(location: 1.5, 2.5)"]),
        (Card("Pizza", "Hot", buttons=_BUTTONS[:1]), ["(card: Pizza | Hot)  [Buy]"]),
        (
            Carousel((Card("A", buttons=_BUTTONS[:1]), Card("B", "Sub"))),
            ["(carousel)", "  (card: A)  [Buy]", "  (card: B | Sub)"],
        ),
        (
            FormMessage("f", (Field("a", "Name"), Field("b", "Note", required=False)), title="Contact"),
            ["(form: Contact | Name, Note (optional))"],
        ),
        (Typing(typing_ms=10), []),
        (Template("welcome"), ["(template: welcome)"]),
        (Raw("sms", {}), ["(raw: sms)"]),
    ],
)
def test_every_kind_of_message_has_its_notation(message: Outgoing, lines: list[str]) -> None:
    assert lines_of(message) == lines


def shop() -> Bot:
    bot = Bot("shop")

    @bot.hear("order")
    async def order(chat: Chat) -> None:
        size = await chat.ask("Which size?", Choice({"S": "Small", "M": "Medium"}))
        await chat.say(f"One {size} for {chat.user.first_name}\nThank you")

    @bot.on("paid")
    async def paid(chat: Chat) -> None:
        await chat.say("Paid.")

    @bot.fallback
    async def fallback(chat: Chat) -> None:
        await chat.say(f"# {chat.message.text}")

    return bot


RIGHT = """# Orders

Some prose about orders.
- also a list

## A plain order

Prose again.

> order
Which size?  [Small] [Medium]

--- restart ---
# a comment
> [Medium]
One M for Ann
  Thank you

## Two people

> order
Which size?   [Small]  [Medium]
--- user Bob (fr, on sms) ---
> hello
\\# hello
> first line
>> second line
\\# first line
  second line
--- user Ann ---
> [Small]
One S for Ann
  Thank you
--- 3 hours later ---
--- event paid {"key": "7"} ---
Paid.
> (file: photo.png)
\\#
"""


def test_a_transcript_that_is_right_passes_and_approving_it_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "order.chat.md"
    path.write_text(RIGHT, "utf-8")
    run_transcript(shop(), path)
    run_transcript(shop(), path, approve=True)
    assert path.read_text("utf-8") == RIGHT


def test_a_difference_is_shown_with_its_line_and_can_be_approved(tmp_path: Path) -> None:
    path = tmp_path / "order.chat.md"
    path.write_text(RIGHT.replace("One M for Ann", "Two M for Ann").replace("Paid.\n", ""), "utf-8")
    with pytest.raises(TranscriptDiffers) as caught:
        run_transcript(shop(), path)
    told = str(caught.value)
    assert f"{path}:15:" in told
    assert "-Two M for Ann\n+One M for Ann" in told
    assert "--approve" in told
    run_transcript(shop(), path, approve=True)
    assert path.read_text("utf-8") == RIGHT


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("> [Huge]", r"(?s)line 1: > \[Huge\].*cannot tap \[Huge\]"),
        ("--- tomorrow ---", "'tomorrow' is unknown. There are: restart"),
        ("--- some time later ---", "is no span of time"),
        ("> (location: here)", "is no place"),
    ],
)
def test_a_line_that_cannot_be_carried_out_says_which_and_why(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "x.chat.md"
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(TranscriptBroken, match=why):
        run_transcript(shop(), path)


def test_what_others_hear_is_shown_with_their_name(tmp_path: Path) -> None:
    bot = shop()

    @bot.hear("tell bob")
    async def tell(chat: Chat) -> None:
        from gutenbot.kernel.ids import user_id

        async def send() -> None:
            await bot.send(user_id("shop", "web", "bob"), "news")

        await chat.step(send)

    path = tmp_path / "x.chat.md"
    path.write_text("--- user Bob ---\n> hi\n\\# hi\n--- user Ann ---\n> tell bob\n@Bob: news\n", "utf-8")
    run_transcript(bot, path)


def test_reading_keeps_every_line() -> None:
    scenarios = read_transcript(RIGHT)
    assert [scenario.name for scenario in scenarios] == ["transcript", "A plain order", "Two people"]
    assert "".join(scenario.text() for scenario in scenarios) == RIGHT
    assert [len(scenario.blocks) for scenario in scenarios] == [0, 3, 9]
