"""Bodies of requests: read up to a limit, whole or in chunks, and decoded as JSON without mercy for hostile input.

Two equal keys in one object are taken as the last one, as the decoder does; everything else that is not plain JSON
(NaN, too deep, numbers too long, bytes that are not UTF-8) is refused.
"""

import asyncio
import re
from typing import Any, TypeVar

import msgspec

from gutenbot.http.errors import Invalid, NotJson, TooLarge, TooSlow, WrongType
from gutenbot.http.replies import Message, Receive, Scope, header

T = TypeVar("T")
BODY_LIMIT_S = 20.0
UPLOADS = re.compile(r"/api/v1/bots/[^/]+/(media(/[^/]+/(replace|renditions))?|content/import)|/api/v1/packages")
"""Routes of the API whose bodies are files."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises `TooLarge`, also for one that does not say its length, and `TooSlow`."""
    refuse_declared(scope, limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise TooLarge(limit=limit)
        return body
    try:
        async with asyncio.timeout(BODY_LIMIT_S):
            return await _read_on(receive, body, limit)
    except TimeoutError:
        raise TooSlow(limit_s=BODY_LIMIT_S) from None


async def _read_on(receive: Receive, first: bytes, limit: int) -> bytes:
    chunks, size = [first], len(first)
    while size <= limit:
        message = await receive()
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            break
    if size > limit:
        raise TooLarge(limit=limit)
    return b"".join(chunks)


def refuse_declared(scope: Scope, limit: int) -> None:
    """Raises `TooLarge` when the request says itself that it is too long."""
    length = header(scope, b"content-length")
    if length is not None and (not length.isdigit() or int(length) > limit):
        raise TooLarge(limit=limit)


def limited(receive: Receive, limit: int) -> Receive:
    """A `receive` that raises `TooLarge` once more than `limit` bytes came."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > limit:
                raise TooLarge(limit=limit)
        return message

    return counted


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already, then what else comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def check_json_type(scope: Scope) -> None:
    """Raises `WrongType` unless the body says that it is uncompressed JSON: also keeps forms of other sites out."""
    kind = header(scope, b"content-type") or b""
    if kind != b"application/json":
        plain = kind.split(b";")[0].strip().lower()
        charset = kind.lower().partition(b"charset=")[2].strip(b' "')
        if plain != b"application/json" or charset not in (b"", b"utf-8"):
            raise WrongType(found=kind.decode("latin-1")[:80] or "of no stated type")
    coding = header(scope, b"content-encoding")
    if coding is not None and coding != b"identity":
        raise WrongType(found=f"compressed ({coding.decode('latin-1')[:20]})")


def decode(decoder: "msgspec.json.Decoder[T]", body: bytes) -> T:
    """The typed content of a JSON body. Raises `NotJson` and `Invalid`."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if "out of range" in str(error):
            raise NotJson(reason=_first_line(error)) from None
        raise Invalid(reason=_first_line(error)) from None
    except RecursionError:
        raise NotJson(reason="it is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(reason=_first_line(error)) from None


def _first_line(error: Any) -> str:
    return str(error).partition("\n")[0][:200].rstrip(".")
