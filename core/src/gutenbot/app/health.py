"""How each part of a server is, and whether it may be given traffic: what `/health` and `/ready` say.

A part that is `down` keeps the server from taking events; one that is `degraded` does not, for the rest works.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gutenbot.storage.measured import OnDisk
from gutenbot.turns.measures import FAILING

if TYPE_CHECKING:
    from gutenbot.app.app import App

State = Literal["ok", "degraded", "down"]
NEARLY_FULL = 0.8
"""Of the backlog's limit."""
LATE_S = 2.0
"""An event loop that has not come to its work for so long is blocked."""
PINGED_S = 5.0
"""So old may be what services answered."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part."""

    name: str
    state: State = "ok"
    why: str = ""
    """For everybody: names no path, address or person."""
    detail: str = ""
    """For whoever runs the server."""


class Health:
    """Looks at the parts of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._pinged: tuple[dict[str, str], float] = ({}, float("-inf"))

    def components(self) -> list[Component]:
        """All parts, the most important ones first."""
        return [
            self._process(),
            self._database(),
            *self._disk(),
            *self._lease(),
            self._backlog(),
            self._loop(),
            self._modules(),
            self._sending(),
            *self._channels(),
        ]

    async def services(self) -> list[Component]:
        """Services of modules that can be asked how they are; asked at most every few seconds."""
        found, asked = self._pinged
        now = self._app.clock.monotonic()
        if now - asked >= PINGED_S:
            self._pinged = (found, now)  # nobody else asks meanwhile
            found = await self._app.services.ping()
            self._pinged = (found, now)
        return [
            Component(f"service {name}", "degraded" if wrong else "ok", "it does not answer" if wrong else "", wrong)
            for name, wrong in sorted(found.items())
        ]

    def _process(self) -> Component:
        app = self._app
        why = "stopping" if app.stopping or app.leaving else "" if app.started else "starting"
        return Component("process", "down" if why else "ok", why)

    def _database(self) -> Component:
        trouble = self._app.storage.healthy()
        if self._app.storage.shared and self._app.started and self._app.storage.lease_left_s <= 0:
            return Component("database", detail="see the lease")
        return Component("database", "down" if trouble else "ok", "it cannot be written" if trouble else "", trouble)

    def _disk(self) -> Iterator[Component]:
        if isinstance(self._app.storage, OnDisk):
            disk = self._app.storage.disk
            free = f"{disk.free() / (1 << 20):,.0f} MiB are free"
            if disk.full:
                yield Component("disk", "down", "it is full", free)
            elif disk.is_low():
                yield Component("disk", "degraded", "it is nearly full: no files are taken", free)
            else:
                yield Component("disk", detail=free)

    def _lease(self) -> Iterator[Component]:
        if not self._app.storage.shared or not self._app.started:
            return
        left_s = self._app.storage.lease_left_s
        if left_s > 0:
            yield Component("lease", detail=f"{left_s:.0f} s are left")
        else:
            trouble = self._app.storage.healthy()
            yield Component("lease", "down", "it ran out, for the database did not answer in time", trouble)

    def _backlog(self) -> Component:
        """A full one refuses events itself, with 503, while pages and the API must stay reachable."""
        waiting, limit = self._app.turns.backlog, self._app.turns.backlog_limit
        told = f"{waiting} of {limit} events wait"
        if waiting >= limit:
            return Component("backlog", "degraded", "it is full: new events are refused with 503", told)
        if waiting >= limit * NEARLY_FULL:
            return Component("backlog", "degraded", "it is nearly full", told)
        return Component("backlog", detail=told)

    def _loop(self) -> Component:
        late_s = self._app.vitals.late_s("turns")
        if late_s < LATE_S:
            return Component("turns")
        where = self._app.watchdog.reports[-1:] or ["?"]
        return Component("turns", "degraded", "a bot's code blocks all turns", f"for {late_s:.0f} s, at {where[0]}")

    def _modules(self) -> Component:
        wrong = [
            f"{name} ({entry.state}): {entry.reason}"
            for name, entry in list(self._app.installed.items())
            if entry.state in ("failed", "degraded")
        ]
        if not wrong:
            return Component("modules")
        return Component("modules", "degraded", f"{len(wrong)} of them do not work as they should", "; ".join(wrong))

    def _sending(self) -> Component:
        lock = self._app.storage.sending_lock
        return Component("sending", "degraded" if lock else "ok", "nothing is sent" if lock else "", lock)

    def _channels(self) -> Iterator[Component]:
        failing = self._app.measures.failing
        for name, _ in self._app.channels:
            count, error = failing.get(name, (0, ""))
            if count >= FAILING:
                yield Component(f"channel {name}", "degraded", f"the last {count} sends came to nothing", error)
            else:
                yield Component(f"channel {name}")


def worst(components: list[Component]) -> State:
    """The state of the whole."""
    states = {one.state for one in components}
    return "down" if "down" in states else "degraded" if "degraded" in states else "ok"
