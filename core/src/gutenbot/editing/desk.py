"""The way to edited content for the API, the console and the command line: every change is one transaction with its line in
the audit log, and what went live is taken in here at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

import sqlalchemy as sa

from gutenbot.accounts import audit
from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.content.library import Library
from gutenbot.content.locales import canonical
from gutenbot.editing.errors import Locked, WrongId, WrongLocale
from gutenbot.editing.listing import Seen
from gutenbot.editing.publishing import Ground, live_since
from gutenbot.editing.references import Users, counted, nobody, references
from gutenbot.editing.rows import Moment, Spot, many, position
from gutenbot.editing.shelf import Shelf
from gutenbot.editing.tables import COUNT
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.storage.port import Storage

T = TypeVar("T")
Overrides = Literal["allowed", "review", "locked"]
"""Whether content is edited here: freely, only after another person approved it, or not at all."""
COUNTS_S = 30.0
LONGEST_ID = 120


class Bell(Protocol):
    """Tells people at the console something; see `Notifications`."""

    def append(
        self,
        db: sa.Connection,
        message: str,
        level: Literal["info", "warning", "error"],
        link: str,
        *,
        bot_id: str,
        to: str,
    ) -> None:
        """Within a transaction."""
        ...

    def told(self) -> None:
        """After its commit."""
        ...


@dataclass(slots=True)
class ContentDesk:
    """Edited content of all bots of a process."""

    storage: Storage
    clock: Clock
    shelves: Mapping[str, Shelf]
    overrides: Overrides = "allowed"
    went_live: Callable[[str, int], Awaitable[None]] | None = None
    """Is told the bot and its new generation after the commit."""
    planned: Callable[[], None] | None = None
    """Is told that something was planned or is not any more."""
    users: Users = nobody
    """Who else than code says items."""
    renamed: Callable[[str], Awaitable[None]] | None = None
    """Is told the bot after one of its items got another name."""
    bell: Bell | None = None
    """Reaches people who are not looking."""
    _counts: dict[str, tuple[float, dict[str, tuple[int, int]]]] = field(default_factory=dict)

    def shelf(self, bot: str) -> Shelf:
        """What this process has of a bot."""
        return self.shelves[bot]

    def moment(self, who: Who) -> Moment:
        """Somebody, now."""
        return Moment(who, self.now_ms())

    def now_ms(self) -> int:
        """This moment, as tables keep it."""
        return to_ms(self.clock.now())

    async def ground(self, bot: str) -> Ground:
        """What publishing stands on, read from the disk."""
        return await asyncio.to_thread(self.shelf(bot).ground)

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """See `Tables.read`."""
        return await self.storage.read(work)

    async def change(
        self, bot: str, by: Moment, work: Callable[[sa.Connection], tuple[T, AuditLine | None]], *, live: bool = False
    ) -> T:
        """A change and the line that tells of it: both or none. Changes of one bot's content wait for each other."""

        def both(db: sa.Connection) -> T:
            result, line = work(db)
            if line is not None:
                audit.append(db, by.who, line, by.now_ms)
            return result

        result = await self.storage.write(both, place=place_of(bot))
        if live:
            await self.follow(bot, tell=True)
        return result

    async def follow(self, bot: str, *, tell: bool = False) -> Library | None:
        """Takes in what went live since the last look; None when nothing did."""
        shelf = self.shelf(bot)
        before = shelf.generation

        def look(db: sa.Connection) -> tuple[int, list[dict[str, Any]]]:
            generation = int(position(db, bot)["generation"])
            return generation, live_since(db, bot, before) if generation > before else []

        generation, rows = await self.read(look)
        if generation <= before:
            return None
        library = await asyncio.to_thread(shelf.take, rows, generation)
        if tell and self.went_live is not None:
            await self.went_live(bot, generation)
        return library

    async def rang(self, bot: str) -> None:
        """Somebody was told something of this bot's content within a transaction that is through: pages look again."""
        if self.bell is not None:
            self.bell.told()
        if self.went_live is not None:
            await self.went_live(bot, self.shelf(bot).generation)

    async def refresh(self, bot: str) -> Shelf:
        """The shelf with its catalogue as it is now."""
        shelf = self.shelf(bot)
        edit, changed = await self.read(shelf.catalogue.changes)
        await asyncio.to_thread(shelf.update, edit, changed)
        return shelf

    async def seen(self, bot: str) -> Seen:
        """How its items are used, and how often they are seen."""
        usage, users = self.shelf(bot).usage, self.users()
        others = await self.read(lambda db: counted(references(db, users, bot))) if users else {}
        used = await asyncio.to_thread(usage.counts, others)
        return Seen(used, await self.counts(bot), usage.known_picks)

    async def counts(self, bot: str) -> dict[str, tuple[int, int]]:
        """Item → how often it was shown and its answers clicked in the last seven days; at most half a minute old."""
        known = self._counts.get(bot)
        now = self.clock.monotonic()
        if known is not None and now < known[0]:
            return known[1]
        first = day_of(self.now_ms()) - 6
        query = sa.select(
            COUNT.c.item_id, sa.func.sum(COUNT.c.shown).label("shown"), sa.func.sum(COUNT.c.clicked).label("clicked")
        )
        query = query.where(COUNT.c.bot_id == bot, COUNT.c.day >= first).group_by(COUNT.c.item_id)
        rows = await self.read(lambda db: many(db, query))
        found = {row["item_id"]: (int(row["shown"]), int(row["clicked"])) for row in rows}
        self._counts[bot] = (now + COUNTS_S, found)
        return found

    def must_edit(self) -> None:
        """Raises `Locked` where content is not edited."""
        if self.overrides == "locked":
            raise Locked


def place_of(bot: str) -> str:
    """Changes of one bot's content wait for each other, in all processes."""
    return f"core.content.{bot}"


def spot_of(bot: str, item: str, locale: str) -> Spot:
    """The text of these names as they come from outside. Raises `WrongId`, `WrongLocale`."""
    from gutenbot.content.reading import is_id

    item = item.removeprefix("#")
    if len(item) > LONGEST_ID or not is_id(item):
        raise WrongId(item=item[:60])
    return Spot(bot, item, locale_of(locale))


def locale_of(locale: str) -> str:
    """A language tag in its usual letters. Raises `WrongLocale`."""
    from gutenbot.content.locales import is_tag

    if not is_tag(locale):
        raise WrongLocale(locale=locale[:40])
    return canonical(locale)


def line_of(verb: str, spot: Spot, what: str, **after: Any) -> AuditLine:
    """A line of the audit log about a text."""
    return AuditLine(
        verb=f"content.{verb}", object="content", object_id=f"{spot.bot}/{spot.item}", what=what,
        after={"locale": spot.locale, **after} if spot.locale else after or None,
    )  # fmt: skip


def day_of(now_ms: int) -> int:
    """The day of a moment, from 1970 on."""
    return now_ms // 86_400_000
