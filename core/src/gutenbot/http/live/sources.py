"""Where the events of a topic come from. Each source serves all pages of this worker that hear the topic.

Numbered events can be asked for again by their number. What is only true at this moment (who is present, how healthy the
server is) is sent without a number, `passing`, as a whole and each time it changes.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.feed import events
from gutenbot.feed.events import Event
from gutenbot.http.live.connection import Connection, encoded
from gutenbot.http.live.topics import Kind, meant_for

if TYPE_CHECKING:
    from gutenbot.app.app import App

CAUGHT_UP = 500
"""More events than these are not sent after a break: the page asks for everything anew."""


class Source:
    """One topic in one worker."""

    def __init__(self, app: "App", topic: str) -> None:
        self.app = app
        self.topic = topic
        self.listeners: dict[Connection, None] = {}

    async def attach(self, connection: Connection, after: int | None) -> None:
        """A page hears the topic from now on, or from behind a number."""
        raise NotImplementedError

    async def detach(self, connection: Connection) -> None:
        """A page does not hear it any more."""
        self.listeners.pop(connection, None)

    async def said(self, connection: Connection, data: Any) -> None:
        """A page tells something; most topics do not care."""

    def stored(self, event: Event) -> None:
        """An event of this topic was appended to the feed."""

    def hinted(self, topics: frozenset[str]) -> None:
        """Another part, or another worker, says that there is something to look at."""

    async def look(self) -> None:
        """Once a second."""

    def close(self) -> None:
        """Nobody listens any more."""

    def joined(self, connection: Connection, seq: int) -> None:
        """The page is a listener now, and knows the number from which it goes on."""
        self.listeners[connection] = None
        connection.put(encoded(topic=self.topic, seq=seq, subscribed=True))

    def gap(self, connection: Connection, seq: int) -> None:
        """Something was lost for this page."""
        connection.put(encoded(topic=self.topic, seq=seq, gap=True))

    def passing(self, data: Any, *connections: Connection) -> None:
        """Sends what is true now, to these pages or to all."""
        text = encoded(topic=self.topic, data=data, passing=True)
        for connection in connections or list(self.listeners):
            connection.put(text)

    def numbered(self, seq: int, data: Any) -> None:
        """Sends an event to all pages."""
        text = encoded(topic=self.topic, seq=seq, data=data)
        for connection in list(self.listeners):
            connection.put(text)


class Stored(Source):
    """Events of the feed."""

    async def attach(self, connection: Connection, after: int | None) -> None:
        feed = self.app.feed
        known = feed.position if after is None else after
        while True:
            upto = feed.position
            if known != upto and after is not None:
                work = partial(events.of_topic, topic=self.topic, seq=known, until=upto, limit=CAUGHT_UP)
                found = await self.app.storage.read(work)
                if found is None:
                    self.gap(connection, upto)
                for event in found or ():
                    self._tell(connection, event)
            known = upto
            if upto == feed.position:  # nothing came while this was read
                self.joined(connection, upto)
                return

    def stored(self, event: Event) -> None:
        for connection in list(self.listeners):
            self._tell(connection, event)

    def _tell(self, connection: Connection, event: Event) -> None:
        if meant_for(event.to, connection.actor):
            connection.put(encoded(topic=self.topic, seq=event.seq, data=event.data))


def make_source(app: "App", kind: Kind, topic: str) -> Source:
    """The source for topics of a kind."""
    from gutenbot.http.live.loglines import LogLines
    from gutenbot.http.live.looks import AuditLines, HealthNow, Presence
    from gutenbot.http.live.talk import Conversations, Thread

    shapes: dict[str, type[Source]] = {
        "audit": AuditLines,
        "health": HealthNow,
        "logs": LogLines,
        "presence": Presence,
        "stored": Stored,
        "thread": Thread,
        "threads": Conversations,
    }
    return shapes[kind.shape](app, topic)
