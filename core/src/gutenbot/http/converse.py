"""The converse route: a message in, the bot's answer out, once the turn is on disk. This is the path that is measured."""

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

import msgspec

from gutenbot.app.default import API
from gutenbot.events.incoming import (
    AttachmentEvent,
    CustomEvent,
    FormEvent,
    Incoming,
    LocationEvent,
    MessageEvent,
    PayloadEvent,
    ReactionEvent,
    ReferralEvent,
)
from gutenbot.events.messages import Outgoing
from gutenbot.http.auth import Actor, Gate
from gutenbot.http.body import check_json_type, decode, read_body
from gutenbot.http.errors import Invalid, MethodNotAllowed, Stopping
from gutenbot.http.replies import Receive, Scope, Send, reply
from gutenbot.http.thread import Told, answers_after, answers_to
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.graphemes import beginning
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, conversation_id, new_id
from gutenbot.storage.rows import Accepted, Arrival
from gutenbot.turns.errors import UnknownBot
from gutenbot.turns.live import Notice

if TYPE_CHECKING:
    from gutenbot.app.app import App

PATH = "/api/v1/converse/"
PERMISSION = "bots:converse"
WAIT_S = 30.0
OURS_S = 3.0
"""Within so little time nobody takes over what this process has just claimed: a lease lasts longer."""
MAX_ITEMS = 100
MAX_TEXT = 64_000
"""Characters; longer words are cut, and say so."""
MAX_ID = 200
Waiting = asyncio.Future[Any]

PublicEvent = (
    MessageEvent
    | PayloadEvent
    | FormEvent
    | AttachmentEvent
    | LocationEvent
    | ReactionEvent
    | ReferralEvent
    | CustomEvent
)


class Item(msgspec.Struct):
    """One message to a bot: words in `text`, or an `event`."""

    text: str | None = None
    event: PublicEvent | None = None
    id: str = ""
    """The client's own id of it: sent again with the same id, it is answered again and not handled again."""
    user: str = ""
    """The client's address of the person; the conversation's when empty."""
    bot: str = ""
    wait_s: float = WAIT_S


class Answer(msgspec.Struct, omit_defaults=True):
    """What the bot said. `pending`: not all yet; ask `poll` for the rest."""

    messages: Sequence[Outgoing]
    conversation: str
    n: int
    pending: bool = False
    poll: str = ""


_decoder = msgspec.json.Decoder(Item | list[Item])
_encode = msgspec.json.Encoder(enc_hook=str).encode
_conversation = lru_cache(maxsize=10_000)(conversation_id)


class Converse:
    """`POST` says something and gives the answer; `GET` gives what was said after a position."""

    def __init__(self, app: "App", gate: Gate, *, max_body: int) -> None:
        self._app = app
        self._gate = gate
        self.max_body = max_body
        self._closed = False
        self._waiting: set[Waiting] = set()

    def close(self) -> None:
        """The server stops: those who wait get what is there, and are told how to ask for the rest."""
        self._closed = True
        for future in list(self._waiting):
            _resolve(future)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        thread = scope["path"][len(PATH) :]
        if not thread or len(thread) > MAX_ID or "/" in thread:
            raise Invalid(reason=f"a conversation is 1 to {MAX_ID} characters without a slash")
        actor = await self._gate.actor(scope)
        actor.need(PERMISSION)
        if scope["method"] == "POST":
            status, answer = await self._say(scope, receive, thread, actor)
        elif scope["method"] == "GET":
            status, answer = await self._look(scope, thread, actor)
        else:
            raise MethodNotAllowed(path=scope["path"], method=scope["method"], allowed="GET and POST")
        await reply(send, status, _encode(answer), request_id)

    # Saying ---------------------------------------------------------------------------------------------------------

    async def _say(self, scope: Scope, receive: Receive, thread: str, actor: Actor) -> tuple[int, Answer]:
        check_json_type(scope)
        body = decode(_decoder, await read_body(scope, receive, self.max_body))
        return await self.exchange(body if isinstance(body, list) else [body], thread, actor)

    async def exchange(self, items: list[Item], thread: str, actor: Actor | None = None) -> tuple[int, Answer]:
        """The status and the answer to these messages. `actor`: who asks; without one nobody is refused."""
        _check(items)
        first = items[0]
        bot = self.bot(first.bot)
        if actor is not None:
            actor.need(PERMISSION, bot=bot)
        arrivals = self._arrivals(items, bot, thread)
        return await self._answered(arrivals, thread, first.wait_s)

    def bot(self, wanted: str) -> BotId:
        """The bot that is meant; with one bot, that one. Raises `UnknownBot`."""
        bots = self._app.bots
        if wanted in bots:
            return BotId(wanted)
        if not wanted and len(bots) == 1:
            return next(iter(bots))
        if wanted:
            raise UnknownBot(bot=wanted, known=", ".join(bots) or "none")
        raise Invalid(reason=f"several bots run here: say which one with `bot` ({', '.join(bots) or 'none'})")

    def _arrivals(self, items: list[Item], bot: BotId, thread: str) -> list[Arrival]:
        conversation = _conversation(bot, API, thread)
        now_ms = to_ms(self._app.clock.now())
        return [
            Arrival(
                bot_id=bot,
                channel_id=ChannelId(API),
                conversation_id=conversation,
                thread=thread,
                sender=item.user or thread,
                external_id=f"{conversation}:{item.id}" if item.id else new_id(),
                event=_event(item),
                received_ms=now_ms,
            )
            for item in items
        ]

    async def _answered(self, arrivals: list[Arrival], thread: str, wait_s: float) -> tuple[int, Answer]:
        """Accepts the events, waits for their turns, and collects what was said."""
        if self._closed or self._app.stopping:
            raise Stopping(retry_after=2)
        turns = self._app.turns
        futures = [turns.waiters.wait(API, arrival.external_id) for arrival in arrivals]
        try:
            accepted = await turns.accept(arrivals, patient=wait_s > 0)
            told = [
                await self._told(arrival.bot_id, kept, future, wait_s)
                for arrival, kept, future in zip(arrivals, accepted, futures, strict=True)
            ]
        finally:
            for arrival, future in zip(arrivals, futures, strict=True):
                if not future.done() or future.cancelled() or future.result() is None:
                    turns.waiters.forget(API, arrival.external_id, future)
        return _answer(accepted, told, thread)

    async def _told(self, bot: BotId, kept: Accepted, future: Waiting, wait_s: float) -> Told | None:
        """What answers one event; None when its turn has not ended yet."""
        if kept.duplicate:
            told = await answers_to(self._app.storage, bot, kept)
            if told is not None:
                return told
        stop = self._hear_elsewhere(bot, kept, future) if self._app.storage.shared and wait_s > 0 else None
        try:
            rows = await self._until(future, wait_s)
        finally:
            if stop is not None:
                stop()
        return None if rows is None else [row if isinstance(row, tuple) else (row.n, row.message) for row in rows]

    def _hear_elsewhere(self, bot: BotId, kept: Accepted, future: Waiting) -> Callable[[], None]:
        """Another process may run the turn: at each hint of it, looks whether the turn has ended. Returns how to stop.

        What this process claimed itself is told here when it ends; then only a lease that ran out makes looking worth it.
        """
        looks: set[asyncio.Task[None]] = set()
        loop = asyncio.get_running_loop()
        early = loop.time() + (OURS_S if kept.claim is not None else 0.0)

        async def look() -> None:
            told = await answers_to(self._app.storage, bot, kept)
            if told is not None:
                _resolve(future, notice=told)

        def hear(notice: Notice) -> None:
            if notice.elsewhere and not future.done() and loop.time() >= early:
                task = asyncio.create_task(look(), name="converse looks")
                looks.add(task)
                task.add_done_callback(looks.discard)

        return self._app.turns.live.watch(kept.conversation_id, hear)

    async def _until(self, future: Waiting, wait_s: float) -> Any:
        """What the future gives, or None when that takes too long or the server stops."""
        if future.done():
            return future.result()
        if wait_s <= 0 or self._closed:
            return None
        limit = asyncio.get_running_loop().call_later(wait_s, _resolve, future)
        self._waiting.add(future)
        try:
            return await future
        finally:
            limit.cancel()
            self._waiting.discard(future)

    # Looking --------------------------------------------------------------------------------------------------------

    async def _look(self, scope: Scope, thread: str, actor: Actor) -> tuple[int, Answer]:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=20))
        after = int(_number(query.get("after", "0"), "after", 2**53))
        wait_s = _number(query.get("wait_s", "0"), "wait_s", WAIT_S)
        bot = self.bot(query.get("bot", ""))
        actor.need(PERMISSION, bot=bot)
        conversation = conversation_id(bot, API, thread)
        said = await self._said_after(conversation, after, wait_s)
        last = max((n for n, _ in said), default=after)
        return 200, Answer([message for _, message in said], thread, last)

    async def _said_after(self, conversation: ConversationId, after: int, wait_s: float) -> Told:
        """What was said after a position; waits for the first of it when there is nothing."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait_s
        news: Waiting = loop.create_future()
        stop = self._app.turns.live.watch(conversation, lambda _: _resolve(news, notice=True))
        try:
            while True:
                said = await answers_after(self._app.storage, conversation, after)
                if said or not await self._until(news, end - loop.time()):
                    return said
                news = loop.create_future()
        finally:
            stop()


def _resolve(future: Waiting, *, notice: Any = None) -> None:
    if not future.done():
        future.set_result(notice)


def _check(items: list[Item]) -> None:
    """Raises `Invalid` for what the types alone do not refuse."""
    if not 1 <= len(items) <= MAX_ITEMS:
        raise Invalid(reason=f"a list holds 1 to {MAX_ITEMS} messages")
    for item in items:
        if (item.text is None) == (item.event is None):
            raise Invalid(reason="each message has either `text` or `event`")
        if max(len(item.id), len(item.user), len(item.bot)) > MAX_ID:
            raise Invalid(reason=f"`id`, `user` and `bot` have at most {MAX_ID} characters")
        if not 0 <= item.wait_s <= WAIT_S:
            raise Invalid(reason=f"`wait_s` is a number from 0 to {WAIT_S:g}")


def _event(item: Item) -> Incoming:
    if item.text is not None:
        return MessageEvent(body=_cut(item.text))
    event = item.event
    assert event is not None
    if isinstance(event, MessageEvent) and len(event.body) > MAX_TEXT:
        return msgspec.structs.replace(event, body=_cut(event.body))
    return event


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    kept = beginning(text, MAX_TEXT)
    return f"{kept} … [cut: {len(text) - len(kept)} more characters]"


def _answer(accepted: list[Accepted], told: list[Told | None], thread: str) -> tuple[int, Answer]:
    said = [pair for one in told if one is not None for pair in one]
    places = [n for n, _ in said] + [kept.n for kept in accepted if kept.n is not None]
    pending = None in told
    n = max(places, default=0)
    answer = Answer([message for _, message in said], thread, n)
    if pending:
        answer.pending = True
        answer.poll = f"{PATH}{quote(thread, safe='')}?after={n}&wait_s=25"
    return (202 if pending else 200), answer


def _number(text: str, name: str, most: float) -> float:
    """A query parameter between 0 and `most`."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise Invalid(reason=f"`{name}` is a number from 0 to {most:g}")
    return value
