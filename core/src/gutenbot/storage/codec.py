"""Structs to JSON text and back. The one place where text is made storable: NUL and lone surrogates become U+FFFD."""

from collections.abc import Callable
from typing import Any

import msgspec

from gutenbot.events.incoming import Incoming
from gutenbot.events.messages import Outgoing
from gutenbot.storage.errors import NotStorable

_REPLACEMENT = "\ufffd"
_encode = msgspec.json.Encoder().encode
_incoming: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(Incoming)
_outgoing: msgspec.json.Decoder[Outgoing] = msgspec.json.Decoder(Outgoing)
_raw: msgspec.json.Decoder[msgspec.Raw] = msgspec.json.Decoder(msgspec.Raw)

decode_incoming: Callable[[str], Incoming] = _incoming.decode
decode_outgoing: Callable[[str], Outgoing] = _outgoing.decode
decode_object: Callable[[str], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode
decode_any: Callable[[str], Any] = msgspec.json.Decoder().decode


def clean(text: str) -> str:
    """The text as both databases can hold it: NUL and lone surrogates replaced (INP-02, INP-03)."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", _REPLACEMENT)


def encode_incoming(event: Incoming) -> tuple[Incoming, str]:
    """The storable form of an event (the same object, if it was storable) and its JSON."""
    text = _try_encode(event)
    if text is not None:
        return event, text
    cleaned = msgspec.convert(_clean_deep(msgspec.to_builtins(event)), Incoming)
    return cleaned, _must_encode(cleaned)


def encode_outgoing(message: Outgoing) -> tuple[Outgoing, str]:
    """The storable form of a message (the same object, if it was storable) and its JSON."""
    text = _try_encode(message)
    if text is not None:
        return message, text
    cleaned = msgspec.convert(_clean_deep(msgspec.to_builtins(message)), Outgoing)
    return cleaned, _must_encode(cleaned)


def encode_any(value: Any) -> str:
    """JSON of plain data. Raises `NotStorable` when it is not plain data."""
    text = _try_encode(value)
    return text if text is not None else _must_encode(_clean_deep(msgspec.to_builtins(value)))


def check_json(data: bytes) -> None:
    """Raises `msgspec.DecodeError` unless the bytes are one JSON value (or none at all)."""
    if data:
        _raw.decode(data)


def _try_encode(value: Any) -> str | None:
    """None when there is something to clean. A written-out `\\u0000` also lands there, which only costs time."""
    try:
        data = _encode(value)
    except UnicodeEncodeError:
        return None
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise NotStorable(reason=str(error)) from error
    return None if b"\\u0000" in data else data.decode()


def _must_encode(value: Any) -> str:
    try:
        return _encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise NotStorable(reason=str(error)) from error


def _clean_deep(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case dict():
            return {_clean_deep(key): _clean_deep(item) for key, item in value.items()}
        case list() | tuple():
            return [_clean_deep(item) for item in value]
        case _:
            return value


def tag_name(name: str) -> str:
    """Tags are the same in any case of letters."""
    return clean(name).strip().upper()
