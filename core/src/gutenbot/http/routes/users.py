"""The people who talk to a bot."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gutenbot.app.playground import TAG as PLAYED
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, KnownBot, audit, needs
from gutenbot.http.routes.models import After, Limit, Page, UserOut, next_cursor
from gutenbot.kernel.ids import UserId
from gutenbot.storage.errors import NoUser

router = APIRouter(tags=["users"])
Tags = Annotated[list[str], Query(max_length=20, description="Only users with all of these tags.")]


class Say(BaseModel):
    """What to say: words, or `#item` with its data."""

    text: str = Field(min_length=1, max_length=8000)
    data: dict[str, Any] = Field(default_factory=dict)
    key: str | None = Field(None, max_length=200)
    """The same key again says nothing again."""


class Said(BaseModel):
    """Where it was said."""

    conversations: list[str]


@router.get("/bots/{bot}/users")
async def list_users(
    bot: KnownBot,
    app: App,
    actor: Annotated[Actor, needs("users:read")],
    limit: Limit = 50,
    after: After = "",
    tag: Tags = [],  # noqa: B006 - the framework copies it
) -> Page[UserOut]:
    """By id, filtered by tags. Who is only played in the playground is left out, unless the tag `PLAYGROUND` is asked for."""
    rows = await app.storage.list_users(bot, tags=[one.upper() for one in tag], limit=limit, after=after)
    cursor = rows[-1][0].user_id if rows else ""
    wanted = [(row, tags) for row, tags in rows if PLAYED not in tags or PLAYED in (one.upper() for one in tag)]
    return Page(items=[UserOut.of(row, tags) for row, tags in wanted], next=next_cursor(rows, limit, cursor))


@router.get("/bots/{bot}/users/{user}")
async def show(bot: KnownBot, user: str, app: App, actor: Annotated[Actor, needs("users:read")]) -> UserOut:
    """One person."""
    row = await app.storage.user(bot, UserId(user))
    if row is None:
        raise NoUser(user_id=user[:100])
    tags = await app.storage.tags(bot, UserId(user))
    return UserOut.of(row, {name: value for name, (value, _) in tags.items()})


@router.post("/bots/{bot}/users/{user}/messages", status_code=202)
async def send(
    bot: KnownBot, user: str, body: Say, app: App, desk: Desk, actor: Annotated[Actor, needs("users:write")]
) -> Said:
    """Says something to a user in the latest conversation."""
    if await app.storage.user(bot, UserId(user)) is None:
        raise NoUser(user_id=user[:100])
    where = await app.send(bot, UserId(user), body.text, body.data, body.key)
    await audit(desk, actor, "message.sent", f"said something to a user of {bot}", noun="user", noun_id=user)
    return Said(conversations=list(where))
