"""Fits messages to what a channel can show: by declared rules, never by an error of the channel's API."""

from collections.abc import Iterator
from typing import Any

import msgspec

from gutenbot.events.messages import (
    Buttons,
    Card,
    Carousel,
    Choices,
    FormMessage,
    Image,
    LocationMessage,
    Outgoing,
    QuickReply,
    TextMessage,
    plain_text,
)
from gutenbot.kernel.graphemes import GRAPHEME
from gutenbot.turns.channel import Capabilities


def degrade(messages: list[Outgoing], can: Capabilities) -> list[Outgoing]:
    """The messages as this channel can show them, in order."""
    return [_titled(fitted, can) for message in messages for fitted in _fitted(message, can)]


def titles_of(message: Outgoing) -> Iterator[str]:
    """The words on its buttons and quick replies."""
    yield from (reply.title for reply in message.quick_replies)
    if isinstance(message, Buttons | Card):
        yield from (button.title for button in message.buttons)
    elif isinstance(message, Carousel):
        for card in message.cards:
            yield from titles_of(card)


def size_of(text: str, unit: str) -> int:
    """How much a text is in a channel's unit."""
    return len(text) if unit == "characters" else _width(text, unit)


def shortened(title: str, limit: int, unit: str) -> str:
    """The title with so much at most; what is left out is shown by `…`. 0: as it is."""
    if not limit or size_of(title, unit) <= limit:
        return title
    room, kept = limit - _width("…", unit), ""
    for grapheme in GRAPHEME.findall(title):
        if size_of(kept + grapheme, unit) > room:
            break
        kept += grapheme
    return f"{kept.rstrip()}…"


def _titled(message: Outgoing, can: Capabilities) -> Outgoing:
    """The message with all words on buttons as long as they may be. Each still does and sends what it did."""
    limit, unit = can.title_limit, can.unit
    if not limit or all(size_of(title, unit) <= limit for title in titles_of(message)):
        return message
    changes: dict[str, Any] = {
        "quick_replies": tuple(
            msgspec.structs.replace(
                reply, title=shortened(reply.title, limit, unit), payload=reply.payload or reply.title
            )
            if size_of(reply.title, unit) > limit
            else reply
            for reply in message.quick_replies
        )
    }
    if isinstance(message, Buttons | Card):
        changes["buttons"] = tuple(
            msgspec.structs.replace(
                button, title=shortened(button.title, limit, unit), value=button.value or button.title
            )
            for button in message.buttons
        )
    elif isinstance(message, Carousel):
        changes["cards"] = tuple(_titled(card, can) for card in message.cards)
    return msgspec.structs.replace(message, **changes)


def _fitted(message: Outgoing, can: Capabilities) -> Iterator[Outgoing]:
    match message:
        case Carousel() if can.carousel < len(message.cards):
            yield from _cards_one_by_one(message, can)
        case Card() if not can.cards:
            yield from _card_in_parts(message, can)
        case Buttons() if len(message.buttons) > can.buttons:
            yield from _fitted(_buttons_in_words(message), can)
        case FormMessage() if not can.forms:
            fields = "\n".join(f"• {field.label}" for field in message.fields)
            yield from _text(
                TextMessage(f"{message.title}\n{fields}".strip(), quick_replies=message.quick_replies), can
            )
        case LocationMessage() if not can.location:
            link = f"https://www.openstreetmap.org/?mlat={message.latitude}&mlon={message.longitude}"
            yield from _text(TextMessage(f"{plain_text(message)}\n{link}", quick_replies=message.quick_replies), can)
        case TextMessage() | Choices():
            yield from _text(message, can)
        case Buttons():
            yield from _buttons(message, can)
        case _ if message.__struct_config__.tag in ("image", "audio", "video", "file"):
            yield from _media(message, can)
        case _:
            yield _limited_replies(message, can)


def _media(message: Outgoing, can: Capabilities) -> Iterator[Outgoing]:
    if message.__struct_config__.tag not in can.media:
        url = getattr(message, "url", "")
        yield from _text(TextMessage(f"{plain_text(message)}\n{url}".strip(), quick_replies=message.quick_replies), can)
        return
    caption = getattr(message, "caption", "")
    if size_of(caption, can.unit) <= (can.caption_limit or can.text_limit):
        yield _limited_replies(message, can)
        return
    yield msgspec.structs.replace(message, caption="", quick_replies=())
    yield from _text(TextMessage(caption, quick_replies=message.quick_replies, locale=message.locale), can)


def _buttons(message: Buttons, can: Capabilities) -> Iterator[Outgoing]:
    """Long words in several messages; the buttons come with the last one."""
    *before, last = split_text(message.text, can.text_limit, can.unit) or [message.text]
    for part in before:
        yield TextMessage(part, typing_ms=message.typing_ms, wait_ms=message.wait_ms, locale=message.locale)
    yield _limited_replies(msgspec.structs.replace(message, text=last) if before else message, can)


def _text(message: TextMessage | Choices, can: Capabilities) -> Iterator[Outgoing]:
    """Long words in several messages; the answers come with the last one, in words where there are too many."""
    if len(message.quick_replies) > can.quick_replies:
        listed = f"{message.text}\n{_numbered(message.quick_replies)}"
        message = msgspec.structs.replace(TextMessage(listed), typing_ms=message.typing_ms, wait_ms=message.wait_ms)
    if len(message.text) * 4 <= can.text_limit:
        yield message
        return
    parts = split_text(message.text, can.text_limit, can.unit)
    for part in parts[:-1]:
        yield TextMessage(part, typing_ms=message.typing_ms, wait_ms=message.wait_ms, locale=message.locale)
    yield msgspec.structs.replace(message, text=parts[-1]) if parts else message


def _limited_replies(message: Outgoing, can: Capabilities) -> Outgoing:
    if len(message.quick_replies) <= can.quick_replies:
        return message
    return msgspec.structs.replace(message, quick_replies=message.quick_replies[: can.quick_replies])


def _numbered(replies: tuple[QuickReply, ...]) -> str:
    return "\n".join(f"{number}. {reply.title}" for number, reply in enumerate(replies, 1))


def _buttons_in_words(message: Buttons) -> TextMessage:
    lines = [f"{b.title}: {b.value}" if b.kind in ("link", "call") else f"• {b.title}" for b in message.buttons]
    return TextMessage("\n".join([message.text, *lines]), quick_replies=message.quick_replies)


def _cards_one_by_one(message: Carousel, can: Capabilities) -> Iterator[Outgoing]:
    for card in message.cards[:-1]:
        yield from _fitted(card, can)
    if message.cards:
        yield from _fitted(msgspec.structs.replace(message.cards[-1], quick_replies=message.quick_replies), can)


def _card_in_parts(card: Card, can: Capabilities) -> Iterator[Outgoing]:
    if card.image:
        yield from _media(Image(card.image, alt=card.alt or card.title), can)
    text = "\n".join(part for part in (card.title, card.subtitle, card.url) if part)
    body = Buttons(text, card.buttons) if card.buttons else TextMessage(text)
    yield from _fitted(msgspec.structs.replace(body, quick_replies=card.quick_replies), can)


def split_text(text: str, limit: int, unit: str = "characters") -> list[str]:
    """The text in parts of at most `limit` units: at paragraphs, lines or blanks where it can, never inside a grapheme."""
    parts: list[str] = []
    current: list[str] = []
    size = 0
    for found in GRAPHEME.findall(text):
        grapheme = found if _width(found, unit) <= limit else "\ufffd"  # 500 combining marks fit nowhere
        width = _width(grapheme, unit)
        if size + width > limit:
            head, rest = _break(current)
            parts.append(head)
            current = rest
            size = sum(_width(g, unit) for g in rest)
        current.append(grapheme)
        size += width
    if current:
        parts.append("".join(current))
    return [part for part in parts if part.strip()]


def _break(graphemes: list[str]) -> tuple[str, list[str]]:
    """Cuts at the last good place of the second half."""
    for mark in ("\n", " "):
        for index in range(len(graphemes) - 1, len(graphemes) // 2, -1):
            if graphemes[index] == mark:
                return "".join(graphemes[:index]), graphemes[index + 1 :]
    return "".join(graphemes), []


def _width(grapheme: str, unit: str) -> int:
    if unit == "utf8":
        return len(grapheme.encode("utf-8", "replace"))
    if unit == "utf16":
        return len(grapheme.encode("utf-16-le", "replace")) // 2
    return len(grapheme)
