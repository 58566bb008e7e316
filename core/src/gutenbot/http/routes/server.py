"""The server itself: since when it runs, what waits for its next start, and starting it anew."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gutenbot.app.app import App as RunningApp
from gutenbot.app.renewal import Way
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, audit, needs

router = APIRouter(tags=["server"])


class WaitingModule(BaseModel):
    """A version that counts from the next start on."""

    module: str
    version: str


class ServerOut(BaseModel):
    """The process that answers; of several workers it is one."""

    started: datetime | None = Field(description="Since when it runs.")
    restart: Way = Field(
        description="How it can be started anew: `here`, within seconds; `workers`, one after the other while the others answer; "
        "empty: not from here."
    )
    restarting: bool = Field(description="It has been told to.")
    waiting: list[WaitingModule] = Field(description="Versions of modules that count from the next start on.")


@router.get("/server")
async def show_server(app: App, actor: Annotated[Actor, needs("modules:read")]) -> ServerOut:
    """Since when it runs, and what waits for its next start."""
    return _out(app)


@router.post("/server/restart", status_code=202)
async def restart_server(app: App, desk: Desk, actor: Annotated[Actor, needs("server:restart")]) -> ServerOut:
    """Starts the server anew: what it has begun is finished first, and who connects meanwhile waits. Of several workers one after
    the other is replaced; on other hosts they go on as they are."""
    app.renewal.check()
    await audit(desk, actor, "server.restarted", "restarted the server", noun="server")
    app.renewal.ask()
    return _out(app)


def _out(app: RunningApp) -> ServerOut:
    waiting = [(name, app.installing.pending(name)) for name in app.installing.loaded]
    return ServerOut(
        started=app.renewal.started, restart=app.renewal.way, restarting=app.renewal.asked,
        waiting=[WaitingModule(module=name, version=version) for name, version in waiting if version],
    )  # fmt: skip
