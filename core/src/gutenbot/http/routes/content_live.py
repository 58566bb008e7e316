"""Publishing what a bot says: now or later, alone or together, and back again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from gutenbot.accounts.rows import Row
from gutenbot.editing import conflicts, due, live, publishing
from gutenbot.editing.desk import locale_of, spot_of
from gutenbot.editing.publishing import About
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, by, needs
from gutenbot.http.routes.content_models import (
    ProblemOut,
    PublishIn,
    SavedOut,
    TextIn,
)
from gutenbot.http.routes.content_release_models import ReleasedOut, ReleaseIn, ReleaseOut
from gutenbot.http.routes.content_text import TEXT, may_in, may_in_all, writable
from gutenbot.http.routes.models import Limit, Page
from gutenbot.kernel.ids import BotId

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
Reader = Annotated[Actor, needs("content:read")]
Publisher = Annotated[Actor, needs("content:publish")]
Seq = Annotated[int, Path(ge=1, le=2**53)]


class RevertIn(BaseModel):
    """Which language; all when missing."""

    locale: str | None = Field(None, max_length=20)


class ResolveIn(TextIn):
    """Whose text is kept of a conflict; the merged one is given."""

    keep: str = Field(pattern="^(mine|theirs|merged)$")
    version: int | None = Field(None, ge=0)


@router.post(TEXT + "/publish")
async def publish(bot: KnownBot, item: str, locale: str, body: PublishIn, app: App, actor: Publisher) -> ReleasedOut:
    """Makes the draft live, at once or at a moment; with `expires` only until then.

    `GET /content/releases/{seq}` tells on how many workers it is.
    """
    spot = writable(actor, bot, item, locale, "content:publish")
    when = live.When(body.at, body.expires, body.zone)
    release = await live.publish(
        app.content.desk, by(actor), [spot], About(reason=body.reason, zone=body.zone), when, seen=body.version
    )
    return ReleasedOut(release=release["seq"])


@router.post(TEXT + "/unschedule", status_code=204)
async def unschedule(bot: KnownBot, item: str, locale: str, app: App, actor: Publisher) -> None:
    """Calls off what was planned for a text."""
    await live.unschedule(app.content.desk, by(actor), writable(actor, bot, item, locale, "content:publish"))


@router.post(TEXT + "/resolve")
async def resolve(bot: KnownBot, item: str, locale: str, body: ResolveIn, app: App, actor: Publisher) -> SavedOut:
    """Settles a conflict: the file has changed under the text of the console."""
    spot = writable(actor, bot, item, locale, "content:publish")
    merged = body.given() if body.keep == "merged" else None
    version, problems = await conflicts.resolve(app.content.desk, by(actor), spot, body.keep, merged, seen=body.version)
    return SavedOut(version=version, problems=[ProblemOut.of(one) for one in problems])


@router.post("/items/{item}/revert")
async def revert(bot: KnownBot, item: str, body: RevertIn, app: App, actor: Publisher) -> ReleasedOut:
    """Gives users what the files say again."""
    locale = locale_of(body.locale) if body.locale else ""
    if locale:
        may_in(actor, bot, locale, "content:publish")
    else:
        await may_in_all(actor, app, bot, "content:publish")
    release = await live.revert(app.content.desk, by(actor), bot, spot_of(bot, item, "en").item, locale)
    return ReleasedOut(release=release["seq"])


@router.get("/releases")
async def list_releases(
    bot: KnownBot, app: App, actor: Reader, limit: Limit = 50,
    after: Annotated[int, Query(ge=0, description="`next` of the page before.")] = 0,
) -> Page[ReleaseOut]:  # fmt: skip
    """What was and will be published, the latest first."""
    rows = await app.content.desk.read(lambda db: publishing.releases(db, bot, limit, after))
    cursor = str(rows[-1]["seq"]) if len(rows) == limit else None
    return Page(items=[await _shown(app, bot, row) for row in rows], next=cursor)


@router.post("/releases", status_code=201)
async def make_release(bot: KnownBot, body: ReleaseIn, app: App, actor: Publisher) -> ReleasedOut:
    """Publishes the drafts of several texts together: users get all of them or none."""
    spots = [writable(actor, bot, one.id, one.locale, "content:publish") for one in body.items]
    about = About(name=body.name, reason=body.reason, zone=body.zone)
    when = live.When(body.at, body.expires, body.zone)
    release = await live.publish(app.content.desk, by(actor), spots, about, when)
    return ReleasedOut(release=release["seq"])


@router.get("/releases/{seq}")
async def show_release(bot: KnownBot, seq: Seq, app: App, actor: Reader) -> ReleaseOut:
    """One release, and on how many workers it is live."""
    return await _shown(app, bot, await app.content.desk.read(lambda db: publishing.release_row(db, bot, seq)))


@router.post("/releases/{seq}/publish")
async def publish_release(bot: KnownBot, seq: Seq, app: App, actor: Publisher) -> ReleasedOut:
    """Makes a planned release live before its moment, or one that was held when that came."""
    desk = app.content.desk
    row = await desk.read(lambda db: publishing.release_row(db, bot, seq))
    for one in row["items"]:
        may_in(actor, bot, one["locale"], "content:publish")
    return ReleasedOut(release=(await due.publish_now(desk, by(actor), bot, seq))["seq"])


@router.post("/releases/{seq}/undo")
async def undo(bot: KnownBot, seq: Seq, app: App, actor: Publisher) -> ReleasedOut:
    """Gives users what they got before; what was published becomes a draft again. A planned one is called off."""
    desk = app.content.desk
    row = await desk.read(lambda db: publishing.release_row(db, bot, seq))
    for one in row["items"]:
        may_in(actor, bot, one["locale"], "content:publish")
    return ReleasedOut(release=(await live.undo(desk, by(actor), bot, seq))["seq"])


async def _shown(app: App, bot: BotId, row: Row) -> ReleaseOut:
    if not row["generation"]:
        return ReleaseOut.of(row, (0, (await app.content.live_on(bot, 0))[1]))
    return ReleaseOut.of(row, await app.content.live_on(bot, row["generation"]))
