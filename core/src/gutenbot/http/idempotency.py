"""`Idempotency-Key`: a write that is sent again with the same key is answered as the first time, and not done again.

Keys are of one actor and one route. Routes of sign-in and links, which work once by themselves, do not look at them.
"""

import asyncio

import msgspec

from gutenbot.http.auth import SAFE, Gate
from gutenbot.http.errors import Invalid
from gutenbot.http.replies import Asgi, Message, Receive, Scope, Send, header

NAME = b"idempotency-key"
_LONGEST = 200
_WITHOUT = ("/api/v1/session", "/api/v1/setup", "/api/v1/password-reset", "/api/v1/invites/by-token", "/api/v1/oidc")
_KEPT = (b"content-type", b"location")


async def once(gate: Gate, api: Asgi, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
    """Runs the API, or gives the answer of the first time. Raises `KeyReused`, `StillRunning`, and what the gate raises."""
    key = header(scope, NAME)
    if (
        key is None
        or scope["method"] in SAFE
        or scope["path"].startswith(_WITHOUT)
        or not scope["path"].startswith("/api/")
    ):
        await api(scope, receive, send)
        return
    if not 0 < len(key) <= _LONGEST:
        raise Invalid(reason=f"an `Idempotency-Key` has 1 to {_LONGEST} characters")
    from gutenbot.accounts import answers

    actor = await gate.actor(scope)
    route = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}"
    place = answers.place_of(f"{actor.kind}:{actor.id or actor.name}", route, key.decode("latin-1"), body)
    desk = gate.desk
    now_ms = desk.now_ms()
    known = await desk.write(lambda db: answers.begin(db, place, now_ms))
    if known is not None:
        status, sealed = known
        await _replay(status, answers.opened(place, sealed), send)
        return
    answer = _Answer()
    try:
        await api(scope, receive, answer.take)
    except BaseException:
        await desk.write(lambda db: answers.forget(db, place))
        raise
    if answer.status >= 500 or answer.status in (401, 403, 429) or not answer.status:
        await desk.write(lambda db: answers.forget(db, place))
    else:
        sealed = await asyncio.to_thread(answers.sealed, place, answer.packed())
        await desk.write(lambda db: answers.keep(db, place, answer.status, sealed))
    for message in answer.messages:
        await send(message)


class _Answer:
    """What the API answers, held back until it is kept."""

    def __init__(self) -> None:
        self.status = 0
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.messages.append(message)

    def packed(self) -> bytes:
        headers = [pair for message in self.messages for pair in message.get("headers", ()) if pair[0].lower() in _KEPT]
        body = b"".join(message.get("body", b"") for message in self.messages)
        return msgspec.msgpack.encode((headers, body))


async def _replay(status: int, packed: bytes, send: Send) -> None:
    headers, body = msgspec.msgpack.decode(packed, type=tuple[list[tuple[bytes, bytes]], bytes])
    if status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    headers.append((b"idempotency-replayed", b"true"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
