"""Which copy of the bot this is, and whether it sends (BAK-03). A restored copy is locked until somebody allows it here."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, audit, needs
from gutenbot.kernel.clock import from_ms, to_ms

router = APIRouter(tags=["instance"])


class InstanceOut(BaseModel):
    """What the database knows of itself."""

    id: str
    made: datetime
    sending_lock: str = Field(description="Why nothing is sent; empty when messages go out.")
    waiting: int = Field(description="Messages that wait to be sent.")


class LockIn(BaseModel):
    """Why nothing shall be sent."""

    why: str = Field("It was locked by hand.", max_length=300)


class Unlocked(BaseModel):
    """Messages go out again."""

    discarded: int = Field(description="Messages that waited and will never be sent.")


@router.get("/instance")
async def show_instance(app: App, actor: Annotated[Actor, needs("instance:read")]) -> InstanceOut:
    """Which copy this is, and whether it sends."""
    found = await app.storage.instance()
    return InstanceOut(
        id=found.instance_id, made=from_ms(found.made_ms), sending_lock=found.sending_lock, waiting=found.waiting
    )


@router.put("/instance/sending-lock", status_code=204)
async def lock_sending(body: LockIn, app: App, desk: Desk, actor: Annotated[Actor, needs("instance:write")]) -> None:
    """Sends nothing from now on. Turns go on, and what bots say waits."""
    await app.storage.lock_sending(body.why)
    await audit(desk, actor, "sending.locked", f"locked sending: {body.why}", noun="instance", why=body.why)


@router.delete("/instance/sending-lock")
async def unlock_sending(
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("instance:write")],
    discard: Annotated[bool, Query(description="What waits now is never sent: the original may have sent it.")] = False,
) -> Unlocked:
    """Sends from this copy, at this place, from now on. For when no other copy of this bot runs."""
    gone = await app.storage.unlock_sending(discard=discard, now_ms=to_ms(app.clock.now()))
    await audit(desk, actor, "sending.unlocked", "unlocked sending", noun="instance", discarded=gone)
    return Unlocked(discarded=gone)
