"""The playground: sessions in which people of the team try a bot, and the people they play."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from gutenbot.app.playground import Persona, Playground, Session
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, KnownBot, audit, needs
from gutenbot.http.routes.conversations import ReservedName
from gutenbot.kernel.ids import UserId
from gutenbot.storage.chain import TurnRow
from gutenbot.turns.playground import SKINS

router = APIRouter(tags=["playground"])
Id = Annotated[str, Path(min_length=1, max_length=60, alias="session")]
Name = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[^/\x00-\x1f]+$", alias="persona")]
User = Annotated[Actor, needs("playground:use")]


class PlayIn(BaseModel):
    """How a new session begins."""

    model_config = ConfigDict(extra="forbid")

    persona: str = Field("", max_length=60, description="Somebody saved; empty: a new visitor.")
    skin: str = Field("web", max_length=40, description="The channel that it looks like.")
    item: str = Field("", max_length=121, description="A content item that one wants to see.")
    locale: str = Field("", max_length=35, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")


class PlaySet(BaseModel):
    """What to change in a session."""

    skin: str | None = Field(None, max_length=40)
    advance_s: float | None = Field(None, ge=0, le=366 * 86_400, description="Lets so many seconds pass.")


class PlayEvent(BaseModel):
    """An event of another system."""

    name: str = Field(min_length=1, max_length=200)
    data: dict[str, Any] = Field(default_factory=dict)


class PlayTurn(BaseModel):
    """One line of the list of turns."""

    seq: int
    n: int | None
    event: dict[str, Any]
    state: str
    by: str
    ms: float
    error: str


class PlaySession(BaseModel):
    """A session as it is now."""

    id: str
    skin: str
    skins: list[str]
    persona: str
    ahead_s: float
    conversation: str | None
    n: int
    """Entries of the thread."""
    suggestions: list[str]
    turns: list[PlayTurn]
    """The latest first."""


class PlayBegun(PlaySession):
    """A new session, and how its chat is opened."""

    token: str
    """Says to the chat who comes; good for 12 hours."""
    leads: list[str]
    """Words after which the bot says the item that was asked for."""
    page: str
    """The address of the chat's page on this server."""


class PersonaModel(BaseModel):
    """Somebody whom one plays."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^/\x00-\x1f]+$")
    profile: dict[str, str] = Field(default_factory=dict, max_length=20)
    attributes: dict[str, Any] = Field(default_factory=dict, max_length=100)
    tags: dict[str, str] = Field(default_factory=dict, max_length=50)


class PersonaIn(BaseModel):
    """What a persona is like; `user` copies a real one, without what leads to them."""

    profile: dict[str, str] = Field(default_factory=dict, max_length=20)
    attributes: dict[str, Any] = Field(default_factory=dict, max_length=100)
    tags: dict[str, str] = Field(default_factory=dict, max_length=50)
    user: str | None = Field(None, max_length=100)


class Undone(BaseModel):
    """The thread ends before this position again."""

    n: int


class Personas(BaseModel):
    """All of a bot."""

    items: list[PersonaModel]


@router.post("/bots/{bot}/playground", status_code=201)
async def begin(bot: KnownBot, body: PlayIn, app: App, actor: User) -> PlayBegun:
    """A new session: a new visitor, or a persona."""
    desk = Playground(app)
    one, token = await desk.begin(bot, _owner(actor), persona=body.persona, skin=body.skin, locale=body.locale)
    shown = await _shown(desk, one)
    leads = await asyncio.to_thread(desk.leads, bot, body.item.removeprefix("#")) if body.item else []
    return PlayBegun(**shown.model_dump(), token=token, leads=leads, page=f"/playground/web/{bot}/page")


@router.get("/bots/{bot}/playground/{session}")
async def show(
    bot: KnownBot, session: Id, app: App, actor: User, limit: Annotated[int, Query(ge=1, le=50)] = 20
) -> PlaySession:
    """A session of one's own, with its latest turns."""
    desk = Playground(app)
    return await _shown(desk, await desk.session(bot, session, _owner(actor)), limit)


@router.patch("/bots/{bot}/playground/{session}")
async def change(bot: KnownBot, session: Id, body: PlaySet, app: App, actor: User) -> PlaySession:
    """Another skin, or time that passes."""
    desk = Playground(app)
    one = await desk.session(bot, session, _owner(actor))
    if body.skin is not None:
        one = await desk.set_skin(one, body.skin)
    if body.advance_s:
        one = await desk.pass_time(one, body.advance_s)
    return await _shown(desk, one)


@router.post("/bots/{bot}/playground/{session}/undo")
async def undo(bot: KnownBot, session: Id, app: App, actor: User) -> Undone:
    """Takes the last message back, with all that came of it: answers, state, timers, what was written about the person."""
    desk = Playground(app)
    return Undone(n=await desk.undo(await desk.session(bot, session, _owner(actor))))


@router.post("/bots/{bot}/playground/{session}/events", status_code=202)
async def emit(bot: KnownBot, session: Id, body: PlayEvent, app: App, actor: User) -> PlaySession:
    """Hands an event in, as another system would."""
    if body.name.startswith("gutenbot."):
        raise ReservedName(name=body.name)
    desk = Playground(app)
    one = await desk.session(bot, session, _owner(actor))
    await desk.emit(one, body.name, body.data)
    return await _shown(desk, one)


@router.get("/bots/{bot}/playground/{session}/transcript", response_class=PlainTextResponse)
async def transcript(bot: KnownBot, session: Id, app: App, actor: User) -> PlainTextResponse:
    """The conversation as a `.chat.md` file, which `gutenbot test` runs."""
    desk = Playground(app)
    text = await desk.transcript(await desk.session(bot, session, _owner(actor)), app.bots[bot].title)
    return PlainTextResponse(text, media_type="text/markdown; charset=utf-8")


@router.get("/bots/{bot}/personas")
async def list_personas(bot: KnownBot, app: App, actor: User) -> Personas:
    """Whom one may play."""
    return Personas(items=[_persona(one) for one in await Playground(app).personas(bot)])


@router.put("/bots/{bot}/personas/{persona}")
async def save_persona(
    bot: KnownBot, persona: Name, body: PersonaIn, app: App, desk: Desk, actor: User
) -> PersonaModel:
    """Makes or replaces a persona. To copy a real person, `users:read` is needed too."""
    ground = Playground(app)
    made = Persona(persona, dict(body.profile), body.attributes, body.tags)
    if body.user is not None:
        actor.need("users:read", bot=bot)
        made = await ground.persona_of(bot, UserId(body.user), persona)
    await ground.save_persona(bot, made)
    what = f"saved the persona {persona} of {bot}"
    await audit(desk, actor, "persona.saved", what, noun="persona", noun_id=f"{bot}/{persona}")
    return _persona(made)


@router.delete("/bots/{bot}/personas/{persona}", status_code=204)
async def delete_persona(bot: KnownBot, persona: Name, app: App, desk: Desk, actor: User) -> None:
    """Removes a persona."""
    await Playground(app).delete_persona(bot, persona)
    what = f"removed the persona {persona} of {bot}"
    await audit(desk, actor, "persona.removed", what, noun="persona", noun_id=f"{bot}/{persona}")


async def _shown(desk: Playground, one: Session, limit: int = 20) -> PlaySession:
    bot: Any = one.play.bot
    conversation = one.conversation
    turns = await desk.turns(bot, conversation.conversation_id, limit) if conversation is not None else []
    return PlaySession(
        id=one.id, skin=one.play.skin, skins=list(SKINS), persona=one.play.persona,
        ahead_s=one.play.ahead_ms / 1000, conversation=conversation.conversation_id if conversation else None,
        n=conversation.last_n if conversation else 0, suggestions=desk.suggestions(bot),
        turns=[turn_line(row) for row in turns],
    )  # fmt: skip


def turn_line(row: TurnRow) -> PlayTurn:
    """A turn in a list."""
    event = msgspec.to_builtins(row.event, enc_hook=str)
    event.pop("raw", None)
    spent = sum(row.trace.get("us", {}).values()) / 1000
    return PlayTurn(
        seq=row.seq, n=row.n, event=event, state=row.state, by=str(row.trace.get("by", "")), ms=round(spent, 2),
        error=(row.error or str(row.trace.get("error", "")))[:500],
    )  # fmt: skip


def _persona(one: Persona) -> PersonaModel:
    return PersonaModel(
        name=one.name, profile={name: str(value) for name, value in one.profile.items()}, attributes=one.attributes,
        tags=one.tags,
    )  # fmt: skip


def _owner(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id or actor.name}"
