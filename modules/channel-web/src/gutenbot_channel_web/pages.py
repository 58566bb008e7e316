"""Pages that the server writes: the chat in a window or a frame, and a list of bots. No value can break out of its place."""

import html
import re
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from gutenbot.sdk import Bot, BotId, new_id
from gutenbot_channel_web.assets import Assets
from gutenbot_channel_web.call import Call
from gutenbot_channel_web.chat import Chat
from gutenbot_channel_web.errors import NoSuchBot, NotBuilt
from gutenbot_channel_web.origins import frame_ancestors

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_LIST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Bots</title><style nonce="{nonce}">
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 2rem 1rem }}
ul {{ list-style: none; padding: 0 }} a {{ display: block; padding: 1rem 0; border-bottom: 1px solid; color: inherit }}
span {{ display: block; opacity: .75 }}
</style></head><body><main><h1>Bots</h1><ul>{items}</ul></main></body></html>
"""


class Pages:
    """Writes pages from the built `chat.html`."""

    def __init__(self, chat: Chat, assets: Assets) -> None:
        self._chat = chat
        self._assets = assets

    def framed(self, call: Call, bot: Bot) -> Response:
        """`/web/{bot}/page`: in a frame of the sites that may embed this bot."""
        settings = self._chat.of(bot.id)
        return self._chat_page(call, bot, frame_ancestors(settings.origins, developing=self._chat.developing))

    def front(self, call: Call) -> Response:
        """`/`: the chat with the bot that is asked for, the only one or the default one, or else the list of them."""
        bots = self._chat.app.bots
        wanted = call.query.get("bot", "") or self._chat.settings.default_bot
        if wanted and BotId(wanted) not in bots and call.query.get("bot", ""):
            raise NoSuchBot(bot=wanted[:100])
        bot = bots.get(BotId(wanted)) or (next(iter(bots.values())) if len(bots) == 1 else None)
        return self._chat_page(call, bot, "'self'") if bot is not None else self._list(call)

    def _chat_page(self, call: Call, bot: Bot, ancestors: str) -> Response:
        source = self._assets.read("chat.html")
        if source is None:
            raise NotBuilt
        nonce = new_id()
        values = {"__BOT__": bot.id, "__BASE__": call.base, "__LOCALE__": self._locale(call), "__NONCE__": nonce}
        page = re.sub("|".join(values), lambda found: html.escape(values[found[0]], quote=True), source.decode())
        return HTMLResponse(page, headers=_headers(nonce, ancestors))

    def _list(self, call: Call) -> Response:
        nonce = new_id()
        items = "".join(_item(call, bot) for bot in self._chat.app.bots.values()) or "<li>No bot runs here yet.</li>"
        return HTMLResponse(_LIST.format(nonce=nonce, items=items), headers=_headers(nonce, "'self'"))

    def _locale(self, call: Call) -> str:
        """What the address asks for; else nothing, so that the browser decides."""
        wanted = call.query.get("locale", "")
        return wanted if _LOCALE.fullmatch(wanted) else ""


def _item(call: Call, bot: Bot) -> str:
    address = html.escape(f"{call.base}/?bot={quote(bot.id)}", quote=True)
    return f'<li><a href="{address}">{html.escape(bot.title)}<span>{html.escape(bot.description)}</span></a></li>'


def _headers(nonce: str, ancestors: str) -> dict[str, str]:
    policy = (
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        f"style-src 'self' 'nonce-{nonce}'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src 'self' https: data: blob:",
        "media-src 'self' https: data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors {ancestors}",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Referrer-Policy": "strict-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=()",
    }
