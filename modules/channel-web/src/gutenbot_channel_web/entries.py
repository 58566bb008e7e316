"""Entries of a thread as clients get them: JSON in the words of the protocol, with addresses that a browser can load."""

from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from gutenbot.sdk import (
    Attachment,
    AttachmentEvent,
    Audio,
    Card,
    Carousel,
    FileMessage,
    Image,
    Incoming,
    Message,
    MessageEvent,
    Outgoing,
    Raw,
    Template,
    ThreadEntry,
    Video,
)

_encode = msgspec.json.Encoder().encode


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One entry; in a frame with `t` and `conversation`."""

    t: str = ""
    conversation: str = ""
    n: int
    dir: str
    at: int
    id: str = ""
    author: str
    body: Any


def entry_of(entry: ThreadEntry, conversation: str, bot: str, *, frame: bool = False) -> Entry:
    """An entry for clients of this conversation."""
    return Entry(
        t="entry" if frame else "",
        conversation=conversation if frame else "",
        n=entry.n,
        dir=entry.direction,
        at=entry.at_ms,
        id=entry.external_id.removeprefix(f"{conversation}:") if entry.direction == "in" else "",
        author=entry.author,
        body=_sent_by_visitor(entry.body, bot) if entry.direction == "in" else shown(entry.body),  # type: ignore[arg-type]
    )


def frame_bytes(entry: ThreadEntry, conversation: str, bot: str) -> bytes:
    """The same as the JSON of a frame."""
    return _encode(entry_of(entry, conversation, bot, frame=True))


def shown(message: Outgoing) -> Any:
    """A message as the web shows it: files of the bot get addresses, what is for other channels is left out."""
    changes: dict[str, Any] = {}
    if message.extra is not None:
        changes["extra"] = {"web": message.extra["web"]} if "web" in message.extra else None
    if any(reply.image for reply in message.quick_replies):
        replies = [msgspec.structs.replace(reply, image=media_url(reply.image)) for reply in message.quick_replies]
        changes["quick_replies"] = tuple(replies)
    match message:
        case Raw() | Template():
            return _bare(message, changes.get("extra", message.extra))
        case Image() | Audio() | Video() | FileMessage():
            changes["url"] = media_url(message.url)
        case Card():
            changes["image"] = media_url(message.image)
        case Carousel():
            changes["cards"] = tuple(_untagged(shown(card)) for card in message.cards)
        case _:
            pass
    return msgspec.structs.replace(message, **changes) if changes else message


def media_url(address: str) -> str:
    """A file of the bot, such as `pizza.png`, as an address below `/web/{bot}/`; anything else stays what it is."""
    if not address or address.startswith(("/", "#", "?")) or urlsplit(address).scheme:
        return address
    path = address.replace("\\", "/").removeprefix("./").removeprefix("media/")
    return f"media/{quote(path)}"


def relative(attachment: Attachment, bot: str) -> Attachment:
    """An upload as clients see it: its address below `/web/{bot}/` too, so that it works behind any prefix of a proxy."""
    return msgspec.structs.replace(attachment, url=attachment.url.removeprefix(f"/web/{quote(bot)}/"))


def _untagged(card: Card) -> dict[str, Any]:
    fields = msgspec.to_builtins(card)
    fields.pop("type", None)
    return fields  # type: ignore[no-any-return]


def _bare(message: Message, extra: dict[str, Any] | None) -> dict[str, Any]:
    """A body of another channel's own is not for the eyes of visitors; its place in the thread is."""
    bare: dict[str, Any] = {"type": message.__struct_config__.tag}
    return {**bare, "extra": extra} if extra else bare


def _sent_by_visitor(event: Incoming, bot: str) -> Any:
    if isinstance(event, MessageEvent | AttachmentEvent) and event.attachments:
        attachments = tuple(relative(one, bot) for one in event.attachments)
        event = msgspec.structs.replace(event, attachments=attachments)
    return event if event.raw is None else msgspec.structs.replace(event, raw=None)
