"""A second pair of eyes on what a bot says: reviews and comments."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gutenbot.accounts.rows import Row
from gutenbot.editing import reviewing
from gutenbot.editing.desk import line_of, locale_of, spot_of
from gutenbot.editing.rows import Spot
from gutenbot.editing.text import must_be
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, by, needs
from gutenbot.http.routes.content_models import ReviewOut, Words
from gutenbot.http.routes.content_text import TEXT, may_in
from gutenbot.http.routes.models import Page
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
Reader = Annotated[Actor, needs("content:read")]
Writer = Annotated[Actor, needs("content:write")]


class ReviewIn(BaseModel):
    """What becomes of a draft."""

    do: Literal["ask", "approve", "send-back"]
    reviewer: Words = Field("", max_length=120, description="Who is asked.")
    words: Words = Field("", max_length=4000)


class CommentIn(BaseModel):
    """Something to say about a text."""

    words: Words = Field(min_length=1, max_length=4000)
    locale: str = Field("", max_length=20)
    path: Words = Field("", max_length=200, description="The field, such as `0.text`.")


class CommentOut(BaseModel):
    """What somebody said about a text."""

    id: str
    locale: str
    path: str
    words: str
    by: str
    at: datetime
    done: bool
    done_by: str

    @classmethod
    def of(cls, row: Row) -> "CommentOut":
        """From the stored row."""
        return cls(
            id=row["id"], locale=row["locale"], path=row["field"], words=row["words"], by=row["author"],
            at=from_ms(row["at_ms"]), done=bool(row["done_ms"]), done_by=row["done_by"],
        )  # fmt: skip


class DoneIn(BaseModel):
    """Whether what it asked for was done."""

    done: bool


@router.post(TEXT + "/review")
async def review(bot: KnownBot, item: str, locale: str, body: ReviewIn, app: App, actor: Writer) -> ReviewOut:
    """Asks for a review of the draft, approves it (not one's own; needs `content:review`), or sends it back."""
    spot = spot_of(bot, item, locale)
    may_in(actor, bot, spot.locale, "content:write")
    if body.do != "ask":
        may_in(actor, bot, spot.locale, "content:review")
    desk = app.content.desk
    desk.must_edit()
    ground = await desk.ground(bot)
    moment = desk.moment(by(actor))

    def work(db: Any) -> Any:
        must_be(db, ground, spot.item)
        row = reviewing.review(db, spot, moment, body.do, body.reviewer)
        if body.words:
            reviewing.comment(db, spot, moment, body.words)
        what = {"ask": "asked for a review of", "approve": "approved", "send-back": "sent back"}[body.do]
        return row, line_of("reviewed", spot, f"{what} {spot.item} in {spot.locale}", do=body.do)

    row = await desk.change(bot, moment, work)
    return ReviewOut(state=row["review"], reviewer=row["reviewer"], by=row["reviewed_by"])


@router.get("/items/{item}/comments")
async def list_comments(bot: KnownBot, item: str, app: App, actor: Reader) -> Page[CommentOut]:
    """What people said about an item, oldest first."""
    name = spot_of(bot, item, "en").item
    rows = await app.content.desk.read(lambda db: reviewing.comments(db, bot, name))
    return Page(items=[CommentOut.of(row) for row in rows])


@router.post("/items/{item}/comments", status_code=201)
async def add_comment(bot: KnownBot, item: str, body: CommentIn, app: App, actor: Writer) -> CommentOut:
    """Says something about an item."""
    spot = Spot(bot, spot_of(bot, item, "en").item, locale_of(body.locale) if body.locale else "")
    desk = app.content.desk
    ground = await desk.ground(bot)
    moment = desk.moment(by(actor))

    def work(db: Any) -> Any:
        must_be(db, ground, spot.item)
        row = reviewing.comment(db, spot, moment, body.words, body.path)
        return row, line_of("commented", spot, f"said something about {spot.item}")

    return CommentOut.of(await desk.change(bot, moment, work))


@router.patch("/comments/{comment}")
async def settle(bot: KnownBot, comment: str, body: DoneIn, app: App, actor: Writer) -> CommentOut:
    """Marks a comment as done, or as open again."""
    desk = app.content.desk
    moment = desk.moment(by(actor))

    def work(db: Any) -> Any:
        row = reviewing.settle(db, bot, comment, moment, done=body.done)
        spot = Spot(bot, row["item_id"], row["locale"])
        return row, line_of("settled", spot, f"{'settled' if body.done else 'opened'} a comment on {row['item_id']}")

    return CommentOut.of(await desk.change(bot, moment, work))
