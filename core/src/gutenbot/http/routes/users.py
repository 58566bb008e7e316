"""The people who talk to a bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StringConstraints

from gutenbot.accounts import audit as log
from gutenbot.accounts.lines import Line
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, KnownBot, audit, by, needs
from gutenbot.http.routes.jobs import JobOut
from gutenbot.http.routes.models import After, Limit, Number, Page, UserOut, next_cursor
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.ids import UserId
from gutenbot.storage.codec import tag_name
from gutenbot.storage.errors import NoUser
from gutenbot.storage.names import words_in
from gutenbot.storage.rows import UserPatch
from gutenbot.turns.playground import TAG as PLAYED

router = APIRouter(tags=["users"])
Tags = Annotated[list[str], Query(max_length=20, description="Only users with all of these tags.")]
Names = Annotated[
    str, Query(max_length=200, description="Beginnings of words of the name, the user name or the mail address.")
]
TagName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
AT_ONCE = 500
Reader = Annotated[Actor, needs("users:read")]
Tagger = Annotated[Actor, needs("users:tag")]


class ReservedTag(UserMistake):
    """{tag} is the tag of people who are only played in the playground; it cannot be set or taken off."""

    code = "users.reserved-tag"


class NobodyFits(UserMistake):
    """There is no letter and no digit in “{q}”: nobody is found by it."""

    code = "users.nobody-fits"


@dataclass(frozen=True, slots=True)
class WantedPeople:
    """Who is looked for. `nobody`: something was asked for by which nobody is ever found."""

    words: Sequence[str] = ()
    tags: Sequence[str] = ()
    nobody: bool = False


def wanted_people(q: Names = "", tag: Tags = []) -> WantedPeople:  # noqa: B006 - the framework copies it
    """From the query."""
    words = words_in(q)
    return WantedPeople(words, [one.upper() for one in tag], nobody=bool(q.strip()) and not words)


Filter = Annotated[WantedPeople, Depends(wanted_people)]


class TagOf(BaseModel):
    """The value of a tag for one person; null: they do not have it."""

    user: str = Field(min_length=1, max_length=200)
    value: Annotated[str, Field(max_length=200)] | None = None


class TagSome(BaseModel):
    """One tag, for people who were picked."""

    tag: TagName
    people: list[TagOf] = Field(max_length=AT_ONCE)


class TagMatching(BaseModel):
    """One tag for everybody who fits, with one value; null: it is taken off."""

    name: TagName
    value: Annotated[str, Field(max_length=200)] | None = None
    q: str = Field("", max_length=200)
    tag: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=20)


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
    bot: KnownBot, app: App, actor: Reader, wanted: Filter, limit: Limit = 50, after: After = ""
) -> Page[UserOut]:
    """By id, filtered by name and tags. Who is only played in the playground is left out, unless the tag `PLAYGROUND` is asked
    for."""
    if wanted.nobody:
        return Page(items=[])
    rows = await app.storage.list_users(bot, tags=wanted.tags, words=wanted.words, limit=limit, after=after)
    cursor = rows[-1][0].user_id if rows else ""
    found = [(row, tags) for row, tags in rows if PLAYED not in tags or PLAYED in wanted.tags]
    return Page(items=[UserOut.of(row, tags) for row, tags in found], next=next_cursor(rows, limit, cursor))


@router.get("/bots/{bot}/users/count")
async def count(bot: KnownBot, app: App, actor: Reader, wanted: Filter) -> Number:
    """How many people fit."""
    if wanted.nobody:
        return Number(count=0)
    found = await app.storage.count_users(bot, tags=wanted.tags, words=wanted.words)
    if PLAYED not in wanted.tags:
        found -= await app.storage.count_users(bot, tags=[*wanted.tags, PLAYED], words=wanted.words)
    return Number(count=found)


@router.post("/bots/{bot}/users/tags")
async def tag_some(bot: KnownBot, body: TagSome, app: App, desk: Desk, actor: Tagger) -> TagSome:
    """Puts a tag on people, or takes it off; answers what was otherwise before, which undoes it when it is sent."""
    tag = _allowed(body.tag)
    before: list[TagOf] = []
    for one in body.people:
        kept = await app.storage.tags(bot, UserId(one.user))
        now = kept[tag][0] if tag in kept else None
        if now == one.value or await app.storage.user(bot, UserId(one.user)) is None:
            continue
        patch = UserPatch(untag=(tag,)) if one.value is None else UserPatch(tags={tag: one.value})
        await app.storage.patch_user(bot, UserId(one.user), patch, to_ms(app.clock.now()))
        before.append(TagOf(user=one.user, value=now))
    what = f"changed the tag {tag} of {len(before)} people of {bot}"
    await audit(
        desk, actor, "users.tagged", what, noun="bot", noun_id=bot, tag=tag, people=[one.user for one in before]
    )
    return TagSome(tag=tag, people=before)


@router.post("/bots/{bot}/users/tags/matching", status_code=202)
async def tag_matching(bot: KnownBot, body: TagMatching, app: App, desk: Desk, actor: Tagger) -> JobOut:
    """Begins to put a tag on everybody who fits, or to take it off."""
    tag = _allowed(body.name)
    wanted = wanted_people(body.q, body.tag)
    total = (await count(bot, app, actor, wanted)).count
    params = {"bot": bot, "name": tag, "value": body.value, "tags": list(wanted.tags), "words": list(wanted.words)}
    verb = "take {} off" if body.value is None else "put {} on"
    line = Line(verb="users.tagged", object="bot", object_id=bot, after={"tag": tag, "value": body.value, "q": body.q,
                "tags": list(wanted.tags)}, what=f"began to {verb.format(tag)} {total} people of {bot}")  # fmt: skip
    if wanted.nobody:
        raise NobodyFits(q=body.q)
    told = await app.jobs.start(
        "users-tag", title=f"{'−' if body.value is None else '+'}{tag}: {bot}", by=by(actor), total=total, bot_id=bot,
        params=params, with_it=lambda db, _: log.append(db, by(actor), line, desk.now_ms()),
    )  # fmt: skip
    return JobOut.of(told)


def _allowed(tag: str) -> str:
    name = tag_name(tag)
    if name == PLAYED:
        raise ReservedTag(tag=name)
    return name


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
