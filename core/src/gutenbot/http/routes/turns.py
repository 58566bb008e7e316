"""What a turn recorded of itself."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path

from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, KnownBot, needs

router = APIRouter(tags=["turns"])


class NoTurn(HttpMistake):
    """There is no turn {seq}, or it has not ended yet."""

    code = "turns.no-trace"
    status = 404


@router.get("/bots/{bot}/turns/{seq}")
async def trace(
    bot: KnownBot,
    seq: Annotated[int, Path(ge=1, le=2**62)],
    app: App,
    actor: Annotated[Actor, needs("turns:read")],
) -> dict[str, Any]:
    """Which handler answered, what it did, how long each stage took."""
    found = await app.storage.trace(bot, seq)
    if not found:
        raise NoTurn(seq=seq)
    record: dict[str, Any] = json.loads(found)
    return record
