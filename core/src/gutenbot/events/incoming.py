"""What can arrive in a conversation, in a form that every channel translates to."""

from typing import Any

import msgspec


class UserText(str):
    """Words that a user wrote: said again, they are always literal, never the name of a content item (INP-10)."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return UserText(super().__format__(spec))


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file that came with a message."""

    url: str
    mime: str = "application/octet-stream"
    name: str = ""
    size: int = 0
    """Bytes; 0 when unknown."""
    blob_id: str = ""
    """The stored copy, when the channel took one in."""


class Event(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What all incoming events share."""

    raw: dict[str, Any] | None = None
    """The channel's own form, for conditions on deep paths."""

    @property
    def text(self) -> str:
        """Its words; empty where there are none."""
        return ""


class MessageEvent(Event, frozen=True, tag="message", kw_only=True):
    """Words from a user, perhaps with files."""

    body: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def text(self) -> str:
        return UserText(self.body)


class PayloadEvent(Event, frozen=True, tag="payload", kw_only=True):
    """A tap on a button, a quick reply or a menu entry."""

    payload: str
    title: str = ""

    @property
    def text(self) -> str:
        return UserText(self.title or self.payload)


class FormEvent(Event, frozen=True, tag="form", kw_only=True):
    """A form that was filled in."""

    form_id: str
    values: dict[str, Any]


class AttachmentEvent(Event, frozen=True, tag="attachment", kw_only=True):
    """Files without words."""

    attachments: tuple[Attachment, ...]


class LocationEvent(Event, frozen=True, tag="location", kw_only=True):
    """A place that the user sent; degrees north and east (WGS 84)."""

    latitude: float
    longitude: float
    title: str = ""


class ReactionEvent(Event, frozen=True, tag="reaction", kw_only=True):
    """An emoji on a message; `removed` when it was taken back."""

    emoji: str
    target: str
    removed: bool = False


class ReferralEvent(Event, frozen=True, tag="referral", kw_only=True):
    """How the user came here: a link, an advert, a code."""

    ref: str
    source: str = ""


class CustomEvent(Event, frozen=True, tag="custom", kw_only=True):
    """An event of a bot's, a module's or another system's own, by name."""

    name: str
    data: dict[str, Any] = {}


class TimerEvent(Event, frozen=True, tag="timer", kw_only=True):
    """A timer of this conversation came due. Internal: never from a channel."""

    name: str
    generation: int


Incoming = (
    MessageEvent
    | PayloadEvent
    | FormEvent
    | AttachmentEvent
    | LocationEvent
    | ReactionEvent
    | ReferralEvent
    | CustomEvent
    | TimerEvent
)

HIDDEN = "•••"
"""What stands in the thread in place of a secret answer."""


def redacted(event: Incoming) -> Incoming:
    """The event without its words."""
    match event:
        case MessageEvent():
            return msgspec.structs.replace(event, body=HIDDEN, raw=None)
        case PayloadEvent():
            return msgspec.structs.replace(event, payload=HIDDEN, title="", raw=None)
        case FormEvent():
            return msgspec.structs.replace(event, values=dict.fromkeys(event.values, HIDDEN), raw=None)
        case _:
            return msgspec.structs.replace(event, raw=None)


VISIBLE = (MessageEvent, PayloadEvent, FormEvent, AttachmentEvent, LocationEvent)
"""The kinds that people see in the thread; only these get a position in it."""
