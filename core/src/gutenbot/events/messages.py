"""What a bot can say, in a form that every channel understands. A channel degrades what it cannot show."""

from typing import Any, Literal

import msgspec

ButtonKind = Literal["say", "postback", "link", "call", "copy"]


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button: `say` sends its value as text, `postback` sends a payload, `link` opens, `call` dials, `copy` copies."""

    title: str
    kind: ButtonKind = "postback"
    value: str = ""
    """The text, payload, URL, telephone number or words to copy, by kind; empty means the title."""


class QuickReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """One offered answer: shown as `title`, arrives as a payload event with `payload` (empty: as text)."""

    title: str
    payload: str = ""
    image: str = ""


class Message(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What all messages share."""

    quick_replies: tuple[QuickReply, ...] = ()
    typing_ms: int = 0
    """Show the typing indicator for so long before the message."""
    wait_ms: int = 0
    """Pause for so long before the typing indicator."""
    content_id: str = ""
    """The content item that it was rendered from."""
    variant: str = ""
    """Which of its variants, where it has some."""
    locale: str = ""
    """BCP 47 tag of its words, when known."""
    extra: dict[str, Any] | None = None
    """What one channel alone understands (the `on:` overrides it does not share with others)."""


class TextMessage(Message, frozen=True, tag="text"):
    """Words, in the safe Markdown subset."""

    text: str


class Choices(Message, frozen=True, tag="choices"):
    """A question with offered answers (`quick_replies`)."""

    text: str


class Buttons(Message, frozen=True, tag="buttons"):
    """Words with buttons that stay usable."""

    text: str
    buttons: tuple[Button, ...]


class Image(Message, frozen=True, tag="image"):
    """A picture; `alt` says what it shows for those who do not see it."""

    url: str
    alt: str
    caption: str = ""


class Audio(Message, frozen=True, tag="audio"):
    """A sound; `alt` is its transcript or description."""

    url: str
    alt: str = ""
    caption: str = ""


class Video(Message, frozen=True, tag="video"):
    """A film; `alt` describes it."""

    url: str
    alt: str = ""
    caption: str = ""


class FileMessage(Message, frozen=True, tag="file"):
    """A file to download."""

    url: str
    name: str
    mime: str = "application/octet-stream"
    size: int = 0
    """Bytes; 0 when unknown."""


class LocationMessage(Message, frozen=True, tag="location"):
    """A place; degrees north and east (WGS 84)."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


class Card(Message, frozen=True, tag="card"):
    """A title with picture, subtitle and buttons."""

    title: str
    subtitle: str = ""
    image: str = ""
    alt: str = ""
    url: str = ""
    buttons: tuple[Button, ...] = ()


class Carousel(Message, frozen=True, tag="carousel"):
    """Cards side by side, or a list where the channel has no carousel."""

    cards: tuple[Card, ...]
    layout: Literal["carousel", "list"] = "carousel"


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field of a form."""

    name: str
    label: str
    kind: Literal["text", "textarea", "number", "email", "phone", "date", "time", "select", "checkbox", "password"] = (
        "text"
    )
    required: bool = True
    placeholder: str = ""
    options: tuple[QuickReply, ...] = ()
    """For `select`: the shown title and the value that is sent."""
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None


class FormMessage(Message, frozen=True, tag="form"):
    """Fields that are filled in and sent together."""

    form_id: str
    fields: tuple[Field, ...]
    title: str = ""
    submit: str = ""
    """The words of the button; empty: the channel's own, in the user's language."""


class Typing(Message, frozen=True, tag="typing"):
    """Only the typing indicator or a pause (see `typing_ms`, `wait_ms`)."""


class Template(Message, frozen=True, tag="template"):
    """A pre-approved template of the channel, by name."""

    name: str
    parameters: dict[str, Any] = {}


class Raw(Message, frozen=True, tag="raw"):
    """A body of one channel's own, sent to that channel as it is."""

    channel: str
    body: dict[str, Any]


Outgoing = (
    TextMessage
    | Choices
    | Buttons
    | Image
    | Audio
    | Video
    | FileMessage
    | LocationMessage
    | Card
    | Carousel
    | FormMessage
    | Typing
    | Template
    | Raw
)


def plain_text(message: Outgoing) -> str:
    """The message in words alone: for terminals, transcripts, screen readers and channels without richer forms."""
    match message:
        case TextMessage(text=text) | Choices(text=text) | Buttons(text=text):
            return text
        case Image(alt=alt, caption=caption) | Audio(alt=alt, caption=caption) | Video(alt=alt, caption=caption):
            return caption or alt
        case FileMessage(name=name):
            return name
        case LocationMessage(title=title, address=address, latitude=north, longitude=east):
            return title or address or f"{north}, {east}"
        case Card(title=title, subtitle=subtitle):
            return f"{title}\n{subtitle}" if subtitle else title
        case Carousel(cards=cards):
            return "\n".join(card.title for card in cards)
        case FormMessage(title=title, form_id=form_id):
            return title or form_id
        case Template(name=name):
            return name
        case _:
            return ""
