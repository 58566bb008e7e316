"""What routes ask for: `Annotated[Actor, needs("users:read")]` names the one permission of a route and gives who asks.

A route that needs none says so with `Depends(EVERYBODY)`; one that says nothing is refused by a test.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from gutenbot.accounts.desk import Desk as Accounts
from gutenbot.accounts.desk import Visitor
from gutenbot.accounts.lines import Line, Who
from gutenbot.accounts.permissions import PERMISSIONS, SELF
from gutenbot.http.auth import SAFE, Actor, Gate, address_of, refuse_cross_site
from gutenbot.http.errors import ReadOnlyView
from gutenbot.http.replies import header
from gutenbot.kernel.ids import BotId
from gutenbot.turns.errors import UnknownBot

if TYPE_CHECKING:
    from gutenbot.app.app import App as RunningApp


_OF_CORE = PERMISSIONS.keys() | {SELF}


class Caller:
    """A dependency: lets through who has the permission, and says who it is."""

    def __init__(
        self, permission: str, *, also_viewing: bool = False, known: Collection[str] = PERMISSIONS.keys()
    ) -> None:
        if permission not in known and permission != SELF:
            raise ValueError(f"there is no permission {permission}; known: {', '.join(sorted(known))}")
        self.permission = permission
        self.also_viewing = also_viewing

    async def __call__(self, request: Request) -> Actor:
        gate: Gate = request.app.state.gate
        actor = await gate.actor(request.scope)
        if actor.viewing_as and request.method not in SAFE and not self.also_viewing:
            raise ReadOnlyView(role=actor.viewing_as)
        what = self._what(request)
        if actor.module and not actor.may(self.permission, **what):
            await gate.note_refusal(actor, self.permission, request.url.path)
        actor.need(self.permission, **what)
        return actor

    def _what(self, request: Request) -> dict[str, str]:
        """Of which bot the route is. Who is limited to some bots is refused by a module's route that is of all."""
        bot = request.path_params.get("bot")
        return {"bot": bot or ""} if bot is not None or self.permission not in _OF_CORE else {}


class Everybody:
    """A dependency of routes that need no permission: changes are still refused to pages of other sites."""

    permission = "everybody"

    def __call__(self, request: Request) -> Visitor:
        gate: Gate = request.app.state.gate
        refuse_cross_site(request.scope, gate.base_url)
        return visitor_of(request)


EVERYBODY = Everybody()
Anybody = Annotated[Visitor, Depends(EVERYBODY)]
"""Where the request comes from, in a route that needs no permission."""


def visitor_of(request: Request) -> Visitor:
    """Where a request comes from."""
    agent = (header(request.scope, b"user-agent") or b"").decode("latin-1")
    return Visitor(address_of(request.scope), agent[:300])


def needs(permission: str, *, also_viewing: bool = False) -> Any:
    """The dependency for a permission. `also_viewing`: also while the console is seen as another role."""
    return Depends(Caller(permission, also_viewing=also_viewing))


def _app(request: Request) -> "RunningApp":
    app: RunningApp = request.app.state.app
    return app


App = Annotated[Any, Depends(_app)]
"""The running app, as an argument of a route."""


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


Door = Annotated[Gate, Depends(_gate)]
"""The gate, for routes that end sessions and keys."""


def _desk(request: Request) -> Accounts:
    gate: Gate = request.app.state.gate
    return gate.desk


Desk = Annotated[Accounts, Depends(_desk)]
"""Accounts and the audit log."""


def _known_bot(bot: str, request: Request) -> BotId:
    app = _app(request)
    if bot not in app.bots:
        raise UnknownBot(bot=bot[:100], known=", ".join(app.bots) or "none")
    return BotId(bot)


KnownBot = Annotated[BotId, Depends(_known_bot)]
"""The bot of the path; 404 when it does not run here."""


def by(actor: Actor) -> Who:
    """The actor as the audit log names it."""
    return Who(actor.kind, actor.id or actor.name, actor.name, actor.address)


async def audit(
    desk: Accounts, actor: Actor, verb: str, what: str, *, noun: str, noun_id: str = "", **after: Any
) -> None:
    """A line in the audit log about something that was done: in words, and to which object."""
    line = Line(verb=verb, object=noun, object_id=noun_id, what=what, after=after or None)
    await desk.note(by(actor), line)
