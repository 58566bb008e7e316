"""A page's live connection in this process: what it sends, and what it is told."""

import asyncio
import json
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from core.tests.http.house import Someone

from gutenbot.http.asgi import LIVE, Server

WAIT_S = 8.0
Message = MutableMapping[str, Any]


class LiveSocket:
    """One connection. `handshake` is what the server answered to it."""

    def __init__(self) -> None:
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._to_page: asyncio.Queue[Message] = asyncio.Queue()
        self.handshake: Message = {}

    async def receive(self) -> Message:
        return await self._to_server.get()

    async def send(self, message: Message) -> None:
        await self._to_page.put(message)

    async def say(self, **message: Any) -> None:
        """The page sends a message."""
        await self.feed(json.dumps(message))

    async def feed(self, text: str) -> None:
        """The page sends a text."""
        await self._to_server.put({"type": "websocket.receive", "text": text})

    async def raw(self) -> Message:
        """The next thing that the server does."""
        async with asyncio.timeout(WAIT_S):
            return await self._to_page.get()

    async def told(self) -> Message:
        """The next message, parsed; one that closes as `{"closed": code}`. Beats are left out."""
        found = await self.raw()
        if found["type"] == "websocket.close":
            return {"closed": found["code"]}
        parsed: Message = json.loads(found["text"])
        return await self.told() if "beat" in parsed else parsed

    async def subscribe(self, topic: str, after: int | None = None) -> int:
        """Subscribes; returns the number from which it goes on."""
        await self.say(subscribe=topic, **({} if after is None else {"after": after}))
        answer = await self.told()
        assert answer.get("subscribed"), answer
        seq: int = answer["seq"]
        return seq

    def quiet(self) -> bool:
        """Whether nothing was told that nobody has read."""
        return self._to_page.empty()

    def leave(self) -> None:
        """The page is closed."""
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})


def scope_of(headers: dict[str, str], client: str = "127.0.0.1") -> dict[str, Any]:
    """A handshake as uvicorn passes it on."""
    given = {"host": "localhost", **headers}
    return {
        "type": "websocket", "scheme": "ws", "path": LIVE, "query_string": b"", "client": (client, 1),
        "headers": [(key.encode(), value.encode()) for key, value in given.items() if value],
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip


def cookies_of(someone: Someone) -> dict[str, str]:
    """What the browser of somebody sends."""
    cookies = "; ".join(f"{name}={value}" for name, value in someone.client.cookies.items())
    return {"origin": "http://localhost", "cookie": cookies}


@asynccontextmanager
async def connected(server: Server, headers: dict[str, str], client: str = "127.0.0.1") -> AsyncGenerator[LiveSocket]:
    """A connection, and its end."""
    socket = LiveSocket()
    await socket._to_server.put({"type": "websocket.connect"})
    task = asyncio.create_task(server(scope_of(headers, client), socket.receive, socket.send))
    socket.handshake = await socket.raw()
    try:
        yield socket
    finally:
        socket.leave()
        async with asyncio.timeout(WAIT_S):
            await task
