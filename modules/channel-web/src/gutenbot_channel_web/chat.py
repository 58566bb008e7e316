"""The web chat of one app: what all its handlers share. Truth is in the storage; here are keys, limits and who is connected."""

import asyncio
import base64
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from gutenbot.sdk import App, Bot, BotId, ChannelId, get_logger, to_ms
from gutenbot_channel_web.call import Call
from gutenbot_channel_web.conversations import CHANNEL, Conversations
from gutenbot_channel_web.errors import ForeignOrigin, NoSuchBot, ShuttingDown, UnknownVisitor
from gutenbot_channel_web.origins import is_allowed
from gutenbot_channel_web.rates import CALLS, Addresses, Rates
from gutenbot_channel_web.settings import BotSettings, WebSettings
from gutenbot_channel_web.signing import Signer, Visitor

log = get_logger("channel-web")

SOCKETS_PER_VISITOR = 5
CLOSE_LIMIT_S = 5.0
_SCOPE, _SECRET = "channel-web", "secret"


class Line(Protocol):
    """An open socket, stream or held request."""

    def bye(self, code: str, detail: str, retry_after: float = 0) -> None:
        """Ends it, and says why."""
        ...


class Chat:
    """Shared by all handlers of one app."""

    named_only = False
    """Nobody may come whom the site does not vouch for."""

    def __init__(self, app: App, settings: WebSettings, channel: ChannelId = CHANNEL) -> None:
        self.app = app
        self.settings = settings
        self.conversations = Conversations(app, channel)
        self._refused = app.meters.counter(
            "gutenbot_web_refused_total", "What the web chat refused for coming too fast, by limit.", ("limit",)
        )
        self._open = app.meters.gauge(
            "gutenbot_web_lines_open", "Open sockets, streams and held requests of the web chat.", ("channel",)
        )
        self._open.set(0, channel)
        self.rates = self.new_rates()
        self.addresses = Addresses(settings.trusted_proxies)
        self.closing = False
        self._lines: dict[Line, str] = {}
        self._no_lines = asyncio.Event()
        self._signer: Signer | None = None
        self._making_secret = asyncio.Lock()
        self._of_bot: Callable[[str], BotSettings] = lru_cache(maxsize=1000)(settings.of)

    def take(self, settings: WebSettings) -> None:
        """Other settings count from the next request on. With another secret all visitors are new."""
        if settings.secret != self.settings.secret:
            self._signer = None
        if settings.trusted_proxies != self.settings.trusted_proxies:
            self.addresses = Addresses(settings.trusted_proxies)
        self.settings = settings
        self._of_bot = lru_cache(maxsize=1000)(settings.of)

    def new_rates(self) -> Rates:
        """Empty buckets. When half of the backlog is used up, a visitor may do half as much."""
        turns = self.app.turns
        return Rates(
            self.app.clock.monotonic,
            refused=self._refused.add,
            pressed=lambda: turns.backlog * 2 >= turns.backlog_limit,
            shared=self.app.storage.shared,
        )

    # Bots -----------------------------------------------------------------------------------------------------------

    @property
    def developing(self) -> bool:
        """Pages of this machine may use the chat."""
        return self.app.mode.show_errors

    def bot(self, name: str) -> Bot:
        """A running bot. Raises `NoSuchBot`."""
        bot = self.app.bots.get(BotId(name))
        if bot is None:
            raise NoSuchBot(bot=name[:100])
        return bot

    def of(self, bot: str) -> BotSettings:
        """The settings of a bot."""
        return self._of_bot(bot)

    async def identity_secrets(self, bot: str) -> list[str]:
        """What the servers of sites sign with, to say who their visitors are."""
        return self.of(bot).identity_secrets

    # Who asks -------------------------------------------------------------------------------------------------------

    async def signer(self) -> Signer:
        """What signs; its secret is made once and kept in the database, unless the settings have one."""
        async with self._making_secret:  # the first visitors may come at the same moment
            if self._signer is None:
                self._signer = Signer(await self._secret())
            return self._signer

    async def _secret(self) -> bytes:
        if self.settings.secret is not None:
            return self.settings.secret.encode()
        fresh = base64.b64encode(os.urandom(32)).decode()  # another worker may make one at the same moment
        return str(await self.app.storage.kv_make(_SCOPE, _SECRET, fresh)).encode()

    def now_s(self) -> int:
        """The time, in seconds since 1970."""
        return to_ms(self.app.clock.now()) // 1000

    async def visitor(self, call: Call, bot: str) -> Visitor:
        """Who asks, by the `Authorization` header. Raises `UnknownVisitor` and `TooFast`."""
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        if kind.lower() != "visitor":
            raise UnknownVisitor
        visitor = (await self.signer()).visitor(bot, token.strip(), self.now_s())
        self.rates.take((CALLS, f"{bot} {visitor.sender}"))
        return visitor

    async def ticket_holder(self, call: Call, bot: str) -> Visitor:
        """Who opens a socket or a stream. Raises `BadTicket`."""
        return (await self.signer()).redeem(bot, call.query.get("ticket", ""), self.now_s())

    def check_origin(self, call: Call, bot: str) -> None:
        """Refuses pages of sites that may not use this bot. Who sends no origin is no browser and needs its token."""
        if not call.origin:
            return
        host = call.headers.get("host", "")
        if not is_allowed(call.origin, host, self.of(bot).origins, developing=self.developing):
            raise ForeignOrigin(origin=call.origin[:200])

    def address(self, call: Call) -> str:
        """Where a request comes from, for limits."""
        return self.addresses.client(call.peer, call.headers.get("x-forwarded-for", ""))

    # Who is connected -----------------------------------------------------------------------------------------------

    def enter(self, line: Line, owner: str) -> None:
        """A line is open. Of the sockets of one owner, the oldest goes when there are too many. Raises `ShuttingDown`."""
        if self.closing:
            raise ShuttingDown(retry_after=2)
        self._lines[line] = owner
        self._open.set(len(self._lines), self.conversations.channel)
        mine = [one for one, its_owner in self._lines.items() if owner and its_owner == owner]
        for oldest in mine[:-SOCKETS_PER_VISITOR]:
            self._lines[oldest] = ""
            oldest.bye("too-many-sockets", f"One visitor may have {SOCKETS_PER_VISITOR} open at once.", 60)

    def leave(self, line: Line) -> None:
        """A line is closed."""
        self._lines.pop(line, None)
        self._open.set(len(self._lines), self.conversations.channel)
        if not self._lines:
            self._no_lines.set()

    @property
    def lines(self) -> int:
        """How many lines are open."""
        return len(self._lines)

    async def close_all(self) -> None:
        """Says goodbye on every line and waits a moment until they are closed. New ones are refused from now on."""
        self.closing = True
        for index, line in enumerate(list(self._lines)):
            line.bye("shutting-down", "The server is stopping.", 1 + index % 5)
        self._no_lines.clear()
        if self._lines:
            try:
                async with asyncio.timeout(CLOSE_LIMIT_S):
                    await self._no_lines.wait()
            except TimeoutError:
                log.warning("lines.left_open", count=len(self._lines))


def owner_of(visitor: Visitor) -> str:
    """The key of limits per visitor."""
    return f"{visitor.bot} {visitor.sender}"


def summary(one: Any) -> dict[str, Any]:
    """A conversation in a list."""
    return {
        "id": one.conversation_id,
        "title": one.title,
        "last_n": one.last_n,
        "read_n": one.read_n,
        "updated_ms": one.updated_ms,
    }
