"""What a channel cannot show of a message as it is, and what it shows instead: for those who write it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gutenbot.events.messages import Buttons, Card, Carousel, Outgoing
from gutenbot.turns.channel import Capabilities
from gutenbot.turns.degrade import degrade, shortened, size_of, titles_of

_UNITS = {"characters": "characters", "utf16": "characters", "utf8": "bytes"}


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that a channel cannot show, and what it shows instead. `words`: those that are too long, as they stand."""

    what: str
    instead: str
    words: str = ""


def lost(message: Outgoing, can: Capabilities) -> Iterator[Lost]:
    """Everything that a channel changes in a message."""
    parts = degrade([message], can)
    if parts == [message]:
        return
    kind = str(message.__struct_config__.tag)
    told = False
    for field, limit in (("text", can.text_limit), ("caption", can.caption_limit or can.text_limit)):
        words = getattr(message, field, "")
        if (size := size_of(words, can.unit)) > limit:
            told = True
            yield Lost(f"a {field} of {size} {_UNITS[can.unit]} (at most {limit})", _instead(message, parts), words)
    for what in _too_many(message, can):
        told = True
        yield Lost(what, _instead(message, parts))
    shown = {title for part in parts for title in titles_of(part)}
    for title in dict.fromkeys(titles_of(message)):
        short = shortened(title, can.title_limit, can.unit)
        if short != title and short in shown:
            told = True
            size = size_of(title, can.unit)
            yield Lost(
                f"“{title}” on a button ({size} {_UNITS[can.unit]}, at most {can.title_limit})", f"“{short}”", title
            )
    if not told:
        yield Lost(_KINDS.get(kind, f"this {kind}"), _instead(message, parts))


_KINDS = {"card": "a card", "carousel": "such cards", "form": "a form", "location": "a place on a map"}


def _too_many(message: Outgoing, can: Capabilities) -> Iterator[str]:
    replies = len(message.quick_replies)
    if replies > can.quick_replies:
        yield f"{replies} quick replies (at most {can.quick_replies})"
    if isinstance(message, Carousel) and len(message.cards) > can.carousel:
        yield f"{len(message.cards)} cards beside each other (at most {can.carousel})"
    if isinstance(message, Buttons | Card) and len(message.buttons) > can.buttons:
        yield f"{len(message.buttons)} buttons (at most {can.buttons})"


def _instead(message: Outgoing, parts: Sequence[Outgoing]) -> str:
    kinds = [str(part.__struct_config__.tag) for part in parts]
    if len(parts) == 1:
        return "words" if kinds[0] in ("text", "choices") else f"one {kinds[0]}, shortened"
    return f"{len(parts)} messages: {', '.join(dict.fromkeys(kinds))}" if parts else "nothing"
