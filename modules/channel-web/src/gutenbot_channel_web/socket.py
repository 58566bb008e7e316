"""The WebSocket of a visitor: frames in, one after the other; acknowledgements and entries out."""

from typing import Any

from starlette.types import Receive, Send

from gutenbot.sdk import Bot
from gutenbot_channel_web.arrivals import take_in
from gutenbot_channel_web.call import Call
from gutenbot_channel_web.calls import read_up_to
from gutenbot_channel_web.chat import Chat, owner_of
from gutenbot_channel_web.errors import BadFrame, TooFast, TooLarge, problem_of
from gutenbot_channel_web.follow import Follower
from gutenbot_channel_web.line import LiveLine
from gutenbot_channel_web.parsing import (
    FRAME_LIMIT,
    End,
    Frame,
    Open,
    Ping,
    Posted,
    Read,
    Typing,
    frame_id,
    read_frame,
)
from gutenbot_channel_web.parsing import Send as SendFrame
from gutenbot_channel_web.presence import end, tell_typing
from gutenbot_channel_web.rates import FRAMES
from gutenbot_channel_web.signing import Visitor

FOLLOWED = 50
"""Conversations that one socket may follow."""
GOING_AWAY = 1001
PATIENCE = 200
"""Frames above the rate that are answered with an error, before the socket is closed."""


class Socket(LiveLine):
    """One socket of one visitor."""

    def __init__(self, chat: Chat, call: Call, bot: Bot, visitor: Visitor, receive: Receive, send: Send) -> None:
        super().__init__()
        self._chat = chat
        self._bot = bot
        self._visitor = visitor
        self._address = chat.address(call)
        self._receive = receive
        self._send = send
        self._following: dict[str, Follower] = {}
        self._rates = chat.new_rates()
        self._hasty = 0

    async def run(self) -> None:
        """Serves the socket until either side ends it."""
        self._chat.enter(self, owner_of(self._visitor))
        try:
            await self._send({"type": "websocket.accept"})
            if await self.write_until(self._listen()):
                await self._send({"type": "websocket.close", "code": GOING_AWAY})
        finally:
            for follower in self._following.values():
                await follower.stop()
            self._chat.leave(self)

    # Out ------------------------------------------------------------------------------------------------------------

    async def put(self, frame: bytes, n: int) -> None:
        """One text frame."""
        await self._send({"type": "websocket.send", "text": frame.decode()})

    async def idle(self) -> None:
        """A sign of life, and a look into the threads, in case a hint was lost."""
        for follower in self._following.values():
            follower.check()
        await self._send({"type": "websocket.send", "text": '{"t":"ping"}'})

    # In -------------------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return
            if message["type"] == "websocket.receive" and not self.outlet.closed:
                await self._hear(message)

    async def _hear(self, message: Any) -> None:
        """Answers one frame; whatever is wrong with it, the socket stays."""
        text = message.get("text")
        try:
            self._rates.take((FRAMES, ""))
            if text is None:
                raise BadFrame(reason="frames are text")
            await self._obey(read_frame(text))
        except Exception as error:
            self._refuse(error, frame_id(text or "") if not isinstance(error, TooLarge) else "")

    def _refuse(self, error: Exception, identifier: str) -> None:
        if isinstance(error, TooLarge):
            self.bye("too-large", f"A frame may have {FRAME_LIMIT} bytes.", 5)
            return
        problem = problem_of(error)
        frame: dict[str, object] = {"t": "error", "code": problem.code, "detail": problem.detail}
        if identifier:
            frame["id"] = identifier
        if problem.retry_after:
            frame["retry_after"] = problem.retry_after
        self.say(frame)
        if isinstance(error, TooFast):
            self._hasty += 1
            if self._hasty > PATIENCE:
                self.bye("too-fast", "Far too many frames.", 30)

    async def _obey(self, frame: Frame) -> None:
        match frame:
            case Ping():
                self.say({"t": "pong"})
            case SendFrame(conversation=conversation, id=identifier, event=event):
                posted = Posted(identifier, event)
                kept = await take_in(self._chat, self._visitor, conversation, posted, self._address)
                self.say({"t": "ack", "id": identifier, "n": kept.n, "duplicate": kept.duplicate})
            case Open(conversation=conversation, after=after):
                await self._open(conversation, after)
            case Read(conversation=conversation, n=n):
                await read_up_to(self._chat, await self._chat.conversations.get(self._visitor, conversation), n)
            case Typing(conversation=conversation):
                tell_typing(self._chat, await self._chat.conversations.get(self._visitor, conversation))
            case End(conversation=conversation):
                await end(self._chat, self._visitor, conversation, self._address)
                self.say({"t": "ended", "conversation": conversation})

    async def _open(self, conversation: str, after: int) -> None:
        owned = await self._chat.conversations.get(self._visitor, conversation)
        last_n, read_n = await self._chat.conversations.positions(owned)
        before = self._following.pop(conversation, None)
        if before is not None:
            await before.stop()
        if len(self._following) >= FOLLOWED:
            raise BadFrame(reason=f"a socket follows at most {FOLLOWED} conversations")
        follower = self._following[conversation] = Follower(self._chat.app, owned, self.outlet)
        await follower.start(after, last_n, read_n)
