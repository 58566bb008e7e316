"""Tells people at the console something:

    await app.notify("The price list is a week old.", level="warning", link="/modules/prices")

It never raises and never waits for long: what cannot be kept is logged. What happens often gets a name, `same`: within an hour
it is one notification with a count, and within ten seconds one write.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from gutenbot.feed.feed import Feed
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage

if TYPE_CHECKING:
    import sqlalchemy as sa

log = get_logger("notifications")
Level = Literal["info", "warning", "error"]
PLACE = "core.notifications"
CALM_S = 10.0
_LONGEST = 1_000


@dataclass(slots=True)
class _Calm:
    """What was told a moment ago, and how often it came since."""

    until: float
    more: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    task: "asyncio.Task[None] | None" = None


class Notifications:
    """Those of one app's database."""

    def __init__(self, storage: Storage, clock: Clock, feed: Feed) -> None:
        self._storage = storage
        self._clock = clock
        self._feed = feed
        self._calm: dict[str, _Calm] = {}

    async def notify(
        self, message: str, level: Level = "info", link: str = "", *, module: str = "core", bot_id: str = "", to: str = "",
        same: str = "",
    ) -> None:  # fmt: skip
        """`link`: a page of the console, or an address. `to`: `may:<permission>`, with `@<bot>` for whoever may it of that bot, or
        `account:<id>`; empty: everybody.
        `same`: what it is about, for things that come again and again."""
        values = _values(message, level, link, module=module, bot_id=bot_id, to=to, same=same)
        if not same or self._first(values):
            await self._keep(values, 1)

    def append(
        self, db: "sa.Connection", message: str, level: Level = "info", link: str = "", *, module: str = "core",
        bot_id: str = "", to: str = "",
    ) -> None:  # fmt: skip
        """The same within a transaction, so that it is told if and only if that commits; call it late, and `told` after the
        commit."""
        from gutenbot.notifications import rows

        values = _values(message, level, link, module=module, bot_id=bot_id, to=to, same="")
        row = rows.add(db, values, to_ms(self._clock.now()))
        self._feed.append(db, "notifications", rows.told(row), to=to)

    def told(self) -> None:
        """Consoles look now."""
        self._feed.told()

    def _first(self, values: dict[str, Any]) -> bool:
        """Whether it is to be written now; else it is counted, and written a little later."""
        name, now = values["same"], self._clock.monotonic()
        calm = self._calm.get(name)
        if calm is None or calm.until <= now:
            if len(self._calm) > 1_000:
                self._calm = {key: one for key, one in self._calm.items() if one.until > now or one.task is not None}
            self._calm[name] = _Calm(now + CALM_S)
            return True
        calm.more += 1
        calm.values = values
        if calm.task is None or calm.task.done():
            calm.task = asyncio.create_task(self._later(calm, calm.until - now), name="notification")
        return False

    async def _later(self, calm: _Calm, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        more, calm.more = calm.more, 0
        calm.until = self._clock.monotonic() + CALM_S
        await self._keep(calm.values, more)

    async def _keep(self, values: dict[str, Any], times: int) -> None:
        from gutenbot.notifications import rows

        def work(db: "sa.Connection") -> None:
            row = rows.add(db, values, to_ms(self._clock.now()), times)
            self._feed.append(db, "notifications", rows.told(row), to=values["needs"])

        try:
            await self._storage.write(work, place=PLACE)
        except GutenbotError as error:
            log.warning("notification.lost", message=values["message"], reason=str(error))
        else:
            self._feed.told()

    async def stop(self) -> None:
        """Writes down what was only counted."""
        waiting = [calm for calm in self._calm.values() if calm.task is not None and not calm.task.done()]
        for calm in waiting:
            if calm.task is not None:
                calm.task.cancel()
            await self._keep(calm.values, calm.more)
        self._calm.clear()


def _values(message: str, level: str, link: str, *, module: str, bot_id: str, to: str, same: str) -> dict[str, Any]:
    return {
        "level": level if level in ("info", "warning", "error") else "info", "message": message[:_LONGEST],
        "link": link if link.startswith(("/", "https://", "http://")) else "", "module": module[:100], "bot_id": bot_id,
        "needs": to, "same": f"{module}:{same}"[:200] if same else "",
    }  # fmt: skip
