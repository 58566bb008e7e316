"""The addresses of the playground's chat: those of the web chat, below `/playground`."""

from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from gutenbot.sdk import PLAYGROUND, App
from gutenbot_channel_web.assets import Assets
from gutenbot_channel_web.errors import ShuttingDown
from gutenbot_channel_web.files import Uploads
from gutenbot_channel_web.pages import Pages
from gutenbot_channel_web.playground import Playground, PlaygroundChat
from gutenbot_channel_web.server import WebServer

PREFIX = "/playground"


def make_playground_web(app: App) -> ASGIApp:
    """What answers below `/playground`."""
    return PlaygroundServer(app)


class PlaygroundServer(WebServer):
    """The addresses of the web chat, one step further down."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._own: tuple[PlaygroundChat, Pages, Uploads] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root: str = scope.get("app_root_path", scope.get("root_path", "")) if scope["type"] != "lifespan" else ""
        await super().__call__({**scope, "root_path": root + PREFIX, "app_root_path": root + PREFIX}, receive, send)

    def _shared(self) -> tuple[Any, Pages, Uploads]:
        channel = self._app.channels.get(PLAYGROUND)
        if not isinstance(channel, Playground):
            raise ShuttingDown(retry_after=2)
        if self._own is None or self._own[0] is not channel.chat:
            self._own = (channel.chat, Pages(channel.chat, Assets()), Uploads(channel.chat))
        return self._own
