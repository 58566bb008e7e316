"""The chat of the playground: the same widget and protocol, below `/playground`, for people of the team alone.

Whoever wants in brings a user token that the console's API has made for somebody who may use the playground.
"""

from collections.abc import Callable
from functools import lru_cache

from gutenbot.sdk import PLAYGROUND, App, ChannelId, PlaygroundChannel, RunningApp, playground_secret
from gutenbot_channel_web.chat import Chat
from gutenbot_channel_web.settings import BotSettings, WebSettings, read_settings
from gutenbot_channel_web.signing import Signer

VISITOR_S = 12 * 3600
_NAME = "channel-web"


class PlaygroundChat(Chat):
    """Looks as the web chat does; who somebody is, only the server itself says."""

    named_only = True

    def __init__(self, app: App, settings: WebSettings) -> None:
        super().__init__(app, settings, ChannelId(PLAYGROUND))
        self._of_bot: Callable[[str], BotSettings] = lru_cache(maxsize=1000)(self._own)

    def take(self, settings: WebSettings) -> None:
        """As for the web chat."""
        super().take(settings)
        self._of_bot = lru_cache(maxsize=1000)(self._own)

    def _own(self, bot: str) -> BotSettings:
        """No other site may embed it, and a conversation goes on whenever somebody comes back to it."""
        return self.settings.of(bot).model_copy(update={"origins": [], "resume_hours": 24 * 365, "sound": False})

    async def identity_secrets(self, bot: str) -> list[str]:
        """The server's own: no site says who comes here."""
        return [await playground_secret(self.app.storage)]

    async def signer(self) -> Signer:
        """Another one than that of the web chat: no visitor of one is a visitor of the other."""
        if self._signer is None:
            self._signer = Signer(f"{PLAYGROUND} {await playground_secret(self.app.storage)}".encode(), VISITOR_S)
        return self._signer


class Playground(PlaygroundChannel):
    """The playground's channel, with its chat."""

    def __init__(self, chat: PlaygroundChat) -> None:
        self.chat = chat


def make_playground(app: RunningApp) -> Playground:
    """The channel of an app."""
    assert isinstance(app, App)
    return Playground(PlaygroundChat(app, read_settings(app.module_settings.get(_NAME, {}))))
