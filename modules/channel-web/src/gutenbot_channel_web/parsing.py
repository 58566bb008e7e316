"""What clients say, read without trust: JSON, frames and events become typed values, or a mistake that names what is wrong."""

import json
import math
import re
from typing import Any, NoReturn, TypeVar

import msgspec

from gutenbot.sdk import FormEvent, Incoming, LocationEvent, MessageEvent, PayloadEvent
from gutenbot_channel_web.errors import BadFrame, BadId, BadJson, Empty, TooLarge, TooLong

T = TypeVar("T")

FRAME_LIMIT = 64 << 10
TEXT_LIMIT = 8000
PAYLOAD_LIMIT = 2000
FIELDS_LIMIT = 200
_EXACT = 2**53
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Message(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    """Words."""

    body: str


class Payload(msgspec.Struct, frozen=True, tag_field="type", tag="payload"):
    """A tap."""

    payload: str
    title: str = ""


class Form(msgspec.Struct, frozen=True, tag_field="type", tag="form"):
    """A filled form."""

    form_id: str
    values: dict[str, str | float | int | bool | None]


class Location(msgspec.Struct, frozen=True, tag_field="type", tag="location"):
    """A place."""

    latitude: float
    longitude: float
    title: str = ""


VisitorEvent = Message | Payload | Form | Location


class Open(msgspec.Struct, frozen=True, tag_field="t", tag="open"):
    """Follow a conversation."""

    conversation: str
    after: int = 0


class Send(msgspec.Struct, frozen=True, tag_field="t", tag="send"):
    """An event for the bot; as the body of a POST it has neither `t` nor `conversation`."""

    conversation: str
    id: str
    event: VisitorEvent


class Read(msgspec.Struct, frozen=True, tag_field="t", tag="read"):
    """Everything up to `n` was seen."""

    conversation: str
    n: int


class Typing(msgspec.Struct, frozen=True, tag_field="t", tag="typing"):
    """The visitor writes: told to those who look at the conversation."""

    conversation: str


class End(msgspec.Struct, frozen=True, tag_field="t", tag="end"):
    """The visitor ends the conversation."""

    conversation: str


class Ping(msgspec.Struct, frozen=True, tag_field="t", tag="ping"):
    """Are you there?"""


Frame = Open | Send | Read | Typing | End | Ping


class Session(msgspec.Struct, frozen=True):
    """The start of a visit."""

    visitor: str = ""
    user_token: str = ""
    locale: str = ""
    time_zone: str = ""
    page: str = ""


class Posted(msgspec.Struct, frozen=True):
    """The body of `POST messages`."""

    id: str
    event: VisitorEvent


class Position(msgspec.Struct, frozen=True):
    """The body of `POST read`."""

    n: int


def read_object(data: bytes | str) -> dict[str, Any]:
    """One JSON object. Raises `BadJson`: for duplicate keys, NaN, deep nesting, numbers without end, bytes that are no UTF-8."""
    try:
        text = data.decode() if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except RecursionError:
        raise BadJson(reason="It is nested too deeply.") from None
    except ValueError:
        raise BadJson(reason="It cannot be read.") from None
    if not isinstance(value, dict):
        raise BadJson(reason="It is not an object.")
    return value


def read_as(kind: type[T] | Any, value: dict[str, Any]) -> T:
    """The object as a record of this kind. Raises `BadFrame`; unknown fields are for newer servers and ignored."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError, OverflowError, UnicodeEncodeError) as error:
        raise BadFrame(reason=_clean(str(error))[:200]) from None


def read_frame(text: str) -> Frame:
    """A frame of the socket. Raises `TooLarge`, `BadJson` and `BadFrame`."""
    if len(text) > FRAME_LIMIT or len(text.encode("utf-8", "surrogatepass")) > FRAME_LIMIT:
        raise TooLarge(limit=FRAME_LIMIT)
    return read_as(Frame, read_object(text))


def message_id(value: str) -> str:
    """The client's id of a message. Raises `BadId`."""
    if _ID.fullmatch(value) is None:
        raise BadId
    return value


def frame_id(text: str) -> str:
    """The id in a frame that was refused, so that the client knows which one it was; empty when it has none."""
    try:
        value = read_object(text[: FRAME_LIMIT + 1]).get("id")
    except BadJson:
        return ""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def incoming(event: VisitorEvent) -> Incoming:
    """The event as the bot gets it. Raises `TooLong`, `Empty` and `BadFrame`."""
    match event:
        case Message(body=body):
            return MessageEvent(body=_words("A message", body, TEXT_LIMIT))
        case Payload(payload=payload, title=title):
            if not payload and not title:
                raise Empty
            return PayloadEvent(payload=_within("A payload", payload or title, PAYLOAD_LIMIT), title=_title(title))
        case Form(form_id=form_id, values=values):
            return FormEvent(form_id=_words("A form's id", form_id, 200), values=_values(values))
        case Location(latitude=north, longitude=east, title=title):
            if not (-90 <= north <= 90 and -180 <= east <= 180):
                raise BadFrame(reason="there is no such place")
            return LocationEvent(latitude=north, longitude=east, title=_title(title))


def _words(what: str, text: str, limit: int) -> str:
    if not text.strip():
        raise Empty
    return _within(what, text, limit)


def _within(what: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise TooLong(what=what, limit=limit, length=len(text))
    return _clean(text)


def _title(text: str) -> str:
    return _within("A title", text, PAYLOAD_LIMIT)


def _values(values: dict[str, str | float | int | bool | None]) -> dict[str, Any]:
    if len(values) > FIELDS_LIMIT:
        raise BadFrame(reason=f"a form has at most {FIELDS_LIMIT} fields")
    return {_within("A field's name", name, 200): _value(value) for name, value in values.items()}


def _value(value: str | float | int | bool | None) -> Any:
    if isinstance(value, str):
        return _within("A field", value, TEXT_LIMIT)
    if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) < _EXACT):
        raise BadFrame(reason="a number is too large")
    return value


def _clean(text: str) -> str:
    """What no database can hold is replaced, as storage would do it (INP-02, INP-03)."""
    return _UNSTORABLE.sub("\ufffd", text)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate keys")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
