"""The dispatcher: one look at the path, hot routes first, then what modules mount, then the API."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import structlog

from gutenbot.accounts.secrets import SETUP_MS, new_secret
from gutenbot.app.console_settings import ConsoleSettings
from gutenbot.http.assets import Assets
from gutenbot.http.auth import SAFE, Gate
from gutenbot.http.body import UPLOADS, limited, read_body, refuse_declared, replayed
from gutenbot.http.console import Console, span_of
from gutenbot.http.converse import PATH as CONVERSE
from gutenbot.http.converse import Converse
from gutenbot.http.errors import NotFound, Stopping
from gutenbot.http.health import HEALTH, READY, HealthRoutes
from gutenbot.http.idempotency import once
from gutenbot.http.metrics import PATH as METRICS
from gutenbot.http.metrics import Metrics
from gutenbot.http.module_assets import PREFIX as MODULE_ASSETS
from gutenbot.http.module_assets import ModuleAssets
from gutenbot.http.mounts import Mounts
from gutenbot.http.replies import Asgi, Message, Receive, Scope, Send, reply, reply_problem, request_id_of
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.app.settings import AllSettings, Settings
    from gutenbot.http.live import LiveEndpoint

log = get_logger("http")
_encode = msgspec.json.Encoder(enc_hook=str).encode
API = "/api/"
LIVE = "/api/v1/live"
ROUTES = "/bots/"
_KINDS_OF_STATUS = ("other", "1xx", "2xx", "3xx", "4xx", "5xx")


def make_asgi(app: "App", settings: "Settings", console: "ConsoleSettings | None" = None) -> "Server":
    """The ASGI application of a running app."""
    return Server(app, settings, console or ConsoleSettings())


class Server:
    """Sends every request to where it belongs, and answers what goes wrong on the way."""

    def __init__(self, app: "App", settings: "Settings", console: ConsoleSettings) -> None:
        self.app = app
        self.settings = settings
        self.gate = Gate(
            app.storage, app.clock, dev=settings.dev, base_url=settings.base_url, span=span_of(console),
            catalogue=app.catalogue, keyring=app.settings.keyring,
        )  # fmt: skip
        self.console = Console.of(settings, console)
        self.assets = Assets()
        self.module_assets = ModuleAssets(app)
        self.listens = asyncio.Event()
        """Set once the address is known."""
        self.converse = Converse(app, self.gate, max_body=settings.max_body_bytes)
        self.mounts = Mounts(app)
        self.metrics = Metrics(app, self.gate, settings.metrics_token.get_secret_value())
        self.health = HealthRoutes(app, self.metrics)
        self._live: LiveEndpoint | None = None
        self._requests = app.meters.counter(
            "gutenbot_http_requests_total", "Answered requests, by part of the server and status.", ("part", "status")
        )
        self._api: tuple[int, Asgi] | None = None
        """The API, and the revision of the modules' routes that it was made with."""
        self._api_lock = asyncio.Lock()
        app.settings.listen(self._follow)

    def _follow(self, before: "AllSettings", now: "AllSettings") -> None:
        """Takes in what the console has changed, and only that."""
        changed = {
            name: getattr(now.server, name)
            for name in type(now.server).model_fields
            if getattr(now.server, name) != getattr(before.server, name)
        }
        self.settings = settings = self.settings.model_copy(update=changed)
        self.converse.max_body = settings.max_body_bytes
        self.metrics.token = settings.metrics_token.get_secret_value().encode()
        if "base_url" in changed:
            self.gate.base_url = self.console.base_url = settings.base_url.rstrip("/")
        if now.console != before.console:
            self.gate.span = self.gate.desk.span = span_of(now.console)
            self.console.oidc = now.console.oidc
            self.console.environment = "dev" if settings.dev else now.console.environment
        self.gate.forget()  # permissions may have come or gone

    async def owner_link(self) -> str:
        """The one-time link by which the first owner sets this server up; empty when there is one, or another worker says
        it. Asked at every start, so it needs nothing that is slow to import."""
        secret, digest = new_secret()
        now = to_ms(self.app.clock.now())
        offered = await self.app.storage.offer_setup(digest, new_id(), now, now + SETUP_MS)
        return self.console.link(f"/console/setup#{secret}") if offered else ""

    def close(self) -> None:
        """Nobody is kept waiting any more: the server stops."""
        self.converse.close()
        if self._live is not None:
            self._live.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            tracing = self.app.measures.tracing
            if not tracing.on:
                await self._http(scope, receive, send)
                return
            with tracing.caller(scope["headers"]):
                await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            raise NotImplementedError(scope["type"])

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = request_id_of(scope)
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            if not started:
                started = True
                self._requests.add(_part(scope["path"]), _KINDS_OF_STATUS[message.get("status", 0) // 100 % 6])
            await send(message)

        try:
            if scope["path"].startswith(CONVERSE):
                await self.converse(scope, receive, watched, request_id)
            else:
                await self._route(scope, receive, watched, request_id)
        except asyncio.CancelledError:  # the server stops, and has waited long enough for this request
            if not started:
                with contextlib.suppress(Exception):
                    await reply_problem(send, Stopping(retry_after=2), request_id)
            raise
        except Exception as error:
            if not isinstance(error, GutenbotError):
                log.exception("request.failed", path=scope["path"], request_id=request_id)
            if started:
                raise
            await reply_problem(watched, error, request_id)

    async def _route(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        """Everything that is not hot."""
        path: str = scope["path"]
        scope.setdefault("state", {})["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if path in (HEALTH, READY):
                await self.health(scope, send, request_id)
            elif path == METRICS:
                await self.metrics(scope, send, request_id)
            elif path.startswith((API, ROUTES)):
                body = await read_body(scope, receive, await self._limit(scope))
                api = await self._loaded_api()
                await once(self.gate, api, scope, body, replayed(body, receive), send)
            elif path.startswith(MODULE_ASSETS):
                await self.module_assets(scope, receive, send, request_id)
            elif path == "/console" or path.startswith("/console/"):
                await self.assets(scope, receive, send, request_id)
            else:
                await self._mounted(scope, receive, send, request_id)

    async def _limit(self, scope: Scope) -> int:
        """How large a body may be: more for uploads, from those who are signed in."""
        if scope["method"] in SAFE or not UPLOADS.fullmatch(scope["path"]):
            return self.settings.max_body_bytes
        await self.gate.actor(scope)
        return max(self.settings.max_body_bytes, self.settings.max_upload_bytes)

    async def _mounted(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        mounted = self.mounts.find(scope["path"])
        if mounted is None and scope["path"] == "/":
            await reply(send, 200, b"Gutenbot is running. The API is described at /api/v1/openapi.json\n", request_id,
                        kind=b"text/plain; charset=utf-8")  # fmt: skip
            return
        if mounted is None:
            raise NotFound(path=scope["path"][:200])
        refuse_declared(scope, self.settings.max_upload_bytes)
        await mounted(scope, limited(receive, self.settings.max_upload_bytes), _named(send, request_id))

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == LIVE:
            await self.live(scope, receive, send)
            return
        mounted = self.mounts.find(scope["path"])
        if mounted is None:
            await receive()
            await send({"type": "websocket.close", "code": 4404, "reason": "there is no socket here"})
            return
        await mounted(scope, receive, send)

    @property
    def live(self) -> "LiveEndpoint":
        """The socket of the console; what it stands on is imported when the first page opens it."""
        if self._live is None:
            from gutenbot.http.live import LiveEndpoint

            self._live = LiveEndpoint(self.app, self.gate)
        return self._live

    async def _loaded_api(self) -> Asgi:
        """The API, made when it is first asked for, for its framework takes a second to import; and again when the routes of
        modules have changed."""
        routes = self.app.registries["routes"]
        if self._api is None or self._api[0] != routes.revision:
            async with self._api_lock:
                if self._api is None or self._api[0] != routes.revision:
                    revision = routes.revision
                    self._api = (revision, await asyncio.to_thread(self._make_api))
        return self._api[1]

    def _make_api(self) -> Asgi:
        from gutenbot.http.api import make_api

        return make_api(self.app, self.gate, self.console, self.module_assets)


def _part(path: str) -> str:
    """Of the few that there are, the part of the server that a path belongs to."""
    if path.startswith(CONVERSE):
        return "converse"
    if path.startswith(API):
        return "api"
    if path.startswith("/console"):
        return "console"
    if path.startswith(ROUTES):
        return "bots"
    return "operations" if path in (HEALTH, READY, METRICS) else "modules"


def _named(send: Send, request_id: str) -> Callable[[Message], "asyncio.Future[None]"] | Send:
    """Adds the request's id, and what no answer may lack, to the answers of mounted apps."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {key for key, _ in message["headers"]}
            headers = [*message["headers"]]
            for key, value in ((b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")):
                if key not in given:
                    headers.append((key, value))
            message = {**message, "headers": headers}
        await send(message)

    return with_headers
