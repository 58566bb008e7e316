"""Whole items of content: archived, renamed, removed; and what the files do not say yet."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gutenbot.editing import items, sync
from gutenbot.editing.desk import spot_of
from gutenbot.editing.pulling import Override
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, by, needs
from gutenbot.http.routes.content_release_models import Placed
from gutenbot.http.routes.content_text import may_in_all, writable
from gutenbot.kernel.clock import from_ms
from gutenbot.kernel.ids import BotId

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
Reader = Annotated[Actor, needs("content:read")]
Publisher = Annotated[Actor, needs("content:publish")]


class RenameIn(BaseModel):
    """The new id."""

    to: str = Field(min_length=1, max_length=121)


class RenamedOut(BaseModel):
    """What changed, and the patch for what stands in files."""

    changed: list[str]
    patch: str = Field(description="Unified diff, below the bot's folder; empty when no file names the item.")


class ArchiveIn(BaseModel):
    """Items to be put away; with `archived` false: to be brought back."""

    items: list[Annotated[str, Field(min_length=1, max_length=121)]] = Field(min_length=1, max_length=500)
    archived: bool = True


class RefusedOut(BaseModel):
    """What was left as it is, and why. `code`: as in the reference of errors."""

    id: str
    code: str
    why: str


class ArchivedOut(BaseModel):
    """Those that changed: the same request with the other `archived` takes it back."""

    items: list[str]
    refused: list[RefusedOut]


class OverrideOut(BaseModel):
    """A text of the console that the files do not say."""

    id: str
    locale: str
    place: str
    yaml: str
    revision: int
    base_hash: str
    at: datetime
    by: str
    conflict: bool = Field(description="The file was changed under it.")
    behind: str = Field(description="Where a module has the text that is said when no file of the bot has one.")
    behind_hash: str

    @classmethod
    def of(cls, one: Override, place: str = "", *, conflict: bool = False) -> "OverrideOut":
        """From what is stored."""
        return cls(
            id=one.item, locale=one.locale, yaml=one.source, revision=one.revision, base_hash=one.base_hash,
            at=from_ms(one.at_ms), by=one.by, conflict=conflict, place=place,
            behind=one.behind, behind_hash=one.behind_hash,
        )  # fmt: skip


class OverridesOut(BaseModel):
    """Texts of the console that are live."""

    items: list[OverrideOut]


class SyncOut(BaseModel):
    """What pulling into the files would change."""

    items: list[OverrideOut]
    diff: str
    problems: list[str]


class PushIn(BaseModel):
    """Texts of the console that give way to the files."""

    items: list[Placed] = Field(max_length=10_000)


class PushedOut(BaseModel):
    """How many gave way."""

    reverted: int


@router.post("/items/{item}/archive", status_code=204)
async def archive(bot: KnownBot, item: str, app: App, actor: Publisher) -> None:
    """Puts an item of the console away: it is said and listed no more."""
    await items.archive(app.content.desk, by(actor), bot, await _named(actor, app, bot, item), archived=True)


@router.post("/items/{item}/unarchive", status_code=204)
async def unarchive(bot: KnownBot, item: str, app: App, actor: Publisher) -> None:
    """Brings an item back."""
    await items.archive(app.content.desk, by(actor), bot, await _named(actor, app, bot, item), archived=False)


@router.post("/archive")
async def archive_some(bot: KnownBot, body: ArchiveIn, app: App, actor: Publisher) -> ArchivedOut:
    """Puts many items of the console away at once, or brings them back; those that cannot are named with the reason."""
    await may_in_all(actor, app, bot, "content:publish")
    chosen = [spot_of(bot, item, "en").item for item in body.items]
    found = await items.archive_some(app.content.desk, by(actor), bot, chosen, archived=body.archived)
    refused = [RefusedOut(id=item, code=error.code, why=str(error)) for item, error in found.refused.items()]
    return ArchivedOut(items=found.done, refused=refused)


@router.post("/items/{item}/rename")
async def rename(bot: KnownBot, item: str, body: RenameIn, app: App, actor: Publisher) -> RenamedOut:
    """Gives an item another id. What stands in files stays until the proposed patch is deployed."""
    to = await _named(actor, app, bot, body.to)
    found = await items.rename(app.content.desk, by(actor), bot, await _named(actor, app, bot, item), to)
    return RenamedOut(changed=found.changed, patch=found.patch)


@router.delete("/items/{item}", status_code=204)
async def remove(bot: KnownBot, item: str, app: App, actor: Publisher) -> None:
    """Removes an item of the console; 409 with `uses` when something says it."""
    await items.remove(app.content.desk, by(actor), bot, await _named(actor, app, bot, item))


@router.get("/sync")
async def show_sync(bot: KnownBot, app: App, actor: Reader) -> SyncOut:
    """What is live here and not in the files, and the change that `gutenbot content pull` would make."""
    found = await sync.sync(app.content.desk, bot)
    lines = app.content.shelves[bot].defaults.read()
    conflicts = {(one.item, one.locale) for one in found.conflicts}
    shown = [
        OverrideOut.of(
            one,
            place=lines[one.item, one.locale].place if (one.item, one.locale) in lines else "",
            conflict=(one.item, one.locale) in conflicts,
        )
        for one in found.items
    ]
    return SyncOut(items=shown, diff=found.diff(app.content.shelves[bot].files.folder.name), problems=found.problems)


@router.get("/overrides")
async def list_overrides(bot: KnownBot, app: App, actor: Reader) -> OverridesOut:
    """All texts of the console that are live, whether or not the files say the same: what `gutenbot content pull` writes."""
    return OverridesOut(items=[OverrideOut.of(one) for one in await sync.live_texts(app.content.desk, bot)])


@router.post("/push")
async def push(bot: KnownBot, body: PushIn, app: App, actor: Publisher) -> PushedOut:
    """The files win: takes these texts of the console off them."""
    spots = [writable(actor, bot, one.id, one.locale, "content:publish") for one in body.items]
    return PushedOut(reverted=await sync.let_go(app.content.desk, by(actor), bot, spots))


async def _named(actor: Actor, app: App, bot: BotId, item: str) -> str:
    """The id of an item that they may change in all languages."""
    await may_in_all(actor, app, bot, "content:publish")
    return spot_of(bot, item, "en").item
