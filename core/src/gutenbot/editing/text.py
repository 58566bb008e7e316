"""Writing: what an editor does with one text before users see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.content.glance import type_of
from gutenbot.content.problems import Problem
from gutenbot.editing import drafts
from gutenbot.editing.catalogue import GONE
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.drafts import Saved
from gutenbot.editing.errors import ItemExists, NoItem, NoText, NotYaml
from gutenbot.editing.publishing import Ground
from gutenbot.editing.rows import Spot, advance, item_row, item_rows, revision, text_row, texts_of, touch
from gutenbot.editing.written import TROUBLE, cleaned, ended, read_value, rewritten, written


@dataclass(frozen=True, slots=True)
class Given:
    """A text as somebody hands it in: as YAML, or as a value."""

    yaml: str | None = None
    value: Any = None

    def source(self, before: str | None = None) -> str:
        """As YAML; a value is written into what was there before, so that comments and order stay. Raises `NotYaml`."""
        if self.yaml is None and self.value is None:
            raise NotYaml(reason="there is neither `yaml` nor `value`")
        if self.yaml is not None:
            if cleaned(self.yaml) != self.yaml:
                raise NotYaml(reason="it holds a character that is none (a zero, or half of a pair)")
            return ended(self.yaml.replace("\r\n", "\n"))
        return rewritten(before, self.value) if before is not None else written(self.value)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft that was saved, and what is wrong with it."""

    saved: Saved
    problems: tuple[Problem, ...]


async def save(desk: ContentDesk, who: Who, spot: Spot, given: Given, *, seen: int | None) -> Kept:
    """Keeps a draft; it may be unsound. `seen`: the version that the author had before them. Raises `ChangedMeanwhile`."""
    desk.must_edit()
    ground = await desk.ground(spot.bot)
    default = ground.defaults.get((spot.item, spot.locale))
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[Saved, AuditLine | None]:
        must_be(db, ground, spot.item)
        row = text_row(db, spot)
        source = given.source(drafts.current_source(db, spot, default))
        saved = drafts.save(db, spot, source, by, seen=seen, default=default)
        first = not row["draft_n"] and saved.n
        line = line_of("drafted", spot, f"began a draft of {spot.item} in {spot.locale}") if first else None
        return saved, line

    saved = await desk.change(spot.bot, by, work)
    return Kept(saved, problems_of(desk, spot, saved.source))


async def discard(desk: ContentDesk, who: Who, spot: Spot) -> int:
    """Throws the draft away; returns the version. Raises `NoText`."""
    desk.must_edit()
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[int, AuditLine]:
        return drafts.discard(db, spot, by), line_of(
            "discarded", spot, f"discarded the draft of {spot.item} in {spot.locale}"
        )

    return await desk.change(spot.bot, by, work)


async def create(desk: ContentDesk, who: Who, spot: Spot, given: Given, kind: str = "") -> Kept:
    """Makes an item of the console, as a draft. Raises `ItemExists`."""
    desk.must_edit()
    ground = await desk.ground(spot.bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[Saved, AuditLine]:
        row = item_row(db, spot.bot, spot.item)
        if (row is not None and row["source"] != GONE) or ground.of_item(spot.item):
            raise ItemExists(item=spot.item)
        source = given.source()
        now = advance(db, spot.bot)
        known = {"type": kind or type_of(_value(source)), "archived": 0, "title": "", "tags": ""}
        touch(
            db,
            spot.bot,
            spot.item,
            by,
            now["edit"],
            source="console",
            created_ms=by.now_ms,
            created_by=by.who.name,
            **known,
        )
        saved = drafts.save(db, spot, source, by)
        return saved, line_of("created", spot, f"made the content item {spot.item}")

    saved = await desk.change(spot.bot, by, work)
    return Kept(saved, problems_of(desk, spot, saved.source))


async def duplicate(desk: ContentDesk, who: Who, bot: str, item: str, to: Spot) -> None:
    """Makes another item with the same texts, as drafts. Raises `NoItem`, `ItemExists`."""
    desk.must_edit()
    ground = await desk.ground(bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[None, AuditLine]:
        texts = _texts(db, ground, item)
        row = item_row(db, bot, to.item)
        if (row is not None and row["source"] != GONE) or ground.of_item(to.item):
            raise ItemExists(item=to.item)
        now = advance(db, bot)
        touch(
            db,
            bot,
            to.item,
            by,
            now["edit"],
            source="console",
            created_ms=by.now_ms,
            created_by=by.who.name,
            archived=0,
        )
        for locale, source in texts.items():
            drafts.save(db, Spot(bot, to.item, locale), source, by, reason=f"copied from {item}")
        return None, line_of("created", to, f"copied {item} to {to.item}")

    await desk.change(bot, by, work)


async def restore(desk: ContentDesk, who: Who, spot: Spot, n: int) -> Kept:
    """Takes an earlier state as the draft. Raises `NoText`."""
    desk.must_edit()
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[Saved, AuditLine]:
        found = revision(db, spot, n)
        if found is None:
            raise NoText(item=spot.item, locale=spot.locale, what=f"revision {n}")
        saved = drafts.save(db, spot, found["source"], by, kind="restored", of_n=n, reason=f"revision {n} again")
        return saved, line_of("restored", spot, f"took revision {n} of {spot.item} in {spot.locale} as the draft")

    saved = await desk.change(spot.bot, by, work)
    return Kept(saved, problems_of(desk, spot, saved.source))


def problems_of(desk: ContentDesk, spot: Spot, source: str) -> tuple[Problem, ...]:
    """What is wrong with a text."""
    return desk.shelf(spot.bot).compile(spot.item, spot.locale, source)[1]


def must_be(db: sa.Connection, ground: Ground, item: str) -> None:
    """Raises `NoItem` where neither the console nor a file has it."""
    row = item_row(db, ground.bot, item)
    if (row is None or row["source"] == GONE) and not ground.of_item(item):
        raise NoItem(item=item, bot=ground.bot)


def all_must_be(db: sa.Connection, ground: Ground, items: Sequence[str]) -> None:
    """Raises `NoItem` for the first that neither the console nor a file has."""
    rows = item_rows(db, ground.bot, items)
    for item in items:
        if rows.get(item, {"source": GONE})["source"] == GONE and not ground.of_item(item):
            raise NoItem(item=item, bot=ground.bot)


def _texts(db: sa.Connection, ground: Ground, item: str) -> dict[str, str]:
    """Its texts as an editor sees them, by locale."""
    found = {locale: default.source for locale, default in ground.of_item(item).items()}
    for row in texts_of(db, ground.bot, item):
        spot = Spot(ground.bot, item, row["locale"])
        text = revision(db, spot, row["draft_n"]) or revision(db, spot, row["live_n"])
        if text is not None:
            found[row["locale"]] = text["source"]
    if not found:
        raise NoItem(item=item, bot=ground.bot)
    return found


def _value(source: str) -> Any:
    try:
        return read_value(source)
    except TROUBLE:
        return None
