"""The plain calls of the protocol: tickets, conversations, history (also held open), messages, read positions."""

import asyncio

from starlette.responses import Response

from gutenbot.sdk import Bot, Notice, ThreadEntry
from gutenbot_channel_web.arrivals import take_in
from gutenbot_channel_web.call import FARTHEST, Call, json_response
from gutenbot_channel_web.chat import Chat, owner_of, summary
from gutenbot_channel_web.conversations import Owned
from gutenbot_channel_web.entries import entry_of
from gutenbot_channel_web.errors import BadFrame
from gutenbot_channel_web.follow import PAGE
from gutenbot_channel_web.parsing import Position, Posted, read_as
from gutenbot_channel_web.presence import end, tell_typing
from gutenbot_channel_web.rates import CONVERSATIONS, CONVERSATIONS_BY_ADDRESS
from gutenbot_channel_web.signing import TICKET_S

LONGEST_WAIT_S = 25


async def make_ticket(chat: Chat, call: Call, bot: Bot) -> Response:
    """`POST /ticket`."""
    visitor = await chat.visitor(call, bot.id)
    ticket = (await chat.signer()).ticket(visitor, chat.now_s())
    return json_response({"ticket": ticket, "expires_s": TICKET_S})


async def list_conversations(chat: Chat, call: Call, bot: Bot) -> Response:
    """`GET /conversations`."""
    visitor = await chat.visitor(call, bot.id)
    found = await chat.conversations.latest(visitor)
    return json_response({"conversations": [summary(one) for one in found]})


async def open_conversation(chat: Chat, call: Call, bot: Bot) -> Response:
    """`POST /conversations`."""
    visitor = await chat.visitor(call, bot.id)
    await call.json()
    chat.rates.take((CONVERSATIONS, owner_of(visitor)), (CONVERSATIONS_BY_ADDRESS, chat.address(call)))
    owned = await chat.conversations.open(visitor)
    return json_response({"id": owned.id, "last_n": 0, "read_n": 0})


async def post_message(chat: Chat, call: Call, bot: Bot, conversation: str) -> Response:
    """`POST /conversations/{id}/messages`."""
    visitor = await chat.visitor(call, bot.id)
    posted: Posted = read_as(Posted, await call.json())
    accepted = await take_in(chat, visitor, conversation, posted, chat.address(call))
    return json_response({"n": accepted.n, "duplicate": accepted.duplicate})


async def mark_read(chat: Chat, call: Call, bot: Bot, conversation: str) -> Response:
    """`POST /conversations/{id}/read`."""
    visitor = await chat.visitor(call, bot.id)
    position: Position = read_as(Position, await call.json())
    await read_up_to(chat, await chat.conversations.get(visitor, conversation), position.n)
    return json_response({})


async def read_up_to(chat: Chat, owned: Owned, n: int) -> None:
    """The visitor has seen everything up to `n`."""
    if not 0 <= n <= FARTHEST:
        raise BadFrame(reason="there is no such position")
    await chat.app.storage.mark_read(owned.id, n)


async def typing(chat: Chat, call: Call, bot: Bot, conversation: str) -> Response:
    """`POST /conversations/{id}/typing`."""
    visitor = await chat.visitor(call, bot.id)
    await call.json()
    tell_typing(chat, await chat.conversations.get(visitor, conversation))
    return json_response({})


async def end_conversation(chat: Chat, call: Call, bot: Bot, conversation: str) -> Response:
    """`POST /conversations/{id}/end`."""
    visitor = await chat.visitor(call, bot.id)
    await call.json()
    await end(chat, visitor, conversation, chat.address(call))
    return json_response({})


async def read_messages(chat: Chat, call: Call, bot: Bot, conversation: str) -> Response:
    """`GET /conversations/{id}/messages`: a page of history, at once or as soon as there is one."""
    visitor = await chat.visitor(call, bot.id)
    owned = await chat.conversations.get(visitor, conversation)
    after = call.number("after", 0, FARTHEST)
    limit = max(1, call.number("limit", PAGE, PAGE))
    wait_s = call.number("wait", 0, LONGEST_WAIT_S)
    entries = await chat.app.storage.thread(owned.id, after=after, limit=limit)
    if not entries and wait_s > 0:
        entries = await _held(chat, call, owned, after, limit, wait_s)
    last_n, read_n = await chat.conversations.positions(owned)
    shown = [entry_of(entry, owned.id, owned.bot) for entry in entries]
    return json_response({"entries": shown, "last_n": last_n, "read_n": read_n})


async def _held(chat: Chat, call: Call, owned: Owned, after: int, limit: int, wait_s: int) -> list[ThreadEntry]:
    """Waits for a hint, then reads what there is; leaves when the client does, or when the server stops."""
    held = Held()
    unwatch = chat.app.turns.live.watch(owned.id, held.hear)
    chat.enter(held, "")
    gone = asyncio.create_task(call.gone(), name="held request")
    gone.add_done_callback(lambda _: held.wake.set())
    try:
        async with asyncio.timeout(wait_s):
            while not held.ended and not gone.done():
                held.wake.clear()  # before reading: what comes during the read wakes again
                entries = await chat.app.storage.thread(owned.id, after=after, limit=limit)
                if entries:
                    return entries
                await held.wake.wait()
    except TimeoutError:
        return await chat.app.storage.thread(owned.id, after=after, limit=limit)
    finally:
        unwatch()
        chat.leave(held)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    return []


class Held:
    """A request that waits."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.ended = False

    def hear(self, notice: Notice) -> None:
        """There may be something new."""
        if notice.entries or notice.elsewhere:
            self.wake.set()

    def bye(self, code: str, detail: str, retry_after: float = 0) -> None:
        """The server stops: answer now."""
        self.ended = True
        self.wake.set()
