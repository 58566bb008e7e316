"""Which modules are installed, and what is wrong with those that do not run."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, needs

router = APIRouter(tags=["modules"])


class ModuleOut(BaseModel):
    """A module as this server has it."""

    name: str
    version: str
    summary: str
    state: str
    reason: str
    traceback: str


@router.get("/modules")
async def list_modules(app: App, actor: Annotated[Actor, needs("modules:read")]) -> list[ModuleOut]:
    """All modules, bots included."""
    return [
        ModuleOut(
            name=name,
            version=entry.module.version,
            summary=entry.module.summary,
            state=entry.state,
            reason=entry.reason,
            traceback=entry.traceback,
        )
        for name, entry in app.installed.items()
    ]
