"""Conversations: their threads, and what operators and programs hand in."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from gutenbot.dialogs.conversation import CONCLUDED
from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, Desk, KnownBot, audit, needs
from gutenbot.http.routes.models import ConversationOut, EntryOut, Limit, Page, Position, SummaryOut, next_cursor
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.rows import ConversationRow

router = APIRouter(tags=["conversations"])
Id = Annotated[str, Path(min_length=1, max_length=100, alias="conversation")]


class ReservedName(HttpMistake):
    """The event name {name} is reserved: names that begin with `gutenbot.` are Gutenbot's own."""

    code = "events.reserved-name"
    status = 422


class EventIn(BaseModel):
    """An event of another system, by name."""

    name: str = Field(min_length=1, max_length=200, description="Names that begin with `gutenbot.` are taken.")
    data: dict[str, Any] = Field(default_factory=dict)
    key: str | None = Field(None, max_length=200)
    """The same key again is the same event again."""


class Conclusion(BaseModel):
    """What the people found out, for the bot."""

    result: dict[str, Any] = Field(default_factory=dict)


class Done(BaseModel):
    """It is on disk."""

    conversation: str


@router.get("/bots/{bot}/users/{user}/conversations")
async def list_conversations(
    bot: KnownBot, user: str, app: App, actor: Annotated[Actor, needs("conversations:read")], limit: Limit = 50
) -> Page[SummaryOut]:
    """A person's conversations on all channels, latest first."""
    found: list[SummaryOut] = []
    for channel, sender in await app.storage.identities(bot, user):
        rows = await app.storage.conversations(bot, channel, sender, limit=limit)
        found += [SummaryOut.of(row, channel) for row in rows]
    found.sort(key=lambda one: one.updated, reverse=True)
    return Page(items=found[:limit])


@router.get("/bots/{bot}/conversations/{conversation}")
async def show(
    bot: KnownBot, conversation: Id, app: App, actor: Annotated[Actor, needs("conversations:read")]
) -> ConversationOut:
    """One conversation."""
    return ConversationOut.of(await _row(app, bot, conversation))


@router.get("/bots/{bot}/conversations/{conversation}/thread")
async def thread(
    bot: KnownBot,
    conversation: Id,
    app: App,
    actor: Annotated[Actor, needs("conversations:read")],
    limit: Limit = 50,
    after: Position = 0,
) -> Page[EntryOut]:
    """Both directions by position."""
    await _row(app, bot, conversation)
    entries = await app.storage.thread(ConversationId(conversation), after=after, limit=limit)
    cursor = str(entries[-1].n) if entries else ""
    return Page(items=[EntryOut.of(entry) for entry in entries], next=next_cursor(entries, limit, cursor))


@router.post("/bots/{bot}/conversations/{conversation}/events", status_code=202)
async def emit(
    bot: KnownBot,
    conversation: Id,
    body: EventIn,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("conversations:write")],
) -> Done:
    """Hands an event in: resumes `chat.wait_for`, or starts what `bot.on` declared."""
    if body.name.startswith("gutenbot."):
        raise ReservedName(name=body.name)
    await _row(app, bot, conversation)
    await app.emit(bot, ConversationId(conversation), body.name, body.data, body.key)
    what = f"handed the event {body.name} to a conversation of {bot}"
    await audit(desk, actor, "event.emitted", what, noun="conversation", noun_id=conversation)
    return Done(conversation=conversation)


@router.post("/bots/{bot}/conversations/{conversation}/conclude", status_code=202)
async def conclude(
    bot: KnownBot,
    conversation: Id,
    body: Conclusion,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("conversations:write")],
) -> Done:
    """Gives a conversation back to the bot: its `chat.handoff` returns the result."""
    await _row(app, bot, conversation)
    await app.emit(bot, ConversationId(conversation), CONCLUDED, body.result, None)
    what = f"gave a conversation back to {bot}"
    await audit(desk, actor, "handoff.concluded", what, noun="conversation", noun_id=conversation)
    return Done(conversation=conversation)


async def _row(app: Any, bot: BotId, conversation: str) -> ConversationRow:
    """The conversation, if it is of this bot. Raises `NoConversation`."""
    loaded = await app.storage.load(ConversationId(conversation))
    row: ConversationRow = loaded.conversation
    if row.bot_id != bot:
        raise NoConversation(conversation_id=conversation)
    return row
