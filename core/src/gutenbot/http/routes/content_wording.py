"""The words that a bot does not use: lists by language, which checks and publishing look at."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gutenbot.content.wording import Wording
from gutenbot.editing import wording
from gutenbot.editing.desk import line_of, locale_of
from gutenbot.editing.rows import Spot
from gutenbot.editing.wording import LONGEST, MOST, Kept
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, by, needs
from gutenbot.http.routes.content_models import Words
from gutenbot.http.routes.content_text import may_in
from gutenbot.kernel.clock import from_ms

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content/wording")
Reader = Annotated[Actor, needs("content:read")]
Publisher = Annotated[Actor, needs("content:publish")]
Word = Annotated[Words, Field(max_length=4 * LONGEST)]


class Instead(BaseModel):
    """A word that is not used, and what is said instead."""

    word: Word
    better: Word = Field("", description="Empty: it is only left out.")


class WordingIn(BaseModel):
    """The lists of a language, as a whole."""

    version: int | None = Field(None, ge=0, description="That of the lists which their author had read.")
    forbidden: list[Word] = Field(max_length=MOST, description="A text with one of them is not published.")
    instead: list[Instead] = Field(max_length=MOST, description="A text with one of them is warned of.")


class WordingOut(BaseModel):
    """The lists of a language."""

    locale: str
    forbidden: list[str]
    instead: list[Instead]
    version: int
    edited: datetime
    by: str

    @classmethod
    def of(cls, kept: Kept) -> "WordingOut":
        """From what is stored."""
        pairs = [Instead(word=word, better=better) for word, better in kept.wording.instead]
        return cls(
            locale=kept.locale, forbidden=list(kept.wording.forbidden), instead=pairs, version=kept.version,
            edited=from_ms(kept.edited_ms), by=kept.edited_by,
        )  # fmt: skip


class WordingsOut(BaseModel):
    """The lists of all languages that have some."""

    items: list[WordingOut]


@router.get("")
async def list_wordings(bot: KnownBot, app: App, actor: Reader) -> WordingsOut:
    """The words that a bot does not use, by language."""
    found = await app.content.desk.read(lambda db: wording.read_all(db, bot))
    return WordingsOut(items=[WordingOut.of(one) for one in found.values()])


@router.put("/{locale}")
async def keep_wording(bot: KnownBot, locale: str, body: WordingIn, app: App, actor: Publisher) -> WordingOut:
    """Keeps the lists of a language. What is live stays as it is; what is published next is looked at."""
    tag = locale_of(locale)
    may_in(actor, bot, tag, "content:publish")
    desk = app.content.desk
    desk.must_edit()
    moment = desk.moment(by(actor))
    wanted = Wording(tuple(body.forbidden), tuple((one.word, one.better) for one in body.instead))

    def work(db: Any) -> Any:
        kept = wording.put(db, bot, tag, wanted, moment, seen=body.version)
        counts = {"forbidden": len(kept.wording.forbidden), "instead": len(kept.wording.instead)}
        return kept, line_of("worded", Spot(bot, "", tag), f"changed the words that are not used in {tag}", **counts)

    return WordingOut.of(await desk.change(bot, moment, work))
