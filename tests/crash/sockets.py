"""A browser with the web chat over a WebSocket: it resumes after the last entry that it has seen, and resends."""

import asyncio
import contextlib
from typing import Any

import aiohttp

from tests.crash.script import Line
from tests.crash.users import BOT, WebUser

SILENCE_S = 3.0
"""After so long a server that says nothing is asked whether it lives, and left when it does not answer in half of that."""

_LATER = ("too-fast", "overloaded", "stopping", "shutting-down", "unavailable")
"""What the protocol answers when nothing was kept and the client is to try again."""


class SocketUser(WebUser):
    """Sends and reads over one socket, which it drops now and then."""

    kind = "web socket"
    _socket: aiohttp.ClientWebSocketResponse | None = None

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._acks: dict[str, asyncio.Future[int | None]] = {}

    async def send(self, line: Line, message_id: str) -> int | None:
        socket = self._socket
        if socket is None or socket.closed:
            return None
        event = {"type": "message", "body": line.text}
        self._acks[message_id] = asyncio.get_running_loop().create_future()
        await socket.send_json({"t": "send", "conversation": self.thread, "id": message_id, "event": event})
        if self.chance.random() < 0.03:
            await socket.close()  # before the answer comes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                return await self._acks[message_id]
        return None

    async def read_on(self) -> None:
        """Connects, reads until the connection ends, and connects again."""
        while not self.stopped:
            if self.thread != self.name:
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    await self._connected()
            await asyncio.sleep(self.chance.uniform(0.02, 0.1))

    async def _connected(self) -> None:
        ticket = await self.post(f"/web/{BOT}/ticket", {}, **self.headers)
        if ticket is None:
            return
        base = self.base
        where = f"{base}/web/{BOT}/socket"
        headers = {"Origin": base, "X-Forwarded-For": self.address}
        query = {"ticket": ticket["ticket"]}
        async with self.http.ws_connect(where, params=query, headers=headers, heartbeat=SILENCE_S) as socket:
            await socket.send_json({"t": "open", "conversation": self.thread, "after": self.diary.last_n})
            self._socket = socket
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.json())
        self._socket = None

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["t"]
        if kind == "entry":
            self.take_entry(frame)
        elif kind in ("ack", "error") and frame.get("id") in self._acks:
            ack = self._acks[frame["id"]]
            if not ack.done():
                ack.set_result(frame["n"] if kind == "ack" else None)
            if kind == "error" and frame["code"] not in _LATER:
                self.diary.wrong.append(f"{self.name}: {frame}")
