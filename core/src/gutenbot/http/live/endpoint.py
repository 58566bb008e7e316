"""The socket itself: who may open it, what a page may send, and what becomes of a page that goes too far."""

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from gutenbot.http.auth import Actor, Gate
from gutenbot.http.errors import HttpMistake, Stopping, problem, problem_bytes, status_of
from gutenbot.http.live.connection import LEAVING, WRONG, Connection, encoded
from gutenbot.http.live.hub import Hub
from gutenbot.http.live.topics import LONGEST
from gutenbot.http.replies import Receive, Scope, Send
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("live")
MOST, MOST_OF_ONE = 500, 30
"""Live connections of one worker, and of one account or key: all of them are looked at each second."""
TOPICS = 100
_CLOSE_S = 2.0


class TooManySockets(HttpMistake):
    """There are {limit} live connections already. Close some pages of the console."""

    code = "live.too-many"
    status = 429


class TooManyTopics(HttpMistake):
    """One live connection has at most {limit} topics."""

    code = "live.too-many-topics"
    status = 422


class LiveEndpoint:
    """Serves `/api/v1/live` in one worker."""

    def __init__(self, app: "App", gate: Gate) -> None:
        self._app = app
        self._gate = gate
        self._hub = Hub(app, gate)
        self._of: Counter[str] = Counter()
        self._closed = False

    @property
    def connections(self) -> int:
        """How many pages are connected to this worker."""
        return len(self._hub.connections)

    def close(self) -> None:
        """The server stops: pages come back, to another worker or to the next one."""
        self._closed = True
        for connection in list(self._hub.connections):
            connection.end(LEAVING, "the server stops")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        try:
            actor = await self._gate.actor(scope, passive=True)
            self._refuse_more(actor)
        except GutenbotError as error:
            await _refuse(scope, send, error)
            return
        await send({"type": "websocket.accept"})
        connection = Connection(actor, scope, send, self._app.clock)
        who = _who(actor)
        self._of[who] += 1
        try:
            await self._hub.enter(connection)
            await self._run(connection, receive)
        finally:
            self._of[who] -= 1
            await asyncio.shield(self._hub.leave(connection))

    def _refuse_more(self, actor: Actor) -> None:
        if self._closed:
            raise Stopping(retry_after=2)
        if self.connections >= MOST:
            raise TooManySockets(limit=MOST)
        if self._of[_who(actor)] >= MOST_OF_ONE:
            raise TooManySockets(limit=MOST_OF_ONE)

    async def _run(self, connection: Connection, receive: Receive) -> None:
        reading = asyncio.create_task(self._read(connection, receive), name="live reads")
        writing = asyncio.create_task(connection.write(), name="live writes")
        over = asyncio.create_task(connection.over.wait(), name="live ends")
        tasks = {reading, writing, over}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if connection.ended:
                await asyncio.wait({writing}, timeout=_CLOSE_S)
        finally:
            for task in tasks:
                task.cancel()
            for found in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(found, Exception) and not isinstance(found, OSError):
                    log.error("live.failed", error=repr(found))

    async def _read(self, connection: Connection, receive: Receive) -> None:
        while (message := await connection.read(receive)) is not None:
            await self._obey(connection, message)

    async def _obey(self, connection: Connection, message: dict[str, Any]) -> None:
        topic = message.get("subscribe") or message.get("unsubscribe") or message.get("say")
        if not isinstance(topic, str) or len(topic) > LONGEST:
            connection.end(WRONG, "a message has subscribe, unsubscribe or say with a topic")
            return
        try:
            if "subscribe" in message:
                await self._subscribe(connection, topic, message.get("after"))
            elif "unsubscribe" in message:
                await self._hub.unsubscribe(connection, topic)
            else:
                await self._hub.say(connection, topic, message.get("data"))
        except GutenbotError as error:
            connection.put(encoded(topic=topic, refused=problem(error)))

    async def _subscribe(self, connection: Connection, topic: str, after: Any) -> None:
        if topic not in connection.topics and len(connection.topics) >= TOPICS:
            raise TooManyTopics(limit=TOPICS)
        known = after if isinstance(after, int) and not isinstance(after, bool) and 0 <= after < 2**62 else None
        await self._hub.subscribe(connection, topic, known)


def _who(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"


async def _refuse(scope: Scope, send: Send, error: GutenbotError) -> None:
    """Before the handshake is over: with what is wrong where the server can say it, else with a plain no."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        with contextlib.suppress(OSError):
            await send({"type": "websocket.close", "code": 4403, "reason": str(error)[:100]})
        return
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "websocket.http.response.start", "status": status_of(error), "headers": headers})
    await send({"type": "websocket.http.response.body", "body": problem_bytes(error)})
