"""What routes ask for: `Annotated[Actor, needs("users.read")]` names the one permission of a route and gives who asks."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from gutenbot.http.auth import PERMISSIONS, Actor, Gate
from gutenbot.kernel.ids import BotId
from gutenbot.kernel.log import get_logger
from gutenbot.turns.errors import UnknownBot

if TYPE_CHECKING:
    from gutenbot.app.app import App as RunningApp

log = get_logger("audit")


class Caller:
    """A dependency: lets through who has the permission, and says who it is."""

    def __init__(self, permission: str) -> None:
        if permission not in PERMISSIONS:
            raise ValueError(f"there is no permission {permission}; known: {', '.join(sorted(PERMISSIONS))}")
        self.permission = permission

    async def __call__(self, request: Request) -> Actor:
        gate: Gate = request.app.state.gate
        actor = await gate.actor(request.scope)
        actor.need(self.permission)
        return actor


def needs(permission: str) -> Any:
    """The dependency for a permission."""
    return Depends(Caller(permission))


def _app(request: Request) -> "RunningApp":
    app: RunningApp = request.app.state.app
    return app


App = Annotated[Any, Depends(_app)]
"""The running app, as an argument of a route."""


def _known_bot(bot: str, request: Request) -> BotId:
    app = _app(request)
    if bot not in app.bots:
        raise UnknownBot(bot=bot[:100], known=", ".join(app.bots) or "none")
    return BotId(bot)


KnownBot = Annotated[BotId, Depends(_known_bot)]
"""The bot of the path; 404 when it does not run here."""


def audit(what: str, actor: Actor, **about: Any) -> None:
    """One line in the log for what a person or a program changed: who, what, whom."""
    log.info(what, actor=actor.name, role=actor.role, **about)
