"""The channel: its clients read the thread, so nothing is sent; what everything web shares hangs on it."""

from typing import Any

from gutenbot.sdk import EVERYTHING, PLAYGROUND, App, Burst, OutgoingRow, RunningApp, Sent, Stopping
from gutenbot_channel_web.chat import Chat
from gutenbot_channel_web.playground import Playground
from gutenbot_channel_web.settings import WebSettings, read_settings

NAME = "channel-web"


class WebChannel:
    """The web chat, as the turn loop sees it."""

    id = "web"
    capabilities = EVERYTHING
    reads = True
    idempotent = True
    fetches_profiles = False
    concurrency = 1

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.burst: Burst = chat.settings.burst

    async def send(self, row: OutgoingRow) -> Sent:
        """It is in the thread, and that is where clients read it."""
        return Sent("sent")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """Nobody but the visitor's own site knows who a visitor is, and it says so in a user token."""
        return None


def make_channel(app: RunningApp) -> WebChannel:
    """The channel of an app. Raises pydantic's `ValidationError` for settings that make no sense."""
    assert isinstance(app, App)
    return WebChannel(Chat(app, read_settings(app.module_settings.get(NAME, {}))))


async def take_settings(app: RunningApp, settings: WebSettings) -> None:
    """Looks and limits as somebody has just set them; who is connected stays so."""
    assert isinstance(app, App)
    channel = app.channels["web"]
    assert isinstance(channel, WebChannel)
    channel.chat.take(settings)
    channel.burst = settings.burst
    playground = app.channels.get(PLAYGROUND)
    if isinstance(playground, Playground):
        playground.chat.take(settings)


async def let_go(app: RunningApp) -> None:
    """Says goodbye to those who are connected, for the web chat is switched off."""
    assert isinstance(app, App)
    for channel in (app.channels.get("web"), app.channels.get(PLAYGROUND)):
        if isinstance(channel, WebChannel | Playground):
            await channel.chat.close_all()


async def say_goodbye_later(app: RunningApp) -> None:
    """Makes sure that those who are connected are told when the server stops."""
    assert isinstance(app, App)
    channel = app.channels["web"]
    assert isinstance(channel, WebChannel)

    async def goodbye(signal: Stopping) -> None:
        await let_go(app)

    app.signals.subscribe(Stopping, goodbye, NAME)
