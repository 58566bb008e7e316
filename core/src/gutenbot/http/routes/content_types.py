"""Types of content that a bot's items may be of, and its collections."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from gutenbot.content import collections
from gutenbot.content.collections import Element
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, needs
from gutenbot.modules.content_types import owners_of

router = APIRouter(tags=["content"])
CollectionName = Annotated[str, Path(min_length=1, max_length=60, alias="collection")]


class TypeOut(BaseModel):
    """A type of content."""

    name: str
    title: str
    group: str
    description: str
    json_schema: dict[str, Any] = Field(
        serialization_alias="schema",
        description="JSON Schema of an item's value; of one entry for the built-in types. `x-widget`: what edits a field.",
    )
    ui: dict[str, Any] = Field(description="`order` of the fields, and which of them names an item (`preview`).")
    collection: bool
    natural: bool = Field(description="Items are written as entries, not as fields: the built-in messages.")
    renders: bool = Field(description="Whether items can be said; else code only reads them.")
    source: str = Field(description="`core`, or the module or bot that declares it.")


class CollectionOut(BaseModel):
    """A collection."""

    name: str
    title: str
    description: str
    count: int
    fields: list[str]
    picked: list[str] = Field(description="Where the bot's code picks of it: file and line.")


class Query(BaseModel):
    """What to look for in a collection."""

    where: dict[str, Any] = Field(
        default_factory=dict, max_length=20, description="Field → what it must be; all must hold."
    )
    q: str = Field("", max_length=collections.MAX_Q, description="Words that must all occur.")
    sort: str = Field("", max_length=100, description="A field; `-field`: downwards.")
    locale: str = Field("", max_length=35)
    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", max_length=200, description="`next` of the page before.")


class ElementOut(BaseModel):
    """An element of a collection."""

    id: str
    type: str
    tags: list[str]
    words: str
    locale: str
    value: dict[str, Any]


class Found(BaseModel):
    """Some of what fits; `next` is the cursor of the following page, null at the end."""

    items: list[ElementOut]
    total: int
    next: str | None = None


@router.get("/bots/{bot}/content/types")
async def list_types(bot: KnownBot, app: App, actor: Annotated[Actor, needs("content:read")]) -> list[TypeOut]:
    """The types that items of this bot may be of: the built-in ones, those of modules, and the bot's own."""
    owners = owners_of(app.bots[bot], [entry.module for entry in app.running()])
    return [
        TypeOut(
            name=one.name, title=one.title, group=one.group, description=one.description, json_schema=one.schema(),
            ui=one.ui(), collection=one.collection, natural=one.natural, renders=one.renders,
            source=owners.get(one.name, "core"),
        )
        for one in app.runtimes[bot].library.types.values()
    ]  # fmt: skip


@router.get("/bots/{bot}/content/collections")
async def list_collections(
    bot: KnownBot, app: App, actor: Annotated[Actor, needs("content:read")]
) -> list[CollectionOut]:
    """The collections of this bot, with how many elements they have."""
    library = app.runtimes[bot].library
    kinds = [library.types[name] for name in collections.names(library)]
    picks = await asyncio.to_thread(app.content.desk.shelf(bot).usage.picks)
    return [
        CollectionOut(
            name=one.name, title=one.title, description=one.description, fields=one.ui()["order"],
            count=len(collections.elements(library, one.name, "")), picked=[str(it.place) for it in picks.get(one.name, ())],
        )
        for one in kinds
    ]  # fmt: skip


@router.post("/bots/{bot}/content/collections/{collection}/query")
async def query_collection(
    name: CollectionName, body: Query, bot: KnownBot, app: App, actor: Annotated[Actor, needs("content:read")]
) -> Found:
    """The elements that fit, as the bot's code would find them."""
    found = collections.query(app.runtimes[bot].library, name, body.locale, where=body.where, q=body.q, sort=body.sort)
    start = next((place for place, one in enumerate(found, 1) if one.id == body.after), 0)
    page = found[start : start + body.limit]
    more = start + body.limit < len(found)
    return Found(items=[_out(one) for one in page], total=len(found), next=page[-1].id if more else None)


def _out(one: Element) -> ElementOut:
    item = one.item
    return ElementOut(
        id=item.id, type=item.type, tags=list(item.tags), words=item.words, locale=item.locale, value=one.value
    )
