"""The media library of a bot: pictures, sounds, films and files that content names."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from gutenbot.accounts.desk import Db
from gutenbot.accounts.lines import Line
from gutenbot.accounts.rows import Row
from gutenbot.app.media import MediaShelf
from gutenbot.editing import media
from gutenbot.editing.media import Change, Kept
from gutenbot.editing.media_errors import MediaInUse, NoMedia, NotMedia
from gutenbot.http.auth import Actor
from gutenbot.http.multipart import file_of
from gutenbot.http.permission import App, Desk, KnownBot, by, needs
from gutenbot.http.routes.models import Limit, Page
from gutenbot.kernel.clock import from_ms
from gutenbot.kernel.ids import BotId

router = APIRouter(tags=["media"])
MediaId = Annotated[str, Path(min_length=1, max_length=60, alias="media")]
MAX_USES = 50
_BINARY = {
    "requestBody": {
        "required": True,
        "description": "The file itself (its name in `?name=`), or a form with the file in it.",
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    }
}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"*/*": {}}, "description": "The file, as what it is."}}


class Rendition(BaseModel):
    """A smaller copy of a picture."""

    width: int
    height: int
    mime: str
    size: int


class ChannelFit(BaseModel):
    """Whether a channel can show the file."""

    channel: str
    fits: bool
    why: str = ""
    width: int = Field(default=0, description="How wide the copy is that the channel gets; 0: not a picture, or none.")


class MediaUse(BaseModel):
    """Where content names the file."""

    item: str
    locale: str
    place: str


class MediaOut(BaseModel):
    """A file of the library."""

    id: str
    name: str
    mime: str
    size: int
    width: int
    height: int
    alt: dict[str, str] = Field(description="Language → what it shows; an empty text: it only decorates.")
    focus: dict[str, float] = Field(description="The point that matters, `x` and `y` from 0 to 1.")
    version: int
    created: datetime
    created_by: str
    edited: datetime
    edited_by: str
    uses: int


class MediaDetails(MediaOut):
    """A file of the library with everything about it."""

    renditions: list[Rendition]
    used_by: list[MediaUse]
    channels: list[ChannelFit]


class Focus(BaseModel):
    """A point of a picture."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class MediaIn(BaseModel):
    """What shall be said about a file; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    alt: dict[str, Annotated[str, Field(max_length=media.MAX_ALT)]] | None = Field(None, max_length=60)
    focus: Focus | None = None
    version: int | None = Field(None, description="The version that is changed; another one in the meantime is a 409.")


@router.get("/bots/{bot}/media")
async def list_media(
    bot: KnownBot,
    app: App,
    actor: Annotated[Actor, needs("content:read")],
    q: Annotated[str, Query(max_length=100)] = "",
    type: Annotated[str, Query(max_length=60, description="Such as `image` or `image/png`.")] = "",  # noqa: A002
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=200)] = "",
) -> Page[MediaOut]:
    """The files of the library, by name."""
    rows = await app.storage.read(lambda db: media.listing(db, bot, q=q, kind=type, limit=limit + 1, after=after))
    uses = _uses(app, bot)
    items = [_out(row, len(uses.get(row["name"], ()))) for row in rows[:limit]]
    return Page(items=items, next=items[-1].name if len(rows) > limit else None)


@router.post("/bots/{bot}/media", status_code=201, openapi_extra=_BINARY)
async def add_media(
    request: Request,
    bot: KnownBot,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("content:write")],
    name: Annotated[str, Query(max_length=200, description="The name by which content says it.")] = "",
    alt: Annotated[str, Query(max_length=media.MAX_ALT, description="What it shows, in the bot's language.")] = "",
) -> MediaDetails:
    """Takes a file in. What it is is read from its bytes; what a picture tells besides what it shows is left out."""
    kept = await _keep(request, app, bot, name)
    words = {app.bots[bot].locale: alt} if alt else {}

    def work(db: Db) -> tuple[Row, Line]:
        row = media.add(db, bot, kept, words, _change(desk, actor))
        return row, _line(bot, "media.added", row, f"put {row['name']} into the media library", after=_told(row))

    return await _drawn(app, await _changed(app, desk, actor, bot, work, kept))


@router.get("/bots/{bot}/media/{media}")
async def get_media(
    media_id: MediaId, bot: KnownBot, app: App, actor: Annotated[Actor, needs("content:read")]
) -> MediaDetails:
    """A file with everything about it: its smaller copies, where it is used, which channels can show it."""
    return await _details(app, await app.storage.read(lambda db: media.get(db, bot, media_id)))


@router.patch("/bots/{bot}/media/{media}")
async def change_media(
    media_id: MediaId,
    body: MediaIn,
    bot: KnownBot,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("content:write")],
) -> MediaDetails:
    """Changes a file's name, words or focal point. A name that is in use is not changed: content would lose the file."""
    uses = _uses(app, bot)
    focus = (body.focus.x, body.focus.y) if body.focus is not None else None

    def work(db: Db) -> tuple[Row, Line]:
        before, after = media.change(
            db, bot, media_id, _change(desk, actor), name=body.name, alt=body.alt, focus=focus, version=body.version
        )
        if after["name"] != before["name"]:
            _refuse_used(db, before, uses)
        told = f"changed {before['name']} in the media library"
        return after, _line(bot, "media.changed", after, told, before=_told(before), after=_told(after))

    return await _details(app, await desk.change(by(actor), work))


@router.post("/bots/{bot}/media/{media}/replace", openapi_extra=_BINARY)
async def replace_media(
    request: Request,
    media_id: MediaId,
    bot: KnownBot,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("content:publish")],
    version: Annotated[int | None, Query()] = None,
) -> MediaDetails:
    """Puts another file in its place everywhere, at once: content goes on naming it as before."""
    row = await app.storage.read(lambda db: media.get(db, bot, media_id))
    kept = await _keep(request, app, bot, row["name"])

    def work(db: Db) -> tuple[Row, Line]:
        before, after = media.replace(db, bot, media_id, kept, _change(desk, actor), version)
        told = f"replaced {after['name']} in the media library"
        return after, _line(bot, "media.replaced", after, told, before=_told(before), after=_told(after))

    return await _drawn(app, await _changed(app, desk, actor, bot, work, kept))


@router.put("/bots/{bot}/media/{media}/renditions", openapi_extra=_BINARY)
async def put_rendition(
    request: Request,
    media_id: MediaId,
    bot: KnownBot,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("content:write")],
) -> MediaDetails:
    """Adds a smaller copy of a picture, for channels and screens that need no more, where the server draws none itself."""
    row = await app.storage.read(lambda db: media.get(db, bot, media_id))
    kept = await _keep(request, app, bot, row["name"].rpartition(".")[0] or row["name"])

    def work(db: Db) -> tuple[Row, Line]:
        found = media.put_rendition(db, bot, media_id, kept, _change(desk, actor))
        told = f"added a copy of {found['name']}, {kept.file.width} wide"
        return found, _line(bot, "media.rendition-added", found, told, after={"width": kept.file.width})

    return await _details(app, await _changed(app, desk, actor, bot, work, kept))


@router.delete("/bots/{bot}/media/{media}", status_code=204)
async def remove_media(
    media_id: MediaId, bot: KnownBot, app: App, desk: Desk, actor: Annotated[Actor, needs("content:publish")]
) -> None:
    """Takes a file out of the library; one that content names stays."""
    uses = _uses(app, bot)

    def work(db: Db) -> tuple[None, Line]:
        row = media.remove(db, bot, media_id)
        _refuse_used(db, row, uses)
        told = f"took {row['name']} out of the media library"
        return None, _line(bot, "media.removed", row, told, before=_told(row))

    await desk.change(by(actor), work)


@router.get("/bots/{bot}/media/{media}/file", response_class=Response, responses=_FILE)
async def read_media(
    request: Request,
    media_id: MediaId,
    bot: KnownBot,
    app: App,
    actor: Annotated[Actor, needs("content:read")],
    w: Annotated[
        int, Query(ge=0, le=20_000, description="How wide it is shown: the smallest copy that is enough.")
    ] = 0,
    channel: Annotated[str, Query(max_length=60, description="As this channel gets it.")] = "",
) -> Response:
    """The file itself."""
    row = await app.storage.read(lambda db: media.get(db, bot, media_id))
    found = await app.services.get(MediaShelf).open(row, width=w, limit=_limit(app, channel))
    if found is None:
        raise NoMedia(media=f"{row['name']} for the channel {channel[:60]}")
    tag = f'"{found.etag}"'
    kind = "inline" if found.mime.startswith(("image/", "audio/", "video/")) else "attachment"
    headers = {
        "etag": tag, "cache-control": "private, max-age=60", "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f"{kind}; filename*=UTF-8''{quote(found.name.rpartition('/')[2])}",
    }  # fmt: skip
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(found.data, media_type=found.mime, headers=headers)


async def _keep(request: Request, app: Any, bot: BotId, name: str) -> Kept:
    """The file of a request, its bytes put down."""
    kind = request.headers.get("content-type", "")
    given, data = file_of(kind, await request.body())
    name = name or given or unquote(request.headers.get("x-file-name", ""))
    if not data:
        raise NotMedia(name=name[:80] or "The file", reason="it is empty")
    kept: Kept = await app.services.get(MediaShelf).keep(bot, name or "file", data)
    return kept


async def _changed(
    app: Any, desk: Any, actor: Actor, bot: BotId, work: Callable[[Db], tuple[Row, Line]], kept: Kept
) -> Row:
    """The row after a change that needs a new file; the file goes again when the change is refused."""
    try:
        row: Row = await desk.change(by(actor), work)
    except BaseException:
        await asyncio.shield(app.services.get(MediaShelf).drop(bot, kept))
        raise
    return row


async def _drawn(app: Any, row: Row) -> MediaDetails:
    """A file that has just come, with the copies that the server draws of it."""
    await app.services.get(MediaShelf).draw(row)
    return await _details(app, row)


async def _details(app: Any, row: Row) -> MediaDetails:
    copies = await app.storage.read(partial(media.renditions, bot=row["bot_id"], media=[row["id"]]))
    drafts = await app.storage.read(lambda db: media.drafts_naming(db, row["bot_id"], row["name"]))
    uses = [
        *_uses(app, BotId(row["bot_id"])).get(row["name"], []),
        *(MediaUse(item=item, locale=locale, place="draft") for item, locale in drafts),
    ]
    return MediaDetails(
        **_out(row, len(uses)).model_dump(),
        renditions=[Rendition(**{name: copy[name] for name in Rendition.model_fields}) for copy in copies],
        used_by=uses[:MAX_USES],
        channels=[_fit(channel, row, copies) for _, channel in app.channels],
    )


def _fit(channel: Any, row: Row, copies: list[Row]) -> ChannelFit:
    can = channel.capabilities
    kind = row["mime"].partition("/")[0]
    if (kind if kind in ("image", "audio", "video") else "file") not in can.media:
        return ChannelFit(channel=channel.id, fits=False, why="The channel shows its words instead.")
    found = media.chosen(row, copies, limit=can.media_bytes)
    if found is None:
        why = f"It has {row['size']} bytes; the channel takes {can.media_bytes}."
        return ChannelFit(channel=channel.id, fits=False, why=why)
    return ChannelFit(channel=channel.id, fits=True, width=found["width"])


def _limit(app: Any, channel: str) -> int:
    found = app.channels.get(channel) if channel else None
    return int(found.capabilities.media_bytes) if found is not None else 0


def _uses(app: Any, bot: BotId) -> dict[str, list[MediaUse]]:
    """Name → where what is live names it."""
    found: dict[str, list[MediaUse]] = {}
    for locales in app.runtimes[bot].library.own.values():
        for item in locales.values():
            for name in {
                one.value.removeprefix("./").removeprefix("media/") for one in item.references if one.kind == "media"
            }:
                found.setdefault(name, []).append(MediaUse(item=item.id, locale=item.locale, place=str(item.place)))
    return found


def _refuse_used(db: Db, row: Row, uses: dict[str, list[MediaUse]]) -> None:
    found = {f"#{one.item}" for one in uses.get(row["name"], ())}
    found |= {f"the draft of #{item}" for item, _ in media.drafts_naming(db, row["bot_id"], row["name"])}
    if found:
        raise MediaInUse(name=row["name"], uses=", ".join(sorted(found)[:10]))


def _change(desk: Any, actor: Actor) -> Change:
    return Change(actor.name, desk.now_ms())


def _line(bot: BotId, verb: str, row: Row, what: str, **told: Any) -> Line:
    return Line(verb=verb, object="media", object_id=f"{bot}/{row['id']}", what=what, **told)


def _told(row: Row) -> dict[str, Any]:
    return {
        "name": row["name"],
        "mime": row["mime"],
        "size": row["size"],
        "sha256": row["sha256"],
        "alt": media.alt_of(row),
    }


def _out(row: Row, uses: int) -> MediaOut:
    return MediaOut(
        **{name: row[name] for name in ("id", "name", "mime", "size", "width", "height", "version", "created_by", "edited_by")},
        alt=media.alt_of(row), focus=media.focus_of(row), created=from_ms(row["created_ms"]),
        edited=from_ms(row["edited_ms"]), uses=uses,
    )  # fmt: skip
