"""What turns recorded of themselves, and the story that it makes."""

import json
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path
from pydantic import BaseModel

from gutenbot.dialogs.frames import Frames
from gutenbot.dialogs.hear import Heard
from gutenbot.dialogs.why import explain
from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, KnownBot, needs
from gutenbot.http.routes.models import Limit
from gutenbot.http.routes.playground import PlayTurn, turn_line
from gutenbot.kernel.blame import short_path
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.chain import TurnRow, links, turn_row, turns_of

router = APIRouter(tags=["turns"])
Seq = Annotated[int, Path(ge=1, le=2**62)]
_NEAR = 300


class NoTurn(HttpMistake):
    """There is no turn {seq}, or it has not ended yet."""

    code = "turns.no-trace"
    status = 404


class TriedLine(BaseModel):
    """Something that could have answered, in the order in which it was tried."""

    name: str
    condition: str
    why: str
    matched: bool


class TurnOut(PlayTurn):
    """One turn with all that is known of it."""

    conversation: str
    attempts: int
    received_ms: int
    done_ms: int
    handler: str
    """`file:line` of what answered."""
    where: str
    """`file:line` of what went wrong."""
    trace: dict[str, Any]
    tried: list[TriedLine]
    tried_now: bool
    """True: what was tried is told by the code and the state as they are now, for the turn did not keep it."""
    messages: list[dict[str, Any]]


class Turns(BaseModel):
    """The latest turns of a conversation, newest first."""

    items: list[PlayTurn]


@router.get("/bots/{bot}/turns/{seq}")
async def trace(bot: KnownBot, seq: Seq, app: App, actor: Annotated[Actor, needs("turns:read")]) -> dict[str, Any]:
    """Which handler answered, what it did, how long each stage took."""
    found = await app.storage.trace(bot, seq)
    if not found:
        raise NoTurn(seq=seq)
    record: dict[str, Any] = json.loads(found)
    return record


@router.get("/bots/{bot}/conversations/{conversation}/turns")
async def list_turns(
    bot: KnownBot,
    conversation: Annotated[str, Path(min_length=1, max_length=100)],
    app: App,
    actor: Annotated[Actor, needs("turns:read")],
    limit: Limit = 50,
) -> Turns:
    """The latest turns of a conversation, newest first."""
    rows = await app.storage.read(lambda db: turns_of(db, bot, ConversationId(conversation), limit))
    return Turns(items=[turn_line(row) for row in rows])


@router.get("/bots/{bot}/turns/{seq}/details")
async def details(bot: KnownBot, seq: Seq, app: App, actor: Annotated[Actor, needs("turns:read")]) -> TurnOut:
    """A turn as the inspector shows it: what matched and what did not and why, steps, changes, messages, errors."""

    def work(db: Any) -> tuple[TurnRow | None, list[dict[str, Any]]]:
        row = turn_row(db, bot, seq)
        if row is None:
            return None, []
        near = links(db, bot, ConversationId(row.conversation_id), _NEAR, down_to=row.n or 0)
        said = [one for one in reversed(near) if one.cause == str(seq)]
        return row, [{"n": one.n, **msgspec.to_builtins(one.body, enc_hook=str)} for one in said]

    row, messages = await app.storage.read(work)
    if row is None:
        raise NoTurn(seq=seq)
    tried = row.trace.get("tried")
    kept = [TriedLine(name=n, condition=c, why=w, matched=m) for n, c, w, m in tried or ()]
    return TurnOut(
        **turn_line(row).model_dump(),
        conversation=row.conversation_id,
        attempts=row.attempts,
        received_ms=row.received_ms,
        done_ms=row.done_ms,
        handler=_handler(app, bot, str(row.trace.get("by", ""))),
        where=str(row.trace.get("where", "")),
        trace=row.trace,
        tried=kept if tried is not None else await _tried_now(app, bot, row),
        tried_now=tried is None,
        messages=messages,
    )


def _handler(app: Any, bot: BotId, name: str) -> str:
    dialog = app.runtimes[bot].book.find(name.partition(" (")[0]) if bot in app.runtimes else None
    path, _, line = dialog.where.rpartition(":") if dialog is not None else ("", "", "")
    return f"{short_path(path)}:{line}" if path else ""


async def _tried_now(app: Any, bot: BotId, row: TurnRow) -> list[TriedLine]:
    """What would be tried on an event by the code as it is now, when nothing is asked."""
    book = app.runtimes[bot].book
    loaded = await app.storage.load(ConversationId(row.conversation_id))
    fresh = msgspec.structs.replace(loaded, frames=(), journal=())
    user = {**loaded.user.profile, **loaded.user.attributes}
    heard = Heard(row.event, loaded.conversation.channel_id, lambda: user, row.trace.get("intents", {}))
    found = explain(book, Frames(fresh, book.find), heard)
    return [TriedLine(name=one.name, condition=one.condition, why=one.why, matched=one.matched) for one in found]
