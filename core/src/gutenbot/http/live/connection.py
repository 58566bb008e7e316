"""One open page: what it sent is read one message after the other, what it is told waits in a queue with an end (SOCK-04)."""

import asyncio
from collections import deque
from typing import Any

import msgspec

from gutenbot.http.auth import Actor
from gutenbot.http.replies import Receive, Scope, Send
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.ids import new_id

LARGEST = 4_096
"""Characters of a message from the page."""
QUEUE = 1_000
QUEUE_BYTES = 4_194_304
RATE, BURST = 20.0, 60.0
"""Messages a second that are taken, and how many at once."""
SIGNED_OUT, TOO_SLOW, TOO_LARGE, TOO_MANY, WRONG, AWAY, LEAVING = 4401, 4408, 4413, 4429, 4400, 1013, 1012
_encode = msgspec.json.Encoder(enc_hook=str).encode


def encoded(**parts: Any) -> str:
    """A message as it goes over the wire."""
    return _encode(parts).decode()


class Connection:
    """A socket with who has opened it, and the topics that they hear."""

    def __init__(self, actor: Actor, scope: Scope, send: Send, clock: Clock) -> None:
        self.id = new_id()
        self.actor = actor
        self.scope = scope
        self.topics: set[str] = set()
        self.failures = 0
        """How often in a row nobody could say whether they are still signed in."""
        self._send = send
        self._clock = clock
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._something = asyncio.Event()
        self.over = asyncio.Event()
        """Set once it is closed, or about to be."""
        self._ended: tuple[int, str] | None = None
        self._tokens, self._filled = BURST, clock.monotonic()

    def put(self, text: str) -> None:
        """Sends a message once those before it are sent. A page that does not read loses the connection."""
        if self._ended is not None:
            return
        if len(self._waiting) >= QUEUE or self._bytes + len(text) > QUEUE_BYTES:
            self.end(TOO_SLOW, "this page does not read what it asked for")
            return
        self._waiting.append(text)
        self._bytes += len(text)
        self._something.set()

    def end(self, code: int, why: str) -> None:
        """Closes the connection, without what still waits."""
        if self._ended is None:
            self._ended = (code, why)
            self._something.set()
            self.over.set()

    @property
    def ended(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._ended is not None

    async def read(self, receive: Receive) -> Any:
        """The next message of the page; None at the end."""
        message = await receive()
        if message["type"] != "websocket.receive" or self.ended:
            return None
        text = message.get("text")
        if not isinstance(text, str):
            self.end(WRONG, "messages are texts with JSON")
        elif len(text) > LARGEST:
            self.end(TOO_LARGE, f"a message has at most {LARGEST} characters")
        elif not self._may_speak():
            self.end(TOO_MANY, "too many messages")
        else:
            try:
                found = msgspec.json.decode(text)
            except msgspec.DecodeError:
                found = None
            if isinstance(found, dict):
                return found
            self.end(WRONG, "messages are JSON objects")
        return None

    def _may_speak(self) -> bool:
        now = self._clock.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._filled) * RATE)
        self._filled = now
        self._tokens -= 1
        return self._tokens >= 0

    async def write(self) -> None:
        """Sends what waits, until the connection ends."""
        while self._ended is None:
            while self._waiting and self._ended is None:
                text = self._waiting.popleft()
                self._bytes -= len(text)
                await self._send({"type": "websocket.send", "text": text})
            if self._ended is None:
                await self._something.wait()
                self._something.clear()
        code, why = self._ended
        await self._send({"type": "websocket.close", "code": code, "reason": why})
