"""Writing what a bot says: drafts, checks, previews and history."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, Field

from gutenbot.app.previews import all_names, channels, preview, sample_of
from gutenbot.content.items import NAMES_AT_HAND
from gutenbot.editing import history, media, shrinking, text, wording
from gutenbot.editing.desk import spot_of
from gutenbot.editing.rows import Spot
from gutenbot.editing.text import Kept
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, by, needs
from gutenbot.http.routes.content import item_of
from gutenbot.http.routes.content_models import (
    DraftIn,
    ItemOut,
    NewItemIn,
    ProblemOut,
    RevisionOut,
    SavedOut,
    TextIn,
)
from gutenbot.http.routes.models import Limit, Page
from gutenbot.kernel.ids import BotId, UserId

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
Reader = Annotated[Actor, needs("content:read")]
Writer = Annotated[Actor, needs("content:write")]
TEXT = "/items/{item}/locales/{locale}"


class CheckIn(TextIn):
    """A text to look at; nothing is kept."""

    id: str = Field("text", max_length=121)
    type: str = Field("", max_length=60)
    locale: str = Field("en", max_length=20)


class CheckOut(BaseModel):
    """What is wrong with a text."""

    problems: list[ProblemOut]


class PreviewIn(CheckIn):
    """A text to show as a channel would."""

    channel: str = Field("web", max_length=60)
    person: str = Field("", max_length=60, description="A user's id; a made-up person when empty.")
    data: dict[str, Any] = Field(default_factory=dict, description="What the code would pass.")


class LostOut(BaseModel):
    """What the channel cannot show, and what it shows instead."""

    what: str
    instead: str


class PreviewOut(BaseModel):
    """The messages as the channel gets them."""

    messages: list[dict[str, Any]]
    lost: list[LostOut]
    problems: list[ProblemOut]


class ChannelOut(BaseModel):
    """What a channel can show."""

    name: str
    title: str
    limits: dict[str, Any]


class NameOut(BaseModel):
    """A name or filter that texts may use."""

    name: str
    example: str
    help: str
    passed: bool = Field(False, description="Only this item has it: the code that says it passes it.")


class NamesOut(BaseModel):
    """All names and filters."""

    names: list[NameOut]
    filters: list[NameOut]


class RestoreIn(BaseModel):
    """Which revision."""

    revision: int = Field(ge=1)


class DuplicateIn(BaseModel):
    """The new item's id."""

    to: str = Field(min_length=1, max_length=121)


class SeenOut(BaseModel):
    """What users saw at a moment."""

    yaml: str
    value: Any
    revision: int | None
    source: str = Field(
        description="`revision`, `files` (as they are now: their past is in their repository) or `nothing`."
    )


@router.post("/items", status_code=201)
async def create(bot: KnownBot, body: NewItemIn, app: App, actor: Writer) -> ItemOut:
    """Makes an item, as a draft."""
    spot = writable(actor, bot, body.id, body.locale)
    await text.create(app.content.desk, by(actor), spot, body.given(), body.type)
    return await item_of(app, bot, spot.item)


@router.post("/items/{item}/duplicate", status_code=201)
async def duplicate(bot: KnownBot, item: str, body: DuplicateIn, app: App, actor: Writer) -> ItemOut:
    """Makes another item with the same texts, as drafts."""
    desk = app.content.desk
    to = writable(actor, bot, body.to, desk.shelf(bot).locale)
    await text.duplicate(desk, by(actor), bot, spot_of(bot, item, "en").item, to)
    return await item_of(app, bot, to.item)


@router.put(TEXT + "/draft")
async def save(bot: KnownBot, item: str, locale: str, body: DraftIn, app: App, actor: Writer) -> SavedOut:
    """Keeps a draft. Where somebody else wrote other fields since `version`, both are kept; the same: 409."""
    spot = writable(actor, bot, item, locale)
    return saved(await text.save(app.content.desk, by(actor), spot, body.given(), seen=body.version))


@router.delete(TEXT + "/draft")
async def discard(bot: KnownBot, item: str, locale: str, app: App, actor: Writer) -> SavedOut:
    """Throws a draft away."""
    return SavedOut(version=await text.discard(app.content.desk, by(actor), writable(actor, bot, item, locale)))


@router.post(TEXT + "/restore")
async def restore(bot: KnownBot, item: str, locale: str, body: RestoreIn, app: App, actor: Writer) -> SavedOut:
    """Takes an earlier revision as the draft."""
    return saved(await text.restore(app.content.desk, by(actor), writable(actor, bot, item, locale), body.revision))


@router.post("/check")
async def check(bot: KnownBot, body: CheckIn, app: App, actor: Reader) -> CheckOut:
    """What is wrong with a text, before it is kept."""
    from gutenbot.app.checks import check_text

    spot = spot_of(bot, body.id, body.locale)
    shelf = await app.content.desk.refresh(bot)
    drawn = shrinking.DRAWN if shrinking.can_draw() else ()
    known, lists = await app.content.desk.read(lambda db: (media.sizes(db, bot, drawn=drawn), wording.lists(db, bot)))
    found = await asyncio.to_thread(check_text, shelf, spot, body.given().source(), channels(app), known, lists)
    return CheckOut(problems=[ProblemOut.of(one.problem, one.path, one.channel) for one in found])


@router.post("/preview")
async def show(bot: KnownBot, body: PreviewIn, app: App, actor: Reader) -> PreviewOut:
    """A text as a channel would show it, with the renderer and the rules that turns use."""
    spot = spot_of(bot, body.id, body.locale)
    person = await _person(app, bot, body.person, actor)
    sample = sample_of(app, bot, spot, body.channel, person, body.data)
    found = await asyncio.to_thread(preview, app.content.desk.shelf(bot), spot, body.given().source(), sample)
    return PreviewOut(
        messages=found.messages, lost=[LostOut(what=one.what, instead=one.instead) for one in found.lost],
        problems=[ProblemOut.of(one) for one in found.problems],
    )  # fmt: skip


@router.get("/channels")
async def list_channels(bot: KnownBot, app: App, actor: Reader) -> list[ChannelOut]:
    """What each channel of this server can show."""
    return [ChannelOut(name=one.name, title=one.title, limits=one.limits) for one in channels(app)]


@router.get("/variables")
async def names(
    bot: KnownBot,
    app: App,
    actor: Reader,
    item: Annotated[str, Query(max_length=121, alias="id", description="An item.")] = "",
) -> NamesOut:
    """The names that every text may use, those that code passes to an item, and all filters."""
    uses = await asyncio.to_thread(app.content.desk.shelf(bot).usage.read)
    at_hand, filters = all_names(uses.get(item.removeprefix("#"), ()))
    shown = [_name(one, passed=one["name"].split(".")[0] not in NAMES_AT_HAND) for one in at_hand]
    return NamesOut(names=shown, filters=[_name(one) for one in filters])


def _name(one: dict[str, str], *, passed: bool = False) -> NameOut:
    return NameOut(name=one["name"], example=one["example"], help=one["help"], passed=passed)


@router.get(TEXT + "/revisions")
async def revisions(
    bot: KnownBot, item: str, locale: str, app: App, actor: Reader, limit: Limit = 50,
    after: Annotated[int, Query(ge=0, description="`next` of the page before.")] = 0,
) -> Page[RevisionOut]:  # fmt: skip
    """A text's history, the latest first."""
    spot = spot_of(bot, item, locale)
    rows = await app.content.desk.read(lambda db: history.revisions(db, spot, limit, after))
    cursor = str(rows[-1]["n"]) if len(rows) == limit else None
    return Page(items=[RevisionOut.from_row(row) for row in rows], next=cursor)


@router.get(TEXT + "/revisions/{n}")
async def revision(
    bot: KnownBot, item: str, locale: str, n: Annotated[int, Path(ge=1)], app: App, actor: Reader
) -> RevisionOut:
    """One state of a text."""
    spot = spot_of(bot, item, locale)
    return RevisionOut.from_row(await app.content.desk.read(lambda db: history.revision_or_none(db, spot, n)))


@router.get(TEXT + "/at")
async def at(
    bot: KnownBot, item: str, locale: str, app: App, actor: Reader,
    time: Annotated[AwareDatetime | None, Query(description="The moment; now when missing.")] = None,
) -> SeenOut:  # fmt: skip
    """What users saw at a moment."""
    spot = spot_of(bot, item, locale)
    desk = app.content.desk
    ground = await desk.ground(bot)
    moment: datetime = time or app.clock.now()

    return SeenOut(**await desk.read(lambda db: history.seen(db, ground, spot, moment)))


def writable(actor: Actor, bot: BotId, item: str, locale: str, permission: str = "content:write") -> Spot:
    """The text, when they may change it in this language of this bot. Raises `Forbidden`, `WrongId`, `WrongLocale`."""
    spot = spot_of(bot, item, locale)
    may_in(actor, bot, spot.locale, permission)
    return spot


def may_in(actor: Actor, bot: BotId, locale: str, permission: str) -> None:
    """Raises `Forbidden` where a permission is limited to other languages or bots. `fr` also allows `fr-CA`."""
    from gutenbot.content.locales import parents

    tags = [locale, *parents(locale)] if locale else [""]
    if not any(actor.may(permission, **({"language": tag} if tag else {}), bot=bot) for tag in tags):
        actor.need(permission, **({"language": locale} if locale else {}), bot=bot)


async def may_in_all(actor: Actor, app: Any, bot: BotId, permission: str) -> None:
    """Raises `Forbidden` where a permission is limited to some of the bot's languages."""
    shelf = await app.content.desk.refresh(bot)
    for locale in {shelf.locale, *shelf.catalogue.locales}:
        may_in(actor, bot, locale, permission)


def saved(kept: Kept) -> SavedOut:
    """A draft as the API answers it."""
    found = kept.saved
    problems = [ProblemOut.of(one) for one in kept.problems]
    return SavedOut(version=found.version, revision=found.n, merged=found.was_merged, problems=problems)


async def _person(app: Any, bot: BotId, person: str, actor: Actor) -> dict[str, Any] | None:
    """What is known of a user, for whoever may see users."""
    if not person or not actor.may("users:read", bot=bot):
        return None
    row = await app.storage.user(bot, UserId(person))
    return {**row.profile, **row.attributes} if row is not None else None
