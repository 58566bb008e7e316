"""Messages as lines that a product person can read and write: the notation of transcripts.

A message is one line; what follows of it is indented by two blanks. What is offered stands behind it in brackets.
"""

from collections.abc import Iterable

from gutenbot.events.incoming import (
    AttachmentEvent,
    CustomEvent,
    FormEvent,
    Incoming,
    LocationEvent,
    PayloadEvent,
    ReactionEvent,
    ReferralEvent,
)
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
    Raw,
    Template,
    TextMessage,
    Typing,
    Video,
)

_SPECIAL = ("#", ">", "---", "\\", "@", "  ")
_LINKS = {"link": "", "call": "tel:", "copy": "copy:"}


def lines_of(message: Outgoing) -> list[str]:
    """A message in the notation; none for what shows nothing (a typing indicator)."""
    if isinstance(message, Typing):
        return []
    options = [_button(button) for button in getattr(message, "buttons", ())]
    options += [f"[{reply.title}]" for reply in message.quick_replies]
    if isinstance(message, Carousel):
        lines = ["(carousel)", *(_with_options([_body(card)], map(_button, card.buttons))[0] for card in message.cards)]
        return _indented(_with_options(lines, options))
    lines = [line.rstrip() for line in _body(message).splitlines() if line.strip()] or [""]
    lines[0] = _escaped(lines[0])
    return _indented(_with_options(lines, options))


def text_of(message: Outgoing) -> str:
    """A message in the notation, as one string."""
    return "\n".join(lines_of(message))


def said(event: Incoming) -> str:
    """What a user did, in the notation, without the leading `> `."""
    match event:
        case PayloadEvent():
            return f"[{event.title or event.payload}]"
        case AttachmentEvent():
            return " ".join(f"(file: {file.name or file.url})" for file in event.attachments)
        case FormEvent():
            return f"(form: {', '.join(f'{name}={value}' for name, value in event.values.items())})"
        case LocationEvent():
            return f"(location: {event.latitude}, {event.longitude})"
        case ReactionEvent():
            return f"(reaction: {event.emoji})"
        case ReferralEvent():
            return f"(referral: {event.ref})"
        case CustomEvent():
            return f"(event: {event.name})"
        case _:
            return event.text.replace("\n", "\n>> ")


def _body(message: Outgoing) -> str:
    match message:
        case TextMessage(text=text) | Choices(text=text) | Buttons(text=text):
            return text
        case Image(alt=alt, caption=caption):
            return _captioned(f"(image: {alt})", caption)
        case Audio(alt=alt, caption=caption):
            return _captioned(f"(audio: {alt})", caption)
        case Video(alt=alt, caption=caption):
            return _captioned(f"(video: {alt})", caption)
        case FileMessage(name=name):
            return f"(file: {name})"
        case LocationMessage():
            place = message.title or f"{message.latitude}, {message.longitude}"
            return f"(location: {_joined(place, message.address)})"
        case Card(title=title, subtitle=subtitle):
            return f"(card: {_joined(title, subtitle)})"
        case FormMessage():
            fields = ", ".join(_field(field) for field in message.fields)
            return f"(form: {_joined(message.title, fields)})"
        case Template(name=name):
            return f"(template: {name})"
        case Raw(channel=channel):
            return f"(raw: {channel})"
        case _:
            return ""


def _captioned(what: str, caption: str) -> str:
    return f"{what} {caption}" if caption else what


def _joined(*parts: str) -> str:
    return " | ".join(" ".join(part.split()) for part in parts if part)


def _field(field: Field) -> str:
    return field.label if field.required else f"{field.label} (optional)"


def _button(button: Button) -> str:
    prefix = _LINKS.get(button.kind)
    return f"[{button.title}]" if prefix is None else f"[{button.title}]({prefix}{button.value})"


def _with_options(lines: list[str], options: Iterable[str]) -> list[str]:
    offered = " ".join(options)
    return [*lines[:-1], f"{lines[-1]}  {offered}".strip()] if offered else lines


def _indented(lines: list[str]) -> list[str]:
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _escaped(line: str) -> str:
    return f"\\{line}" if line.startswith(_SPECIAL) else line


def offers(messages: Iterable[Outgoing]) -> list[QuickReply | Button]:
    """All that can be tapped in these messages."""
    found: list[QuickReply | Button] = []
    for message in messages:
        cards = message.cards if isinstance(message, Carousel) else (message,)
        for part in cards:
            found += getattr(part, "buttons", ())
        found += message.quick_replies
    return found
