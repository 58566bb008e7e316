"""Events that could not be handled: seen, and run again once the cause is mended (POI-04)."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, KnownBot, audit, needs
from gutenbot.http.routes.models import DeadLetterOut, Limit, Page, Position, next_cursor
from gutenbot.kernel.clock import to_ms
from gutenbot.storage.rows import Seq

router = APIRouter(tags=["dead letters"])


class Replayed(BaseModel):
    """The event that was put back in the queue."""

    conversation: str
    seq: int


@router.get("/bots/{bot}/dead-letters")
async def list_dead_letters(
    bot: KnownBot, app: App, actor: Annotated[Actor, needs("dead-letters:read")], limit: Limit = 50, after: Position = 0
) -> Page[DeadLetterOut]:
    """Oldest first."""
    rows = await app.storage.dead_letters(bot, limit=limit, after=Seq(after))
    cursor = str(rows[-1].seq) if rows else ""
    return Page(items=[DeadLetterOut.of(row) for row in rows], next=next_cursor(rows, limit, cursor))


@router.post("/bots/{bot}/dead-letters/{seq}/replay", status_code=202)
async def replay(
    bot: KnownBot,
    seq: Annotated[int, Path(ge=1, le=2**62)],
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("dead-letters:replay")],
) -> Replayed:
    """Puts it back at the end of its conversation's queue, once."""
    accepted = await app.storage.replay(bot, Seq(seq), to_ms(app.clock.now()))
    app.turns.take(accepted)
    what = f"ran an event of {bot} again that could not be handled"
    await audit(desk, actor, "dead-letter.replayed", what, noun="dead-letter", noun_id=str(seq))
    return Replayed(conversation=accepted.conversation_id, seq=accepted.seq)
