"""The API under /api/v1: one router per noun, each route with one permission, every error as a problem."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, compile_path

from gutenbot.app.documentation import Documentation
from gutenbot.http.auth import Gate
from gutenbot.http.bot_routes import bot_routes
from gutenbot.http.console import Console
from gutenbot.http.errors import Invalid, MethodNotAllowed, NotFound, NotJson, problem, retry_after, status_of
from gutenbot.http.module_assets import ModuleAssets
from gutenbot.http.module_routes import module_routers
from gutenbot.http.openapi import describe
from gutenbot.http.permission import Caller, Everybody
from gutenbot.http.replies import SECURITY, Asgi
from gutenbot.http.routes import (
    account,
    accounts,
    audit,
    bots,
    channels,
    content,
    content_items,
    content_live,
    content_results,
    content_review,
    content_text,
    content_types,
    content_wording,
    conversations,
    dead_letters,
    help_pages,
    home,
    instance,
    invites,
    jobs,
    keys,
    logs,
    media,
    module_data,
    module_pages,
    module_sources,
    modules,
    notifications,
    oidc,
    packages,
    passkeys,
    pipeline,
    playground,
    reports,
    roles,
    server,
    session,
    settings,
    transfer,
    turns,
    users,
)
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger
from gutenbot.modules.load import CORE_VERSION

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("api")
PREFIX = "/api/v1"
PUBLIC = frozenset({"/api/v1/openapi.json", "/bots"})
"""Paths that need no key: the document says nothing that the source does not say, and routes of bots are their author's."""


def make_api(app: "App", gate: Gate, console: Console | None = None, assets: ModuleAssets | None = None) -> FastAPI:
    """All routes of core, those that modules declare, and those of bots."""
    api = FastAPI(
        title="Gutenbot",
        version=CORE_VERSION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        default_response_class=JSONResponse,
    )
    api.state.app = app
    api.state.gate = gate
    api.state.console = console or Console()
    api.state.documentation = Documentation()
    api.state.module_assets = assets or ModuleAssets(app)
    for noun in (
        server,
        session,
        account,
        passkeys,
        oidc,
        accounts,
        invites,
        roles,
        audit,
        bots,
        channels,
        content,
        content_text,
        content_live,
        content_review,
        content_items,
        content_results,
        content_types,
        content_wording,
        transfer,
        media,
        conversations,
        users,
        turns,
        dead_letters,
        help_pages,
        home,
        jobs,
        logs,
        notifications,
        modules,
        module_pages,
        pipeline,
        playground,
        instance,
        keys,
        module_data,
        module_sources,
        packages,
        settings,
        reports,
    ):
        api.include_router(noun.router, prefix=PREFIX)
    for module_router in module_routers(app):
        api.include_router(module_router, prefix=PREFIX)
    api.mount("/bots", cast("Any", bot_routes(app)))
    _handlers(api)
    api.openapi = lambda: describe(api, every_route(api))  # type: ignore[method-assign]
    return api


def routes_without_permission(api: FastAPI) -> list[str]:
    """Routes that anybody could call: a test keeps this empty."""
    return [
        f"{sorted(getattr(route, 'methods', None) or ())} {path}"
        for path, route in _all(api.routes, "")
        if path not in PUBLIC and not _permission_of(route)
    ]


def every_route(api: FastAPI) -> Iterator[tuple[str, frozenset[str], str]]:
    """(path, methods, permission) of every route; the permission is empty where none is named."""
    for path, route in _all(api.routes, ""):
        methods = frozenset(getattr(route, "methods", None) or ()) - {"HEAD"}
        if methods:
            yield path, methods, _permission_of(route)


def _all(routes: Sequence[BaseRoute], prefix: str) -> Iterator[tuple[str, BaseRoute]]:
    """The routes with their whole paths, also those of included routers."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _all(inner.routes, prefix + cast("Any", route).include_context.prefix)
        else:
            yield prefix + getattr(route, "path", "?"), route


def _permission_of(route: BaseRoute) -> str:
    dependant = getattr(route, "dependant", None)
    calls = [one.call for one in dependant.dependencies] if dependant is not None else []
    named = [call for kind in (Caller, Everybody) for call in calls if isinstance(call, kind)]
    return named[0].permission if named else ""


def _handlers(api: FastAPI) -> None:
    api.add_exception_handler(GutenbotError, _known)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _framework)
    api.add_middleware(cast("Any", _headers))


def answer(request: Request, error: BaseException, errors: list[dict[str, Any]] | None = None) -> JSONResponse:
    """An error as a response."""
    status = status_of(error)
    headers = {"retry-after": str(retry_after(error))} if status in (429, 503) else {}
    headers |= {"www-authenticate": "Bearer"} if status == 401 else {}
    body = problem(error, getattr(request.state, "request_id", ""), errors or [])
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def _known(request: Request, error: Exception) -> JSONResponse:
    return answer(request, error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return answer(request, NotJson(reason="it is not complete or has a mistake"))
    listed = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": one["msg"], "code": one["type"]}
        for one in found
    ]
    return answer(request, Invalid(reason="; ".join(f"{one['where']}: {one['message']}" for one in listed)), listed)


async def _framework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = _methods(request)
        wrong = MethodNotAllowed(path=request.url.path, method=request.method, allowed=allowed)
        found = answer(request, wrong)
        found.headers["allow"] = allowed
        return found
    if error.status_code == 404:
        return answer(request, NotFound(path=request.url.path[:200]))
    return answer(request, Invalid(reason=str(error.detail)[:200]))


def _methods(request: Request) -> str:
    """What the path takes, as the header `Allow` names it: several routes may share it, and the framework knows the first.

    Those with the fewest parameters hide others that would take a word of the path as a parameter.
    """
    path = request.scope["path"]
    found = [
        (whole.count("{"), route)
        for whole, route in _all(request.app.routes, "")
        if compile_path(whole)[0].match(path) is not None
    ]
    fewest = min((count for count, _ in found), default=0)
    methods = {method for count, one in found if count == fewest for method in getattr(one, "methods", None) or ()}
    return ", ".join(sorted(methods))


def _headers(inner: Asgi) -> Asgi:
    """Every answer bears its request's id and the headers that keep browsers careful; what nobody expected is a problem too."""

    async def with_headers(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        request_id = scope.get("state", {}).get("request_id", "").encode()
        started = False

        async def named(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = {key for key, _ in message["headers"]}
                more = [(b"x-request-id", request_id), *SECURITY]
                if scope["scheme"] == "https":
                    more.append((b"strict-transport-security", b"max-age=31536000"))
                message = {
                    **message,
                    "headers": [*message["headers"], *(pair for pair in more if pair[0] not in given)],
                }
            await send(message)

        try:
            await inner(scope, receive, named)
        except Exception as error:
            log.exception("request.failed", path=scope["path"])
            if started:
                raise
            await answer(Request(scope), error)(scope, receive, named)

    return with_headers
