"""An echo on a channel that sends every answer by HTTP, as Telegram and its like want it."""

import json
import os
from typing import Any

import aiohttp

from gutenbot import Bot, Chat
from gutenbot.sdk import (
    EVERYTHING,
    App,
    Arrival,
    BotId,
    ChannelId,
    MessageEvent,
    OutgoingRow,
    Sent,
    conversation_id,
    new_id,
    plain_text,
    to_ms,
)

bot = Bot("push")
_ANSWER = b'{"ok":true}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_ANSWER))]


@bot.fallback
async def echo(chat: Chat) -> None:
    """Says the same."""
    await chat.say(chat.message.text)


class PushChannel:
    """One POST for each message, over connections that are kept."""

    id = "push"
    reads = False
    idempotent = True
    fetches_profiles = False
    burst = "queue"
    capabilities = EVERYTHING
    concurrency = 64

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(self, row: OutgoingRow) -> Sent:
        """The POST."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=self.concurrency))
        body = {"chat_id": row.thread, "text": plain_text(row.message), "key": row.key}
        async with self._session.post(os.environ["BENCH_SINK"], json=body) as answer:
            await answer.read()
            return Sent("sent" if answer.status == 200 else "retry")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """Nothing is known."""
        return None


bot.channel(lambda app: PushChannel())  # type: ignore[arg-type, return-value]


def webhook(app: App) -> Any:
    """Where messages come in."""

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        told = json.loads(body)
        thread = told["thread"]
        arrival = Arrival(
            bot_id=BotId("push"),
            channel_id=ChannelId("push"),
            conversation_id=conversation_id("push", "push", thread),
            thread=thread,
            sender=thread,
            external_id=new_id(),
            event=MessageEvent(body=told["text"]),
            received_ms=to_ms(app.clock.now()),
        )
        await app.turns.accept([arrival])
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _ANSWER})

    return handle


bot.contribute("asgi_apps", "/push", webhook)
