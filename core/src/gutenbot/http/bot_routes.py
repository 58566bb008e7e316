"""What `bot.route` declares, served under /bots/{bot}: a Starlette request in, a response, data or text out.

Such a route is the author's: who may call it is the author's decision too.
"""

import inspect
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import compile_path

from gutenbot.http.errors import MethodNotAllowed, NotFound
from gutenbot.http.replies import Asgi, Receive, Scope, Send

if TYPE_CHECKING:
    from gutenbot.app.app import App

_encode = msgspec.json.Encoder(enc_hook=str).encode


def bot_routes(app: "App") -> Asgi:
    """Looks routes up at every request, so that a reload changes them."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"].removeprefix("/bots/")
        bot, _, rest = path.partition("/")
        handler, parameters = _find(app, bot, f"/{rest}", scope["method"], scope["path"])
        scope["path_params"] = parameters
        result = handler(Request(scope, receive, send))
        if inspect.isawaitable(result):
            result = await result
        await _response(result)(scope, receive, send)

    return dispatch


def _find(app: "App", bot: str, path: str, method: str, whole: str) -> tuple[Any, dict[str, Any]]:
    registry = app.registries["bot_routes"]
    allowed: list[str] = []
    for name, (pattern, methods, function) in registry:
        if registry.module_of(name) != bot:
            continue
        regex, _, convertors = compile_path(pattern if pattern.startswith("/") else f"/{pattern}")
        if found := regex.match(path):
            if method in methods or (method == "HEAD" and "GET" in methods):
                return function, {key: convertors[key].convert(value) for key, value in found.groupdict().items()}
            allowed += methods
    if allowed:
        raise MethodNotAllowed(path=whole, method=method, allowed=", ".join(allowed))
    raise NotFound(path=whole[:200])


def _response(result: Any) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, str):
        return PlainTextResponse(result)
    if result is None:
        return Response(status_code=204)
    return Response(_encode(result), media_type="application/json")
