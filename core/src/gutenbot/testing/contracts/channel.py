"""The channel contract: subclass `ChannelContract` with a fixture `channel`, and pytest says whether a channel keeps it.

The fixture gives a channel whose network accepts everything (a local server, or recorded answers).
"""

import re
from typing import get_args

import msgspec

from gutenbot.events.messages import (
    Audio,
    Button,
    Buttons,
    Card,
    Carousel,
    Choices,
    Field,
    FileMessage,
    FormMessage,
    Image,
    LocationMessage,
    Outgoing,
    QuickReply,
    TextMessage,
    Typing,
    Video,
)
from gutenbot.kernel.ids import ChannelId, ConversationId
from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.channel import Burst, Channel, Outcome
from gutenbot.turns.degrade import degrade, titles_of

_URL = "https://example.org/a.png"
_REPLIES = tuple(QuickReply(f"Answer {number}", f"A{number}") for number in range(60))
_CARD = Card(title="Card", subtitle="Subtitle", image=_URL, alt="A card", buttons=(Button("Buy", value="BUY"),))
EVERY_KIND: tuple[Outgoing, ...] = (
    TextMessage("words"),
    Choices("Which?", quick_replies=_REPLIES),
    Buttons("Do", tuple(Button(f"Button {number}", value=f"B{number}") for number in range(30))),
    Image(_URL, "A picture", "Caption"),
    Audio(_URL, "A sound"),
    Video(_URL, "A film"),
    FileMessage(_URL, "a.pdf", "application/pdf", 10),
    LocationMessage(48.85, 2.35, "Paris"),
    _CARD,
    Carousel((_CARD,) * 60),
    FormMessage("form", (Field("name", "Name"),), title="Form"),
    Typing(typing_ms=10),
)
_WORDS = "Words é😀 " * 2_000
LONG: tuple[Outgoing, ...] = (
    Choices(_WORDS, quick_replies=(QuickReply(_WORDS, "A"),)),
    Buttons(_WORDS, (Button(_WORDS, value="B"),)),
    Image(_URL, "A picture", _WORDS),
    Card(title="Card", image=_URL, alt="A card", buttons=(Button(_WORDS, value="BUY"),)),
    FormMessage("form", tuple(Field(f"f{number}", "Name " * 100) for number in range(50)), title="Form"),
    LocationMessage(48.85, 2.35, _WORDS),
)
"""Each kind of message that a bot may say to any channel, in a size that no channel shows as it is."""
ODD_TEXTS = (
    "a" * 100_000,
    "👨‍👩‍👧‍👦" * 5_000,
    "\x00 NUL, \u202e turned round, \u200b nothing",
    "{{ 7*7 }} ${x} %s <b>",
    "\n\n  \n",
    "é" * 9_000,
)


class ChannelContract:
    """What the turn loop relies on in any channel."""

    def test_its_name_is_a_slug(self, channel: Channel) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", channel.id)

    def test_what_it_declares_makes_sense(self, channel: Channel) -> None:
        can = channel.capabilities
        assert can.text_limit >= 20
        assert min(can.quick_replies, can.buttons, can.carousel) >= 0
        assert can.media <= {"image", "audio", "video", "file"}
        assert channel.concurrency >= 1
        assert channel.burst in get_args(Burst)

    async def test_every_kind_of_message_is_sent_or_refused_for_good(self, channel: Channel) -> None:
        for position, message in enumerate(EVERY_KIND):
            for part, fitted in enumerate(degrade([message], channel.capabilities)):
                sent = await channel.send(_row(channel, fitted, f"kind-{position}", part))
                assert sent.outcome in ("sent", "failed"), f"{message}: {sent}"

    async def test_odd_words_are_no_reason_to_raise(self, channel: Channel) -> None:
        for position, text in enumerate(ODD_TEXTS):
            for part, fitted in enumerate(degrade([TextMessage(text)], channel.capabilities)):
                sent = await channel.send(_row(channel, fitted, f"odd-{position}", part))
                assert sent.outcome in get_args(Outcome)

    def test_what_it_is_given_fits(self, channel: Channel) -> None:
        can = channel.capabilities
        for fitted in degrade([*EVERY_KIND, *LONG, *map(TextMessage, ODD_TEXTS)], can):
            assert len(fitted.quick_replies) <= can.quick_replies
            if isinstance(fitted, TextMessage | Choices | Buttons):
                assert _size(fitted.text, can.unit) <= can.text_limit
            assert _size(getattr(fitted, "caption", ""), can.unit) <= (can.caption_limit or can.text_limit)
            for title in titles_of(fitted) if can.title_limit else ():
                assert _size(title, can.unit) <= can.title_limit

    async def test_sending_the_same_row_again_is_allowed(self, channel: Channel) -> None:
        row = _row(channel, TextMessage("once"), "again", 0)
        first, second = await channel.send(row), await channel.send(row)
        assert first.outcome == second.outcome == "sent"

    async def test_a_stranger_has_no_profile_and_that_is_no_error(self, channel: Channel) -> None:
        told = await channel.profile("nobody-knows-this-address")
        assert told is None or isinstance(told, dict)

    async def test_what_a_profile_tells_can_be_stored(self, channel: Channel) -> None:
        msgspec.json.encode(await channel.profile("somebody"))


def _size(text: str, unit: str) -> int:
    if unit == "characters":
        return len(text)
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text.encode())


def _row(channel: Channel, message: Outgoing, cause: str, k: int) -> OutgoingRow:
    return OutgoingRow(
        conversation_id=ConversationId("contract"),
        n=1,
        cause=cause,
        k=k,
        channel_id=ChannelId(channel.id),
        thread="thread",
        message=message,
        state="claimed",
        tries=1,
    )
