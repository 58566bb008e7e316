"""Whole items: put away and brought back, called otherwise, removed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.lines import Line as AuditLine
from gutenbot.accounts.lines import Who
from gutenbot.accounts.rows import Row
from gutenbot.editing.catalogue import GONE
from gutenbot.editing.desk import ContentDesk, line_of
from gutenbot.editing.errors import ContentMistake, ItemExists, ItemInFiles, ItemInUse, NoItem
from gutenbot.editing.patches import Patch, renaming
from gutenbot.editing.publishing import Ground
from gutenbot.editing.references import references
from gutenbot.editing.references import rename as references_renamed
from gutenbot.editing.rows import Moment, Spot, advance, item_row, many, put_text, texts_of, touch, where
from gutenbot.editing.tables import COMMENT, COUNT, ITEM, RELEASE, REVISION, TEXT, VARIANT
from gutenbot.editing.waiting import drop


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a new name changed, in words, and the patch for the files of the bot."""

    changed: list[str] = field(default_factory=list)
    patch: str = ""


async def archive(desk: ContentDesk, who: Who, bot: str, item: str, *, archived: bool) -> None:
    """Puts an item of the console away, so that it is said and listed no more, or brings it back. Raises `ItemInFiles`."""
    desk.must_edit()
    ground = await desk.ground(bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[None, AuditLine]:
        _must_be_consoles(db, ground, item)
        now = advance(db, bot, live=True)
        touch(db, bot, item, by, now["edit"], archived=int(archived))
        key = where(TEXT, {"bot_id": bot, "item_id": item})
        db.execute(TEXT.update().where(key).values(generation=now["generation"]))
        verb, words = ("archived", "put away") if archived else ("unarchived", "brought back")
        return None, line_of(verb, Spot(bot, item, ""), f"{words} {item}")

    await desk.change(bot, by, work, live=True)


@dataclass(frozen=True, slots=True)
class Archived:
    """Which items were put away or brought back, and why others were not."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, ContentMistake] = field(default_factory=dict)


async def archive_some(desk: ContentDesk, who: Who, bot: str, chosen: Sequence[str], *, archived: bool) -> Archived:
    """The same with many at once. What is so already is left alone; what cannot be is told, and does not keep the others back."""
    desk.must_edit()
    ground = await desk.ground(bot)
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[Archived, AuditLine | None]:
        found = Archived()
        for item in dict.fromkeys(chosen):
            try:
                if bool(_must_be_consoles(db, ground, item)["archived"]) != archived:
                    found.done.append(item)
            except (ItemInFiles, NoItem) as error:
                found.refused[item] = error
        if not found.done:
            return found, None
        now = advance(db, bot, live=True)
        for item in found.done:
            touch(db, bot, item, by, now["edit"], archived=int(archived))
            key = where(TEXT, {"bot_id": bot, "item_id": item})
            db.execute(TEXT.update().where(key).values(generation=now["generation"]))
        verb, words = ("archived", "put away") if archived else ("unarchived", "brought back")
        what = f"{words} {len(found.done)} items of {bot}"
        after = {"items": found.done}
        return found, AuditLine(verb=f"content.{verb}", object="bot", object_id=bot, what=what, after=after)

    return await desk.change(bot, by, work, live=True)


async def remove(desk: ContentDesk, who: Who, bot: str, item: str) -> None:
    """Removes an item of the console; its history stays in the database. One of a collection that code picks of may go, but not
    the last one. Raises `ItemInUse`, `ItemInFiles`."""
    desk.must_edit()
    ground = await desk.ground(bot)
    shelf = await desk.refresh(bot)
    code = [f"{use.place}" for use in shelf.usage.read().get(item, ())]
    code += [f"{pick.place}" for pick in shelf.picks_of_last(item)]
    users = desk.users()
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[None, AuditLine]:
        _must_be_consoles(db, ground, item)
        others = references(db, users, bot, item)
        places = [*code, *(one.named for one in others)]
        if places:
            uses = [{"kind": "code", "place": place, "words": ""} for place in code]
            uses += [{"kind": one.kind, "place": one.place, "words": one.words} for one in others]
            error = ItemInUse(item=item, count=len(places), first=", ".join(places[:3]))
            error.details = {"uses": uses}
            raise error
        _let_go(db, bot, item, by)
        return None, line_of("removed", Spot(bot, item, ""), f"removed {item}")

    await desk.change(bot, by, work, live=True)


async def rename(desk: ContentDesk, who: Who, bot: str, item: str, to: str) -> Renamed:
    """Gives an item another id, with its texts and history, and in all that the database knows of.

    What stands in files or is said by code stays as it is, so that users miss nothing, until the patch is deployed.
    Raises `ItemExists`, `NoItem`.
    """
    desk.must_edit()
    ground = await desk.ground(bot)
    shelf = await desk.refresh(bot)
    uses = shelf.usage.read().get(item, ())
    picks = shelf.picks_of(shelf.catalogue.lines[item].type) if item in shelf.catalogue.lines else ()
    defaults = ground.of_item(item)
    users = desk.users()
    patch: Patch = renaming(shelf.folder, item, to, uses, list(defaults.values()))
    by = desk.moment(who)

    def work(db: sa.Connection) -> tuple[list[str], AuditLine]:
        row = item_row(db, bot, item)
        known = row is not None and row["source"] != GONE
        if not known and not defaults:
            raise NoItem(item=item, bot=bot)
        other = item_row(db, bot, to)
        if (other is not None and other["source"] != GONE) or ground.of_item(to):
            raise ItemExists(item=to)
        changed = [one.named for one in references_renamed(db, users, bot, item, to)]
        changed += [f"{pick.place}: picks of {pick.collection}, whatever its items are called" for pick in picks]
        if known and row is not None:
            _copy(db, bot, item, to, row, by)
            changed.append(f"{to}: texts and history")
            if not defaults and not any(use.certain or use.got for use in uses):
                _let_go(db, bot, item, by)
                changed.append(f"{item}: removed")
            else:
                changed.append(f"{item}: stays until the patch is deployed")
        line = line_of("renamed", Spot(bot, item, ""), f"renamed {item} to {to}", to=to)
        return changed, line

    changed = await desk.change(bot, by, work, live=True)
    if desk.renamed is not None:
        await desk.renamed(bot)
    return Renamed([*changed, *(f"{name}: in the patch" for name in patch.files)], patch.text)


def _must_be_consoles(db: sa.Connection, ground: Ground, item: str) -> Row:
    place = next((one.place for one in ground.of_item(item).values()), "")
    if place:
        raise ItemInFiles(item=item, place=place)
    row = item_row(db, ground.bot, item)
    if row is None or row["source"] == GONE:
        raise NoItem(item=item, bot=ground.bot)
    return row


def _let_go(db: sa.Connection, bot: str, item: str, by: Moment) -> None:
    """The item is gone for users and lists, in all workers; its row stays so that its versions go on."""
    now = advance(db, bot, live=True)
    touch(db, bot, item, by, now["edit"], source=GONE, archived=0)
    drop(db, bot, [Spot(bot, item, text["locale"]) for text in texts_of(db, bot, item)])
    gone = {"live_n": 0, "draft_n": 0, "go_live_ms": 0, "expire_ms": 0, "planned_n": 0, "base_hash": "", "review": ""}
    db.execute(
        TEXT.update().where(where(TEXT, {"bot_id": bot, "item_id": item})).values(generation=now["generation"], **gone)
    )


def _copy(db: sa.Connection, bot: str, item: str, to: str, row: Row, by: Moment) -> None:
    now = advance(db, bot, live=True)
    db.execute(ITEM.delete().where(where(ITEM, {"bot_id": bot, "item_id": to})))
    for table in (TEXT, REVISION):
        db.execute(table.delete().where(where(table, {"bot_id": bot, "item_id": to})))
    about = {name: row[name] for name in ("type", "title", "tags", "archived", "version", "created_ms", "created_by")}
    edited = {"edit": now["edit"], "edited_ms": by.now_ms, "edited_by": by.who.name}
    db.execute(ITEM.insert().values(bot_id=bot, item_id=to, source="console", **about, **edited))
    for text in texts_of(db, bot, item):
        spot = Spot(bot, to, text["locale"])
        kept = {name: value for name, value in text.items() if name not in spot.key}
        put_text(db, spot, **(kept | {"generation": now["generation"], "base_hash": "", "base_source": ""}))
    _copy_rows(db, REVISION, bot, item, to)
    for table in (COMMENT, COUNT, VARIANT):
        db.execute(table.update().where(where(table, {"bot_id": bot, "item_id": item})).values(item_id=to))
    _rename_in_releases(db, bot, item, to)


def _copy_rows(db: sa.Connection, table: sa.Table, bot: str, item: str, to: str) -> None:
    names = [column.name for column in table.c]
    chosen = [sa.literal(to).label("item_id") if name == "item_id" else table.c[name] for name in names]
    db.execute(
        table.insert().from_select(names, sa.select(*chosen).where(where(table, {"bot_id": bot, "item_id": item})))
    )


def _rename_in_releases(db: sa.Connection, bot: str, item: str, to: str) -> None:
    """The past knows the item by its new name, so that it can still be undone and looked up."""
    needle = json.dumps(item, ensure_ascii=False)
    query = sa.select(RELEASE.c.seq, RELEASE.c["items"]).where(
        RELEASE.c.bot_id == bot, RELEASE.c["items"].contains(needle, autoescape=True)
    )
    for row in many(db, query):
        items: list[dict[str, Any]] = json.loads(row["items"])
        named = [{**one, "id": to} if one["id"] == item else one for one in items]
        key = where(RELEASE, {"bot_id": bot, "seq": row["seq"]})
        db.execute(RELEASE.update().where(key).values(items=json.dumps(named, ensure_ascii=False)))
