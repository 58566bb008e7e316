"""All open pages of one worker and what they hear: topics are made when they are first asked for, and end with the last page."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gutenbot.feed.events import Event
from gutenbot.http.auth import Actor, Gate
from gutenbot.http.errors import HttpMistake, problem
from gutenbot.http.live.connection import AWAY, SIGNED_OUT, Connection, encoded
from gutenbot.http.live.sources import Source, make_source
from gutenbot.http.live.topics import kind_of
from gutenbot.kernel.errors import GutenbotError, Temporary
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("live")
LOOK_S = 1.0
BEAT_S = 20.0
"""So often a page hears that the connection is alive."""
_DOUBTS = 3


class NotSubscribed(HttpMistake):
    """Subscribe to {topic} first."""

    code = "live.not-subscribed"
    status = 409


class Hub:
    """Who is connected here."""

    def __init__(self, app: "App", gate: Gate) -> None:
        self.app = app
        self._gate = gate
        self.connections: dict[Connection, None] = {}
        self._sources: dict[str, Source] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def enter(self, connection: Connection) -> None:
        """Somebody has connected; the first one wakes the rest up."""
        self.connections[connection] = None
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self.app.feed.listen(self._hear, self._hinted), name="live feed"),
                asyncio.create_task(self._pulse(), name="live pulse"),
            ]
        await self.app.feed.ready()

    async def leave(self, connection: Connection) -> None:
        """They are gone."""
        for topic in list(connection.topics):
            await self.unsubscribe(connection, topic)
        self.connections.pop(connection, None)
        if not self.connections:
            tasks, self._tasks = self._tasks, []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def subscribe(self, connection: Connection, topic: str, after: int | None) -> None:
        """From now on, or from a number on. Raises what `kind_of` does."""
        kind = await kind_of(self.app, connection.actor, topic)
        if topic in connection.topics:
            await self.unsubscribe(connection, topic)
        source = self._sources.get(topic)
        if source is None:
            source = self._sources[topic] = make_source(self.app, kind, topic)
        connection.topics.add(topic)
        try:
            await source.attach(connection, after)
        except BaseException:
            await self.unsubscribe(connection, topic)
            raise

    async def unsubscribe(self, connection: Connection, topic: str) -> None:
        """They do not want to hear of it any more."""
        connection.topics.discard(topic)
        source = self._sources.get(topic)
        if source is None:
            return
        try:
            await source.detach(connection)
        except GutenbotError as error:
            log.warning("live.not_left", topic=topic, error=str(error))
        if not source.listeners and self._sources.get(topic) is source:
            del self._sources[topic]
            source.close()

    async def say(self, connection: Connection, topic: str, data: Any) -> None:
        """A page tells something itself: how somebody is present."""
        source = self._sources.get(topic)
        if source is None or topic not in connection.topics:
            raise NotSubscribed(topic=topic[:100])
        await source.said(connection, data)

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            source = self._sources.get(event.topic)
            if source is not None:
                source.stored(event)

    def _hinted(self, topics: frozenset[str]) -> None:
        for source in list(self._sources.values()):
            source.hinted(topics)

    async def _pulse(self) -> None:
        clock = self.app.clock
        beat = clock.monotonic() + BEAT_S
        while True:
            await asyncio.sleep(LOOK_S)
            for connection in list(self.connections):
                await self._check(connection)
            for source in list(self._sources.values()):
                await self._look(source)
            if clock.monotonic() >= beat:
                beat = clock.monotonic() + BEAT_S
                text = encoded(beat=round(clock.now().timestamp() * 1000))
                for connection in list(self.connections):
                    connection.put(text)

    async def _look(self, source: Source) -> None:
        try:
            await source.look()
        except Temporary as error:
            log.warning("live.waits", topic=source.topic, error=str(error))
        except Exception:
            log.exception("live.failed", topic=source.topic)

    async def _check(self, connection: Connection) -> None:
        """Whether they are still signed in, and may still hear what they hear: within 5 s of a change (SOCK-03, AUT-02)."""
        try:
            found = await self._gate.actor(connection.scope, passive=True)
        except Temporary:
            connection.failures += 1
            if connection.failures >= _DOUBTS:
                connection.end(AWAY, "nobody can say now whether you are signed in")
            return
        except GutenbotError:
            connection.end(SIGNED_OUT, "signed out")
            return
        connection.failures = 0
        if _same(found, connection.actor):
            return
        connection.actor = found
        for topic in list(connection.topics):
            await self._check_topic(connection, topic)

    async def _check_topic(self, connection: Connection, topic: str) -> None:
        try:
            await kind_of(self.app, connection.actor, topic)
        except Temporary:
            connection.end(AWAY, "nobody can say now what you may hear")
        except GutenbotError as error:
            await self.unsubscribe(connection, topic)
            connection.put(encoded(topic=topic, refused=problem(error)))


def _same(one: Actor, other: Actor) -> bool:
    return replace(one, name="") == replace(other, name="")
