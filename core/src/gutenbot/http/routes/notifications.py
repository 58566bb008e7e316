"""What the server tells people, and what each of them has read."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gutenbot.accounts.permissions import SELF
from gutenbot.http.auth import Actor
from gutenbot.http.live.topics import meant_for
from gutenbot.http.permission import App, needs
from gutenbot.http.routes.models import After, Limit, Number
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.notifications import rows
from gutenbot.notifications.notifications import PLACE, Level

router = APIRouter(tags=["notifications"])
Reader = Annotated[Actor, needs(SELF, also_viewing=True)]


class NotificationOut(BaseModel):
    """One notification. `times`: how often it happened between `created` and `last`."""

    id: str
    level: Level
    message: str
    link: str | None
    module: str
    bot: str | None
    times: int
    created: datetime
    last: datetime
    read: bool


class NotificationPage(BaseModel):
    """The latest first; `unread` counts all of the account's, `modules` are those that have told it something."""

    items: list[NotificationOut]
    next: str | None
    unread: int
    modules: list[str]


Id = Annotated[str, Field(min_length=1, max_length=40)]


class Matching(BaseModel):
    """Those that fit; empty: any. `up_to`: what came later than this one is left out."""

    level: Level | None = None
    module: str = Field("", max_length=100)
    up_to: Id


class ReadIn(BaseModel):
    """What was read: all up to one, those with these ids, or all that fit."""

    up_to: Id | None = None
    ids: list[Id] = Field(default_factory=list, max_length=500)
    matching: Matching | None = None


@router.get("/notifications")
async def list_notifications(
    app: App, reader: Reader, unread: Annotated[bool, Query()] = False, level: Level | None = None,
    module: Annotated[str, Query(max_length=100)] = "", limit: Limit = 30, after: After = "",
) -> NotificationPage:  # fmt: skip
    """What one's role is told, or oneself."""

    def work(db: Any) -> tuple[list[tuple[rows.Row, bool]], int, list[str]]:
        sees = partial(_sees, actor=reader)
        filters: dict[str, Any] = {"only_unread": unread, "level": level or "", "module": module}
        found = rows.page(db, reader.account_id, sees, limit=limit, before=after, **filters)
        return found, rows.unread(db, reader.account_id, sees), rows.modules(db, sees)

    found, number, modules = await app.storage.read(work)
    cursor = str(found[-1][0]["id"]) if len(found) == limit else None
    items = [_out(row, read=read) for row, read in found]
    return NotificationPage(items=items, next=cursor, unread=number, modules=modules)


@router.get("/notifications/count")
async def count(
    app: App, reader: Reader, unread: Annotated[bool, Query()] = False, level: Level | None = None,
    module: Annotated[str, Query(max_length=100)] = "",
) -> Number:  # fmt: skip
    """How many fit."""
    sees = partial(_sees, actor=reader)

    def work(db: Any) -> int:
        found = rows.matching(db, reader.account_id, sees, only_unread=unread, level=level or "", module=module)
        return sum(map(len, found))

    return Number(count=await app.storage.read(work))


@router.post("/notifications/{notification}/read", status_code=204)
async def read_one(notification: str, app: App, reader: Reader) -> None:
    """One is read."""
    now = to_ms(app.clock.now())
    await app.storage.write(lambda db: rows.mark(db, reader.account_id, [notification], now), place=PLACE)
    await _told(app, reader)


@router.post("/notifications/read", status_code=204)
async def read_some(body: ReadIn, app: App, reader: Reader) -> None:
    """All up to one are read, or some, or all that fit."""
    now = to_ms(app.clock.now())
    sees = partial(_sees, actor=reader)

    def work(db: Any) -> None:
        if body.ids:
            rows.mark(db, reader.account_id, body.ids, now)
        if (fit := body.matching) is not None:
            filters: dict[str, Any] = {"only_unread": True, "level": fit.level or "", "module": fit.module}
            for ids in list(rows.matching(db, reader.account_id, sees, **filters)):
                rows.mark(db, reader.account_id, [one for one in ids if one <= fit.up_to], now)
        if body.up_to is not None:
            rows.mark_all(db, reader.account_id, body.up_to, now)

    await app.storage.write(work, place=PLACE)
    await _told(app, reader)


async def _told(app: Any, reader: Actor) -> None:
    """Other pages of the same person count anew."""
    await app.feed.publish("notifications", {"read": True}, to=f"account:{reader.account_id}")


def _sees(row: rows.Row, actor: Actor) -> bool:
    return meant_for(row["needs"], actor)


def _out(row: rows.Row, *, read: bool) -> NotificationOut:
    told = rows.told(row)
    return NotificationOut(**{**told, "created": from_ms(told["created"]), "last": from_ms(told["last"])}, read=read)
