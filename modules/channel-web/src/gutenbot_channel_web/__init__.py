"""The web chat: a channel for browsers. This page says what the module is made of."""

from gutenbot.sdk import Module, Part
from gutenbot_channel_web.channel import NAME, let_go, make_channel, say_goodbye_later, take_settings
from gutenbot_channel_web.playground import make_playground
from gutenbot_channel_web.playground_server import PREFIX, make_playground_web
from gutenbot_channel_web.server import make_web
from gutenbot_channel_web.settings import BotSettings, WebSettings
from gutenbot_channel_web.sharing import share_rates

web = Part()
web.channel(make_channel)
web.channel(make_playground)
web.on_start(say_goodbye_later)
web.on_stop(let_go)
web.on_settings(take_settings)
web.task(share_rates)
web.contribute("asgi_apps", "/web", make_web)
web.contribute("asgi_apps", PREFIX, make_playground_web)
web.contribute("asgi_apps", "/w.js", make_web)
web.contribute("asgi_apps", "/favicon.ico", make_web)
web.contribute("asgi_apps", "/", make_web)

module = Module(
    NAME,
    parts=[web],
    settings=WebSettings,
    bot_settings=BotSettings,
    summary="The web chat: a widget for any page, and the channel behind it.",
)

__all__ = ["module"]
