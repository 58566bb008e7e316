"""The ASGI entry: which address is answered by what, and every refusal in the same form."""

from collections.abc import Awaitable, Callable

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gutenbot.sdk import App, Bot, MediaShelf
from gutenbot_channel_web import calls
from gutenbot_channel_web.assets import Assets
from gutenbot_channel_web.call import Call, Gone, problem_response
from gutenbot_channel_web.channel import WebChannel
from gutenbot_channel_web.chat import Chat
from gutenbot_channel_web.errors import NothingHere, ShuttingDown, WrongMethod
from gutenbot_channel_web.files import Uploads, read_file
from gutenbot_channel_web.media import read_media
from gutenbot_channel_web.pages import Pages
from gutenbot_channel_web.session import start_session
from gutenbot_channel_web.socket import Socket
from gutenbot_channel_web.stream import EventStream

Handler = Callable[..., Awaitable[Response]]
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}


def make_web(app: App) -> ASGIApp:
    """What answers below `/web`, at `/w.js` and at `/`; the same object may be mounted at all of them."""
    return WebServer(app)


class WebServer:
    """Answers for one app. The channel has what is shared, and exists as soon as the app has started."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._assets = Assets()
        self._parts: tuple[Chat, Pages, Uploads] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        call = Call(scope, receive)
        if scope["type"] == "websocket":
            await self._socket(call, receive, send)
            return
        try:
            response = await self._answer(call, send)
        except Gone:
            return
        except Exception as error:
            response = problem_response(error)
        if response is not None:
            response.headers.update(self._cors(call))
            await response(scope, receive, send)

    # Addresses ------------------------------------------------------------------------------------------------------

    def _shared(self) -> tuple[Chat, Pages, Uploads]:
        channel = self._app.channels.get("web")
        if not isinstance(channel, WebChannel):
            raise ShuttingDown(retry_after=2)
        chat = channel.chat
        if self._parts is None or self._parts[0] is not chat:  # the module was off meanwhile
            self._parts = (chat, Pages(chat, self._assets), Uploads(chat))
        return self._parts

    async def _answer(self, call: Call, send: Send) -> Response | None:
        match call.segments:
            case [""]:
                return self._page(call)
            case ["favicon.ico"]:
                return Response(b"", 204, {"Cache-Control": "public, max-age=86400"})
            case ["w.js"]:
                return self._asset(call, "w.js")
            case ["web", "assets", name]:
                return self._asset(call, name)
            case ["web", name, *rest]:
                return await self._of_bot(call, send, name, rest)
            case _:
                raise NothingHere

    def _page(self, call: Call) -> Response:
        _only(call, "GET")
        _, pages, _ = self._shared()
        return pages.front(call)

    def _asset(self, call: Call, name: str) -> Response:
        _only(call, "GET")
        return self._assets.answer(call, name)

    async def _of_bot(self, call: Call, send: Send, name: str, rest: list[str]) -> Response | None:
        chat, pages, _ = self._shared()
        bot = chat.bot(name)
        if rest == ["page"]:
            _only(call, "GET")
            return pages.framed(call, bot)
        if rest[:1] == ["media"] and call.method == "GET":
            return await read_media(call, self._app.services.get(MediaShelf), bot, rest[1:])
        if rest[:1] == ["files"] and len(rest) == 2 and call.method == "GET":
            return await read_file(chat, call, bot, rest[1])
        chat.check_origin(call, bot.id)
        if call.method == "OPTIONS":
            return PlainTextResponse("", 204, _PREFLIGHT)
        if chat.closing:
            raise ShuttingDown(retry_after=2)
        return await self._protocol(call, send, bot, rest)

    async def _protocol(self, call: Call, send: Send, bot: Bot, rest: list[str]) -> Response | None:
        chat, _, uploads = self._shared()
        match rest:
            case ["conversations", conversation, "events"]:
                _only(call, "GET")
                await EventStream(chat, call, send, self._cors(call)).run(bot, conversation)
                return None
            case ["conversations", conversation, what]:
                handlers: dict[str, dict[str, Handler]] = {
                    "messages": {"GET": calls.read_messages, "POST": calls.post_message},
                    "read": {"POST": calls.mark_read},
                    "typing": {"POST": calls.typing},
                    "end": {"POST": calls.end_conversation},
                    "files": {"POST": uploads.take_in},
                }
                return await _chosen(call, handlers.get(what))(chat, call, bot, conversation)
            case [what]:
                return await _chosen(call, _SIMPLE.get(what))(chat, call, bot)
            case _:
                raise NothingHere

    def _cors(self, call: Call) -> dict[str, str]:
        """Pages of allowed sites may read the answer; no cookies are involved, ever."""
        match call.segments:
            case ["web", name, *_] if call.origin and name != "assets" and self._may_read(call, name):
                return {"Access-Control-Allow-Origin": call.origin, "Vary": "Origin"}
            case _:
                return {}

    def _may_read(self, call: Call, name: str) -> bool:
        try:
            chat, _, _ = self._shared()
            chat.check_origin(call, chat.bot(name).id)
        except Exception:
            return False
        return True

    # The socket -----------------------------------------------------------------------------------------------------

    async def _socket(self, call: Call, receive: Receive, send: Send) -> None:
        try:
            socket = await self._handshake(call, receive, send)
        except Exception as error:
            await _refuse_socket(call, send, problem_response(error))
        else:
            await socket.run()

    async def _handshake(self, call: Call, receive: Receive, send: Send) -> Socket:
        """Checks the bot, the origin and the ticket before the socket is accepted (SOCK-01)."""
        match call.segments:
            case ["web", name, "socket"]:
                chat, _, _ = self._shared()
                bot = chat.bot(name)
            case _:
                raise NothingHere
        chat.check_origin(call, bot.id)
        if chat.closing:
            raise ShuttingDown(retry_after=2)
        return Socket(chat, call, bot, await chat.ticket_holder(call, bot.id), receive, send)


_SIMPLE: dict[str, dict[str, Handler]] = {
    "session": {"POST": start_session},
    "ticket": {"POST": calls.make_ticket},
    "conversations": {"GET": calls.list_conversations, "POST": calls.open_conversation},
}


def _chosen(call: Call, handlers: dict[str, Handler] | None) -> Handler:
    if handlers is None:
        raise NothingHere
    if call.method not in handlers:
        raise WrongMethod(allowed=", ".join(handlers))
    return handlers[call.method]


def _only(call: Call, method: str) -> None:
    if call.method != method:
        raise WrongMethod(allowed=method)


async def _refuse_socket(call: Call, send: Send, response: Response) -> None:
    """Says why with an HTTP answer where the server can; else the handshake just fails."""
    if "websocket.http.response" not in call.scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(name.encode(), value.encode("latin-1")) for name, value in response.headers.items()]
    start = {"type": "websocket.http.response.start", "status": response.status_code, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": response.body})
