"""What a bot says: the list of its items, and everything about one."""

import asyncio
import sys
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from gutenbot.editing.desk import spot_of
from gutenbot.editing.detail import all_uses, item_detail
from gutenbot.editing.listing import Filter
from gutenbot.editing.shelf import Shelf
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, needs
from gutenbot.http.routes.content_models import (
    CountsOut,
    FacetsOut,
    IdsOut,
    ItemLine,
    ItemOut,
    MissingKey,
    UseOut,
    VariableOut,
)
from gutenbot.http.routes.models import Limit, Page
from gutenbot.kernel.ids import BotId

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
Word = Annotated[str, Query(max_length=200)]
Reader = Annotated[Actor, needs("content:read")]


def wanted_items(
    q: Annotated[str, Query(max_length=200, description="Words of the text, the id, the title or the tags.")] = "",
    type: Word = "",  # noqa: A002 - as the query says it
    state: Word = "",
    source: Word = "",
    locale: Word = "",
    missing: Annotated[str, Query(max_length=20, description="A language in which there is no text.")] = "",
    stale: Annotated[str, Query(max_length=20, description="A language whose text is older than its source.")] = "",
    tag: Word = "",
    collection: Word = "",
    unused: Annotated[bool, Query(description="Only items that nothing says by name.")] = False,
    edited_by: Word = "",
) -> Filter:
    """From the query."""
    return Filter(
        q=q, type=type, state=state, source=source, locale=locale, missing=missing, stale=stale, tag=tag,
        collection=collection, edited_by=edited_by, unused=unused,
    )  # fmt: skip


Wanted = Annotated[Filter, Depends(wanted_items)]


@router.get("")
async def list_items(
    bot: KnownBot,
    app: App,
    actor: Reader,
    wanted: Wanted,
    sort: Annotated[
        str, Query(max_length=40, description="id, title, type, state, edited, shown, clicked, used; `-`: back.")
    ] = "id",
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=500, description="`next` of the page before.")] = "",
) -> Page[ItemLine]:
    """The items, filtered and in order."""
    shelf = await _fresh(app, bot)
    seen = await app.content.desk.seen(bot)
    lines, cursor = await asyncio.to_thread(shelf.page, wanted, sort, limit, after, seen)
    return Page[ItemLine].model_construct(items=[ItemLine.of(line, seen) for line in lines], next=cursor)


@router.get("/ids")
async def list_ids(bot: KnownBot, app: App, actor: Reader, wanted: Wanted) -> IdsOut:
    """The ids of all items that fit, in order, without pages: for what is done with all of them."""
    shelf = await _fresh(app, bot)
    seen = await app.content.desk.seen(bot)
    lines, _ = await asyncio.to_thread(shelf.page, wanted, "id", sys.maxsize, "", seen)
    return IdsOut(items=[line.id for line in lines])


@router.get("/facets")
async def show_facets(bot: KnownBot, app: App, actor: Reader) -> FacetsOut:
    """How many items there are of each state, type, source and language; and what code says that has no text."""
    shelf = await _fresh(app, bot)
    seen = await app.content.desk.seen(bot)
    uses = await asyncio.to_thread(shelf.usage.read)
    found = await asyncio.to_thread(shelf.facets, seen)
    lines = shelf.catalogue.lines
    missing = [
        MissingKey(item=item, place=str(next(use.place for use in places if use.certain)))
        for item, places in sorted(uses.items())
        if item not in lines and any(use.certain for use in places)
    ]
    return FacetsOut(
        **found, missing_keys=missing, default_locale=shelf.locale, locales=list(shelf.catalogue.locales),
        overrides=app.content.desk.overrides,
    )  # fmt: skip


@router.get("/items/{item}")
async def show_item(bot: KnownBot, item: str, app: App, actor: Reader) -> ItemOut:
    """Everything about an item."""
    return await item_of(app, bot, item)


async def item_of(app: Any, bot: BotId, item: str) -> ItemOut:
    """An item as the API shows it. Raises `NoItem`."""
    item = spot_of(bot, item, "en").item
    desk = app.content.desk
    shelf = await _fresh(app, bot)
    ground = await desk.ground(bot)
    detail = await desk.read(lambda db: item_detail(db, ground, item, shelf.catalogue.locales, desk.users()))
    line = shelf.catalogue.lines.get(item)
    code = await asyncio.to_thread(shelf.usage.read)
    uses = all_uses(code, detail, shelf.picks_of(line.type) if line else ())
    counts = await desk.counts(bot)
    shown, clicked = counts.get(item, (0, 0))
    variables: dict[str, bool] = {}
    description = ""
    for tag, one in detail.texts.items():
        row = one.draft or one.live
        source = row["source"] if row else one.default.source if one.default else None
        if source is None:
            continue
        compiled, _ = await asyncio.to_thread(shelf.compile, item, tag, source)
        description = description or compiled.description
        for variable in compiled.variables:
            variables[variable.name] = variables.get(variable.name, False) or variable.required
    return ItemOut.of(
        detail, line, description=description,
        variables=[VariableOut(name=name, required=required) for name, required in sorted(variables.items())],
        uses=[UseOut(**use) for use in uses], counts=CountsOut(shown_7d=shown, clicked_7d=clicked),
    )  # fmt: skip


async def _fresh(app: Any, bot: BotId) -> Shelf:
    found: Shelf = await app.content.desk.refresh(bot)
    return found
