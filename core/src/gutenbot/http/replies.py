"""Answers in plain ASGI: for the routes where every microsecond counts, and for what goes wrong before the API is reached."""

import itertools
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from gutenbot.http.errors import PROBLEM, problem_bytes, retry_after, status_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = b"application/json"
SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_ALLOWED_IN_ID = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-")
_count = itertools.count(1)
_process = os.urandom(5).hex()


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of this (lower-case) name."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


def request_id_of(scope: Scope) -> str:
    """The caller's `X-Request-Id` when it is a decent one, else a new one."""
    given = header(scope, b"x-request-id")
    if given and len(given) <= 64 and _ALLOWED_IN_ID.issuperset(given):
        return given.decode()
    return f"{_process}-{next(_count):x}"


async def reply(
    send: Send,
    status: int,
    body: bytes,
    request_id: str,
    *,
    kind: bytes = JSON,
    extra: Iterable[Header] = (),
) -> None:
    """Sends a whole answer."""
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", request_id.encode()),
        *SECURITY,
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def reply_problem(send: Send, error: BaseException, request_id: str) -> None:
    """Answers with what went wrong."""
    status = status_of(error)
    extra: list[Header] = []
    if status == 503:
        extra.append((b"retry-after", b"%d" % retry_after(error)))
    if status == 401:
        extra.append((b"www-authenticate", b"Bearer"))
    if status == 405:
        extra.append((b"allow", str(getattr(error, "fields", {}).get("allowed", "")).replace(" and ", ", ").encode()))
    if status in (408, 413):
        extra.append((b"connection", b"close"))
    await reply(send, status, problem_bytes(error, request_id), request_id, kind=PROBLEM, extra=extra)
