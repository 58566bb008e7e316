"""A web visitor without a network, for tests of bots and modules: speaks ASGI to the web chat in the same process."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

from gutenbot.sdk import App
from gutenbot_channel_web.server import make_web

HOST = "bots.example.com"
ORIGIN = f"https://{HOST}"
WAIT_S = 10.0
"""A test that waits longer for something has found a mistake."""


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json()["code"])


class Website:
    """The web chat of an app, as browsers see it."""

    def __init__(self, app: App, *, origin: str = ORIGIN, address: str = "203.0.113.7") -> None:
        self.app = app
        self.asgi: ASGIApp = make_web(app)
        self.origin = origin
        self.address = address

    async def request(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, query: Any = None
    ) -> Answer:
        """One request with its whole answer. Bytes are sent as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        line = Line(self.asgi, self.scope("http", path, headers, query) | {"method": method})
        await line.feed({"type": "http.request", "body": data})
        async with line.open():
            start = await line.next()
            chunks = [await line.next()]
            while chunks[-1].get("more_body"):
                chunks.append(await line.next())
        found = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        return Answer(start["status"], found, b"".join(chunk.get("body", b"") for chunk in chunks))

    def scope(
        self, kind: str, path: str, headers: Mapping[str, str] | None = None, query: Any = None
    ) -> dict[str, Any]:
        """What a server says of a request."""
        given = {"host": HOST, **({"origin": self.origin} if self.origin else {}), **(headers or {})}
        return {
            "type": kind,
            "path": path,
            "query_string": (query if isinstance(query, str) else urlencode(query or {})).encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given.items()],
            "client": (self.address, 50000),
            "scheme": "https",
            "root_path": "",
            "extensions": {"websocket.http.response": {}},
        }

    async def visitor(self, bot: str = "echo", **request: Any) -> "WebVisitor":
        """Somebody new (or known, by `visitor=` or `user_token=`)."""
        visitor = WebVisitor(self, bot)
        await visitor.start(**request)
        return visitor


class WebVisitor:
    """One visitor of one bot."""

    def __init__(self, site: Website, bot: str) -> None:
        self.site = site
        self.root = f"/web/{bot}"
        self.token = ""
        self.session: dict[str, Any] = {}

    async def start(self, **request: Any) -> dict[str, Any]:
        """A session, new or continued."""
        answer = await self.call("POST", "/session", {"visitor": self.token, **request})
        assert answer.status == 200, answer.body
        self.session = answer.json()
        self.token = self.session["visitor"]
        return self.session

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """A call of the protocol."""
        headers = {**({"authorization": f"Visitor {self.token}"} if self.token else {}), **options.pop("headers", {})}
        return await self.site.request(method, self.root + path, body, headers=headers, **options)

    async def conversation(self) -> str:
        """A new conversation."""
        answer = await self.call("POST", "/conversations", {})
        assert answer.status == 200, answer.body
        return str(answer.json()["id"])

    async def say(self, conversation: str, text: str, identifier: str) -> Answer:
        """Posts words."""
        event = {"type": "message", "body": text}
        return await self.call("POST", f"/conversations/{conversation}/messages", {"id": identifier, "event": event})

    async def history(self, conversation: str, after: int = 0, wait: int = 0, limit: int = 200) -> dict[str, Any]:
        """A page of history."""
        query = {"after": after, "wait": wait, "limit": limit}
        answer = await self.call("GET", f"/conversations/{conversation}/messages", query=query)
        assert answer.status == 200, answer.body
        return dict(answer.json())

    async def until(self, conversation: str, n: int) -> list[dict[str, Any]]:
        """All entries, once there are `n` of them."""
        entries: list[dict[str, Any]] = []
        async with asyncio.timeout(WAIT_S):
            while len(entries) < n:
                entries += (await self.history(conversation, len(entries), wait=5))["entries"]
        return entries

    async def ticket(self) -> str:
        """A ticket for one socket or stream."""
        return str((await self.call("POST", "/ticket", {})).json()["ticket"])

    @asynccontextmanager
    async def socket(self, *, window: int = 0, **options: Any) -> AsyncIterator["WebSocket"]:
        """An open socket. `window`: so many frames are taken and not one more until they are read."""
        query = options.pop("query", None) or {"ticket": await self.ticket()}
        scope = self.site.scope("websocket", f"{self.root}/socket", options.get("headers"), query)
        line = WebSocket(self.site.asgi, scope, window)
        await line.feed({"type": "websocket.connect"})
        async with line.open():
            line.handshake = await line.next()
            yield line

    @asynccontextmanager
    async def stream(self, conversation: str, after: int = 0, **options: Any) -> AsyncIterator["Stream"]:
        """An open stream of Server-Sent Events."""
        query = options.pop("query", None) or {"ticket": await self.ticket(), "after": after}
        path = f"{self.root}/conversations/{conversation}/events"
        scope = self.site.scope("http", path, options.get("headers"), query) | {"method": "GET"}
        line = Stream(self.site.asgi, scope)
        await line.feed({"type": "http.request", "body": b""})
        async with line.open():
            line.start = await line.next()
            yield line


class Line:
    """One ASGI connection."""

    def __init__(self, asgi: ASGIApp, scope: Scope, window: int = 0) -> None:
        self._asgi = asgi
        self._scope = scope
        self._in: asyncio.Queue[Message] = asyncio.Queue()
        self._out: asyncio.Queue[Message] = asyncio.Queue(window)
        self.task: asyncio.Task[None] | None = None

    async def feed(self, message: Message) -> None:
        """What the client does."""
        await self._in.put(message)

    async def next(self, limit_s: float = WAIT_S) -> Message:
        """What the server does next; once it has ended, a message of the type `ended`."""
        async with asyncio.timeout(limit_s):
            return await self._out.get()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Runs the server's side; at the end the client leaves without a word."""
        self.task = asyncio.create_task(self._run(), name="server side")
        try:
            yield
        finally:
            kind = "http" if self._scope["type"] == "http" else "websocket"
            await self.feed({"type": f"{kind}.disconnect", "code": 1006})
            while not self.task.done():
                while not self._out.empty():
                    self._out.get_nowait()
                await asyncio.wait({self.task}, timeout=0.05)
            self.task.result()

    async def _run(self) -> None:
        await self._asgi(self._scope, self._in.get, self._out.put)
        if not self._out.full():
            self._out.put_nowait({"type": "ended"})


class WebSocket(Line):
    """An open socket: frames in both directions."""

    handshake: Message

    async def send(self, **frame: Any) -> None:
        """A frame of the protocol."""
        await self.send_text(json.dumps(frame))

    async def send_text(self, text: str) -> None:
        """A text frame of any kind."""
        await self.feed({"type": "websocket.receive", "text": text})

    async def frame(self, *kinds: str, limit_s: float = WAIT_S) -> dict[str, Any]:
        """The next frame (of one of these kinds; others are passed over)."""
        while True:
            message = await self.next(limit_s)
            if message["type"] != "websocket.send":
                return {"t": message["type"], **message}
            found: dict[str, Any] = json.loads(message["text"])
            if not kinds or found["t"] in kinds:
                return found

    async def entries(self, count: int) -> list[dict[str, Any]]:
        """The next entries."""
        return [await self.frame("entry", "websocket.close") for _ in range(count)]


class Stream(Line):
    """An open stream of events."""

    start: Message

    async def event(self, *kinds: str) -> dict[str, Any]:
        """The next frame (of one of these kinds), with the `id` of the event as `event_id`."""
        while True:
            message = await self.next()
            if message["type"] != "http.response.body":
                return {"t": message["type"]}
            found = _event(message["body"].decode())
            if found and (not kinds or found["t"] in kinds):
                return found


def _event(text: str) -> dict[str, Any]:
    lines = dict(line.split(": ", 1) for line in text.strip().splitlines() if not line.startswith(":"))
    if "data" not in lines:
        return {}
    return {**json.loads(lines["data"]), "event_id": lines.get("id", "")}
