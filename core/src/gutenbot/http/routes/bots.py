"""Which bots run here."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, needs

router = APIRouter(tags=["bots"])


class BotOut(BaseModel):
    """A bot that runs here."""

    id: str
    title: str
    description: str
    locale: str
    dialogs: list[str]
    content: int
    broken: str


@router.get("/bots")
async def list_bots(app: App, actor: Annotated[Actor, needs("bots:read")]) -> list[BotOut]:
    """All bots."""
    return [
        BotOut(
            id=bot.id,
            title=bot.title,
            description=bot.description,
            locale=bot.locale,
            dialogs=sorted(bot.book.dialogs),
            content=len(app.runtimes[bot.id].library),
            broken=app.runtimes[bot.id].broken,
        )
        for bot in app.bots.values()
        if actor.may("bots:read", bot=bot.id)
    ]
