"""How what a bot says is received: how often an item was shown and answered, by day and by variant."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gutenbot.editing.counting import Day, results
from gutenbot.editing.desk import day_of, spot_of
from gutenbot.editing.text import must_be
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, KnownBot, needs

router = APIRouter(tags=["content"], prefix="/bots/{bot}/content")
EPOCH = date(1970, 1, 1)


class DayOut(BaseModel):
    """A day, in UTC."""

    day: date
    shown: int
    clicked: int


class VariantOut(BaseModel):
    """One way to say an item."""

    name: str
    now: bool = Field(description="Whether the item has it as it is said now.")
    shown: int
    clicked: int
    days: list[DayOut]


class ResultsOut(BaseModel):
    """How an item was received. A tap counts as a click when the item offered it."""

    shown: int
    clicked: int
    days: list[DayOut] = Field(description="Every day, the earliest first, also those on which nothing happened.")
    variants: list[VariantOut]


@router.get("/items/{item}/results")
async def show_results(
    bot: KnownBot,
    item: str,
    app: App,
    actor: Annotated[Actor, needs("content:read")],
    days: Annotated[int, Query(ge=1, le=366, description="Up to today.")] = 28,
) -> ResultsOut:
    """How often an item was shown and its answers were chosen. The last seconds of other workers may not be in it yet."""
    name = spot_of(bot, item, "en").item
    desk = app.content.desk
    today = day_of(desk.now_ms())
    first = today - days + 1
    await app.content.counts.flush()
    ground = await desk.ground(bot)
    await desk.read(lambda db: must_be(db, ground, name))
    found = await desk.read(lambda db: results(db, bot, name, first))
    own = desk.shelf(bot).library.own.get(name, {})
    now = list(dict.fromkeys(one.name for text in own.values() for one in text.variants))
    variants = [
        VariantOut(
            name=one, now=one in now, shown=sum(day.shown for day in some), clicked=sum(day.clicked for day in some),
            days=_filled(some, first, today),
        )
        for one in [*now, *sorted(found.variants.keys() - set(now))]
        for some in [found.variants.get(one, ())]
    ]  # fmt: skip
    return ResultsOut(
        shown=sum(day.shown for day in found.days), clicked=sum(day.clicked for day in found.days),
        days=_filled(found.days, first, today), variants=variants,
    )  # fmt: skip


def _filled(found: tuple[Day, ...], first: int, today: int) -> list[DayOut]:
    by_day = {one.day: one for one in found}
    days = [by_day.get(day, Day(day, 0, 0)) for day in range(first, today + 1)]
    return [DayOut(day=EPOCH + timedelta(days=one.day), shown=one.shown, clicked=one.clicked) for one in days]
