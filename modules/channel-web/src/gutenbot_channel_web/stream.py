"""Server-Sent Events: one conversation, followed over plain HTTP."""

from starlette.types import Send

from gutenbot.sdk import Bot
from gutenbot_channel_web.call import FARTHEST, Call
from gutenbot_channel_web.chat import Chat, owner_of
from gutenbot_channel_web.follow import Follower
from gutenbot_channel_web.line import LiveLine
from gutenbot_channel_web.signing import Visitor

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class EventStream(LiveLine):
    """One stream to one client."""

    idle_s = 15.0

    def __init__(self, chat: Chat, call: Call, send: Send, extra: dict[str, str]) -> None:
        super().__init__()
        self._chat = chat
        self._call = call
        self._send = send
        self._headers = [
            *_HEADERS,
            *((name.lower().encode(), value.encode("latin-1")) for name, value in extra.items()),
        ]
        self._follower: Follower | None = None

    async def run(self, bot: Bot, conversation: str) -> None:
        """Checks who asks, then streams until the client leaves. Raises like any call, before the first byte."""
        visitor = await self._who(bot)
        owned = await self._chat.conversations.get(visitor, conversation)
        last_n, read_n = await self._chat.conversations.positions(owned)
        follower = self._follower = Follower(self._chat.app, owned, self.outlet)
        self._chat.enter(self, f"stream {owner_of(visitor)}")
        try:
            await self._send({"type": "http.response.start", "status": 200, "headers": self._headers})
            await follower.start(self._after(), last_n, read_n)
            await self.write_until(self._call.gone())
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await follower.stop()
            self._chat.leave(self)

    async def put(self, frame: bytes, n: int) -> None:
        """One event; its id is the position of an entry, so that a reconnecting client says where it was."""
        head = b"id: %d\n" % n if n else b""
        await self._send({"type": "http.response.body", "body": head + b"data: " + frame + b"\n\n", "more_body": True})

    async def idle(self) -> None:
        """A comment keeps proxies from closing the stream; the thread is looked at, in case a hint was lost."""
        if self._follower is not None:
            self._follower.check()
        await self._send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})

    async def _who(self, bot: Bot) -> Visitor:
        """A browser has a ticket in the address; other clients may send their token in the header."""
        if "ticket" in self._call.query:
            return await self._chat.ticket_holder(self._call, bot.id)
        return await self._chat.visitor(self._call, bot.id)

    def _after(self) -> int:
        """The later one of what the address says and what the client got last."""
        last = self._call.headers.get("last-event-id", "")
        seen = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else 0
        return max(seen, self._call.number("after", 0, FARTHEST))
