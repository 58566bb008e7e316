"""The contract of an answer: parse an event to a value, or say why it is none."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from gutenbot.events.incoming import Incoming, MessageEvent, PayloadEvent
from gutenbot.events.messages import FormMessage, QuickReply

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may look at besides the event."""

    now: datetime
    locale: str = "en"
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    options: tuple[QuickReply, ...] = ()
    """The answers that were offered with the question."""
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Localised word lists, case-folded: `yes`, `no`."""


class Invalid(Exception):
    """The event is no valid answer; `reason` is a content id (or plain words) that is said, with `data`."""

    def __init__(self, reason: str, **data: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.data = data


class Answer(Generic[T]):
    """A typed parser of replies. Subclass it for an answer of your own: `parse` is all it needs."""

    __slots__ = ()

    def parse(self, event: Incoming, context: Context) -> T:
        """The value of a reply. Raises `Invalid("#content.id", **data)` when it is none."""
        raise NotImplementedError

    def options(self) -> tuple[QuickReply, ...]:
        """Answers to offer where the question itself offers none."""
        return ()

    def form(self) -> FormMessage | None:
        """A form to show with the question."""
        return None

    def dump(self, value: Any) -> Any:
        """The JSON form of a value of this answer, for the journal."""
        return value

    def load(self, stored: Any) -> T:
        """The value of its JSON form."""
        return stored  # type: ignore[no-any-return]


def said(event: Incoming, reason: str) -> str:
    """The words of a message or a tap, trimmed. Raises `Invalid(reason)` when there are none."""
    if isinstance(event, PayloadEvent):
        return event.payload.strip()
    if isinstance(event, MessageEvent) and event.body.strip():
        return event.body.strip()
    raise Invalid(reason)


def folded(text: str) -> str:
    """Text for comparing: case, accents, punctuation at the ends and runs of blanks do not count."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split()).strip(" .,;:!?¡¿\"'()")


def digits_folded(text: str) -> str:
    """The text with all decimal digits (Arabic, Persian, Devanagari …) as 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
