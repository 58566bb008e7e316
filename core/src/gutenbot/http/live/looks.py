"""Topics that are looked at: new lines of the audit log, how the server is, who is present."""

from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.accounts import audit
from gutenbot.accounts.questions import NEWEST_LINE
from gutenbot.app.health import Component, worst
from gutenbot.feed import presence
from gutenbot.feed.feed import PLACE
from gutenbot.feed.presence import Someone
from gutenbot.http.live.connection import Connection, encoded
from gutenbot.http.live.sources import CAUGHT_UP, Source
from gutenbot.kernel.clock import from_ms, to_ms

if TYPE_CHECKING:
    from gutenbot.app.app import App

_STAY_S = 10.0
_LOOK_S = 5.0
_LONGEST = 200
STATES = ("viewing", "editing", "away")


class AuditLines(Source):
    """`audit`: lines as they are written, numbered as they are in the log."""

    def __init__(self, app: "App", topic: str) -> None:
        super().__init__(app, topic)
        self._n = -1

    async def attach(self, connection: Connection, after: int | None) -> None:
        await self.look()
        if after is not None and after > self._n:
            self.gap(connection, self._n)
        elif after is not None and after < self._n:
            rows = await self.app.storage.read(partial(audit.batch, wanted=audit.Wanted(), after_n=after))
            if len(rows) > CAUGHT_UP:
                self.gap(connection, self._n)
            else:
                for row in rows:
                    if row["n"] <= self._n:
                        connection.put(encoded(topic=self.topic, seq=row["n"], data=_told(row)))
        self.joined(connection, self._n)

    async def look(self) -> None:
        if self._n < 0:
            self._n = await self.app.storage.peek(NEWEST_LINE)
            return
        for row in await self.app.storage.read(partial(audit.batch, wanted=audit.Wanted(), after_n=self._n)):
            if row["n"] > self._n:
                self._n = row["n"]
                self.numbered(row["n"], _told(row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in row.items() if key != "n"}, "at": from_ms(row["at"]).isoformat()}


class HealthNow(Source):
    """`health`: how the parts of this worker are, whenever that changes. Details only to who may read metrics."""

    def __init__(self, app: "App", topic: str) -> None:
        super().__init__(app, topic)
        self._was: list[tuple[str, str, str]] = []

    async def attach(self, connection: Connection, after: int | None) -> None:
        self.joined(connection, 0)
        await self._send([*self.app.health.components(), *await self.app.health.services()], connection)

    async def look(self) -> None:
        components = [*self.app.health.components(), *await self.app.health.services()]
        now: list[tuple[str, str, str]] = [(one.name, one.state, one.why) for one in components]
        if now != self._was:
            self._was = now
            await self._send(components, *self.listeners)

    async def _send(self, components: list[Component], *connections: Connection) -> None:
        for connection in connections:
            trusted = connection.actor.may("metrics:read")
            self.passing(health_told(components, trusted=trusted), connection)


def health_told(components: list[Component], *, trusted: bool) -> dict[str, Any]:
    """How the server is, as pages show it: `status`, and `components` with name, status, reason and detail."""
    return {
        "status": worst(components),
        "components": [
            {"name": one.name, "status": one.state, "reason": one.why, "detail": one.detail if trusted else ""}
            for one in components
        ],
    }


class Presence(Source):
    """`presence:<object>`: who has it open, in all workers. Whoever subscribes is present; `say` tells how."""

    def __init__(self, app: "App", topic: str) -> None:
        super().__init__(app, topic)
        self._object = topic.partition(":")[2]
        self._was: list[dict[str, Any]] | None = None
        self._due = False
        self._looked = self._stayed = app.clock.monotonic()
        self._me: dict[Connection, Someone] = {}

    @property
    def _hint(self) -> str:
        return f"presence:{self._object}"

    async def attach(self, connection: Connection, after: int | None) -> None:
        self.joined(connection, 0)
        if connection.actor.viewing_as or connection.actor.kind == "key":
            await self._show(connection)  # they look, and nobody need mind them
            return
        actor = connection.actor
        me = Someone(connection.id, actor.account_id or actor.id, actor.name, self._now_ms(), {"state": "viewing"})
        await self._enter(connection, me)

    async def _enter(self, connection: Connection, me: Someone) -> None:
        self._me[connection] = me
        now_ms = self._now_ms()
        await self.app.storage.write(lambda db: presence.enter(db, self._object, me, now_ms), place=PLACE)
        self.app.feed.told(self._hint)
        await self._show()

    async def detach(self, connection: Connection) -> None:
        await super().detach(connection)
        if self._me.pop(connection, None) is None:
            return
        await self.app.storage.write(lambda db: presence.leave(db, connection.id, self._object), place=PLACE)
        self.app.feed.told(self._hint)
        if self.listeners:
            await self._show()

    async def said(self, connection: Connection, data: Any) -> None:
        me = self._me.get(connection)
        if me is None or not isinstance(data, dict):
            return
        state = data.get("state")
        told = {"state": state if state in STATES else "viewing", "field": str(data.get("field") or "")[:_LONGEST]}
        if told != me.data:
            await self._enter(connection, Someone(me.connection, me.account, me.name, me.since_ms, told))

    def hinted(self, topics: frozenset[str]) -> None:
        self._due = self._due or self._hint in topics

    async def look(self) -> None:
        now = self.app.clock.monotonic()
        if self._me and now - self._stayed > _STAY_S:
            self._stayed = now
            here, now_ms = [one.id for one in self._me], self._now_ms()
            await self.app.storage.write(lambda db: presence.stay(db, here, now_ms), place=PLACE)
        if self._due or now - self._looked > _LOOK_S:
            await self._show()

    async def _show(self, *newcomers: Connection) -> None:
        self._due, self._looked = False, self.app.clock.monotonic()
        now_ms = self._now_ms()
        found = await self.app.storage.read(lambda db: presence.present(db, self._object, now_ms))
        told = [
            {"account": one.account, "name": one.name, "connection": one.connection, "since": one.since_ms, **one.data}
            for one in found
        ]
        if told != self._was:
            self._was = told
            self.passing({"present": told})
        elif newcomers:
            self.passing({"present": told}, *newcomers)

    def _now_ms(self) -> int:
        return to_ms(self.app.clock.now())
