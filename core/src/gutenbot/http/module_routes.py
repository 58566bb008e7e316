"""Serves the routes that modules declare, under /api/v1/m/<module>: the same permission check, document and audit log as core's."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import structlog
from fastapi import APIRouter, Depends, Request

from gutenbot.accounts.desk import Db
from gutenbot.accounts.desk import Desk as Accounts
from gutenbot.accounts.lines import Line
from gutenbot.http.auth import SAFE, Actor
from gutenbot.http.permission import Caller, Desk, KnownBot, by
from gutenbot.kernel.ids import BotId
from gutenbot.modules.routes import Call, Route, WrongRoute

if TYPE_CHECKING:
    from gutenbot.app.app import App

T = TypeVar("T")
PREFIX = "/m"
_ASKED, _DESK, _ACTOR = "request_", "desk_", "actor_"


class ModuleCall:
    """One request to a route of a module; what it changes is one transaction with its line in the audit log."""

    def __init__(self, app: "App", desk: Accounts, actor: Actor, module: str, route: Route) -> None:
        self.app = app
        self.actor = actor
        self.told = False
        self._desk = desk
        self._module = module
        self._route = route
        self._line: Line | None = None

    async def read(self, work: Callable[[Db], T]) -> T:
        """See `Call.read`."""
        return await self._desk.read(work)

    async def write(self, work: Callable[[Db], T]) -> T:
        """See `Call.write`."""

        def both(db: Db) -> tuple[T, Line]:
            self._line = None
            result = work(db)
            return result, self._told()

        found = await self._desk.change(by(self.actor), both)
        self.told = True
        return found

    def tell(
        self,
        what: str,
        *,
        object: str = "",  # noqa: A002 - the word of the audit log
        object_id: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """See `Call.tell`."""
        self._line = Line(
            verb=self._verb, object=object or self._module, object_id=object_id, what=what, before=before, after=after
        )

    async def finish(self) -> None:
        """No change goes unrecorded, whatever the module did."""
        if not self.told:
            await self._desk.note(by(self.actor), self._told())

    def _told(self) -> Line:
        return self._line or self._plain()

    @property
    def _verb(self) -> str:
        return f"{self._module}.{_name(self._route)}"

    def _plain(self) -> Line:
        return Line(
            verb=self._verb, object=self._module, what=f"called {self._route.label} of the module {self._module}"
        )


def module_routers(app: "App") -> Iterator[APIRouter]:
    """The routes of each module that runs now; one whose routes cannot be served is taken out alone (MOD-10)."""
    registry = app.registries["routes"]
    found: dict[str, list[Route]] = {}
    for name, route in registry:
        found.setdefault(registry.module_of(name), []).append(route)
    known = app.catalogue().all
    for module, routes in found.items():
        try:
            router = _router(module, routes, known)
        except Exception as error:
            app.disable(app.installed[module], error)
        else:
            yield router


def _router(module: str, routes: Sequence[Route], known: frozenset[str]) -> APIRouter:
    router = APIRouter(prefix=f"{PREFIX}/{module}")
    for route in routes:
        try:
            _add(router, module, route, known)
        except Exception as error:
            reason = f"its arguments and its answer must be things that JSON has ({type(error).__name__}: {error})."
            raise WrongRoute(route=route.label, module=module, reason=reason) from error
    return router


def _add(router: APIRouter, module: str, route: Route, known: frozenset[str]) -> None:
    answer = get_type_hints(route.function).get("return")
    nothing = answer is None or answer is NoneType
    router.add_api_route(
        route.path,
        _endpoint(module, route, known),
        methods=[route.method],
        status_code=204 if nothing and route.status == 200 else route.status,
        response_model=None if nothing else answer,
        name=_name(route),
        tags=[module],
        description=inspect.getdoc(route.function) or "",
        operation_id=f"{module}_{_name(route)}".replace("-", "_"),
    )


def _endpoint(module: str, route: Route, known: frozenset[str]) -> Callable[..., Any]:
    """A function that takes what the framework can give, and calls that of the module."""
    function = route.function
    hints = get_type_hints(function, include_extras=True)
    wants = [name for name in inspect.signature(function).parameters if hints.get(name) is Call]

    async def endpoint(**given: Any) -> Any:
        request, desk, actor = given.pop(_ASKED), given.pop(_DESK), given.pop(_ACTOR)
        call = ModuleCall(request.app.state.app, desk, actor, module, route)
        with structlog.contextvars.bound_contextvars(module=module):
            result = function(**given, **dict.fromkeys(wants, call))
            if inspect.isawaitable(result):
                result = await result
        if route.method not in SAFE:
            await call.finish()
        return result

    endpoint.__signature__ = _signature(route, hints, known)  # type: ignore[attr-defined]
    endpoint.__name__ = _name(route)
    return endpoint


def _signature(route: Route, hints: Mapping[str, Any], known: frozenset[str]) -> inspect.Signature:
    """The arguments of the module's function, without those that are given to it, and with what is needed for them."""
    signature = inspect.signature(route.function)
    keyword = inspect.Parameter.KEYWORD_ONLY
    kept = []
    for name, parameter in signature.parameters.items():
        hint = hints.get(name, str)
        if hint is Call:
            continue
        annotation = KnownBot if hint is BotId and name == "bot" else hint
        kept.append(parameter.replace(kind=keyword, annotation=annotation))
    asks = Caller(route.needs, known=known)
    own = [
        inspect.Parameter(_ACTOR, keyword, annotation=Annotated[Actor, Depends(asks)]),
        inspect.Parameter(_ASKED, keyword, annotation=Request),
        inspect.Parameter(_DESK, keyword, annotation=Desk),
    ]
    return signature.replace(parameters=[*own, *kept], return_annotation=inspect.Signature.empty)


def _name(route: Route) -> str:
    return str(getattr(route.function, "__name__", "route"))
