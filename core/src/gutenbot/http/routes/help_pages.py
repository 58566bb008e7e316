"""The documentation, as the console shows it: what there is, a page, and where words are found."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from gutenbot.accounts.permissions import SELF
from gutenbot.app.documentation import Documentation, Page
from gutenbot.app.documentation_search import search
from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import needs

router = APIRouter(tags=["help"])
Reader = Annotated[Actor, needs(SELF)]


class UnknownPage(HttpMistake):
    """The documentation has no page {name}."""

    code = "help.unknown-page"
    status = 404


def _documentation(request: Request) -> Documentation:
    found: Documentation = request.app.state.documentation
    return found


Docs = Annotated[Documentation, Depends(_documentation)]


class HelpLink(BaseModel):
    """A page as it is listed: its name is `how-to/deploy`, its title is English."""

    name: str
    title: str


class HelpGroup(BaseModel):
    """Pages of one kind: `start`, `how-to`, `examples`, `explanation` or `reference`."""

    name: str
    pages: list[HelpLink]


class HelpContents(BaseModel):
    """All pages, in the order in which they are best read."""

    groups: list[HelpGroup]


class HelpPage(BaseModel):
    """A page in Markdown. Its links lead to other pages as files do: `../reference/settings.md#keys`."""

    name: str
    title: str
    group: str
    text: str


class HelpHit(BaseModel):
    """A part of a page. `anchor` is that of its heading; both are empty for what stands before the first one."""

    name: str
    title: str
    group: str
    heading: str
    anchor: str
    excerpt: str


class HelpHits(BaseModel):
    """The best first."""

    items: list[HelpHit]


@router.get("/help")
async def help_contents(docs: Docs, reader: Reader) -> HelpContents:
    """The pages of the documentation that came with this release."""
    groups: dict[str, list[Page]] = {}
    for page in await asyncio.to_thread(docs.pages):
        groups.setdefault(page.group, []).append(page)
    return HelpContents(groups=[
        HelpGroup(name=name, pages=[HelpLink(name=page.name, title=page.title) for page in pages])
        for name, pages in groups.items()
    ])  # fmt: skip


@router.get("/help/search")
async def search_help(
    docs: Docs, reader: Reader, q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> HelpHits:  # fmt: skip
    """Where the documentation speaks of it."""
    found = await asyncio.to_thread(lambda: search(docs.parts(), q, limit))
    return HelpHits(items=[
        HelpHit(name=hit.page.name, title=hit.page.title, group=hit.page.group, heading=hit.heading, anchor=hit.anchor,
                excerpt=hit.excerpt)
        for hit in found
    ])  # fmt: skip


@router.get("/help/page")
async def help_page(docs: Docs, reader: Reader, name: Annotated[str, Query(min_length=1, max_length=200)]) -> HelpPage:
    """One page, by its name: `how-to/deploy`."""
    found = await asyncio.to_thread(docs.text, name)
    if found is None:
        raise UnknownPage(name=name[:100])
    page, text = found
    return HelpPage(name=page.name, title=page.title, group=page.group, text=text)
