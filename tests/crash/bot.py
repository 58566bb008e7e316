"""The bot that is killed. It counts, works outside, asks, and says lines that the harness can foresee.

It also brings two channels that send each message to the harness: `push-keyed`, which drops a key it has seen, and
`push-plain`, which knows no keys.
"""

import asyncio
import json
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from gutenbot import Bot, Chat, Text
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
    plain_text,
    to_ms,
)

bot = Bot("crash")
IN_FLIGHT = 8
NAP = timedelta(seconds=1.5)


@bot.hear(re.compile(r"^form "))
async def form(chat: Chat) -> None:
    """Three questions, then the answers."""
    head = await reckon(chat)
    answers: list[str] = []
    for number in (1, 2, 3):
        answer = await chat.ask(f"{head} question {number}", Text())
        head = await reckon(chat)
        answers.append(str(answer).rpartition(" ")[2])
    await chat.say(f"{head} answers {' '.join(answers)}")


@bot.hear(re.compile(r"^nap "))
async def nap(chat: Chat) -> None:
    """A line, a timer, and a line when it wakes us; more of them may be asleep at once."""
    head = await reckon(chat)
    await chat.say(head)
    await chat.sleep(NAP)
    chat.conversation["woke"] = chat.conversation.get("woke", 0) + 1
    await chat.say(f"{head.partition('.')[0]} woke")


async def tick(job: Chat) -> None:
    """What a schedule does: as outside work, so that the harness sees it."""
    await job.step(note, "tick")


if "CRASH_SCHEDULE" in os.environ:
    bot.every("every minute")(tick)


@bot.fallback
async def plain(chat: Chat) -> None:
    """One to three lines."""
    head = await reckon(chat)
    number = int(chat.message.text.rpartition(" ")[2])
    await chat.say(head)
    if number % 3 == 2:
        await chat.step(held, "say")
    for k in range(2, 2 + number % 3):
        await chat.say(head.replace(".1 ", f".{k} "))


async def reckon(chat: Chat) -> str:
    """Counts the message in both places and does its outside work; gives how the answer begins."""
    _, user, number = chat.message.text.split(" ")
    count = chat.conversation.get("count", 0) + 1
    chat.conversation["count"] = count
    chat.user["count"] = chat.user.get("count", 0) + 1
    await chat.step(note, f"{user} {number}")
    return f"{user} {number}.1 #{count}"


async def note(what: str, idempotency_key: str = "") -> str:
    """The outside work: a line in a file that the harness owns, in one write."""
    line = json.dumps([idempotency_key, what]) + "\n"
    file = os.open(os.environ["CRASH_EFFECTS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
    await held("note")
    return what


async def held(name: str) -> None:
    """Goes on once the harness lets it."""
    mark = Path(os.environ["CRASH_EFFECTS"]).with_name(f"hold.{name}")
    while True:
        if not os.path.exists(mark):  # noqa: ASYNC240, PTH110 - a glance, and nearly always the only one
            return
        await asyncio.sleep(0.01)


class PushChannel:
    """Posts each message to the harness."""

    reads = False
    fetches_profiles = False
    burst = "queue"
    capabilities = EVERYTHING
    concurrency = IN_FLIGHT

    def __init__(self, name: str, *, idempotent: bool) -> None:
        self.id = name
        self.idempotent = idempotent
        self._session: aiohttp.ClientSession | None = None

    async def send(self, row: OutgoingRow) -> Sent:
        """One POST."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        body = {"channel": self.id, "key": row.key, "thread": row.thread, "text": plain_text(row.message)}
        body["worker"] = os.environ.get("CRASH_WORKER", "")
        async with self._session.post(os.environ["CRASH_SINK"], json=body) as answer:
            if answer.status == 200:
                return Sent("sent", provider_id=(await answer.json())["id"])
            return Sent("retry", error=f"status {answer.status}")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """Nothing is known."""
        return None


bot.channel(lambda app: PushChannel("push-keyed", idempotent=True))  # type: ignore[arg-type, return-value]
bot.channel(lambda app: PushChannel("push-plain", idempotent=False))  # type: ignore[arg-type, return-value]


def webhook(app: App) -> Any:
    """Where the network of these channels hands in what users wrote."""

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        accepted = await app.turns.accept([_arrival(app, json.loads(body))])
        answer = json.dumps({"n": accepted[0].n, "duplicate": accepted[0].duplicate}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return handle


def _arrival(app: App, told: dict[str, str]) -> Arrival:
    channel, thread = ChannelId(told["channel"]), told["thread"]
    return Arrival(
        bot_id=BotId(bot.id),
        channel_id=channel,
        conversation_id=conversation_id(bot.id, channel, thread),
        thread=thread,
        sender=thread,
        external_id=told["id"],
        event=MessageEvent(body=told["text"]),
        received_ms=to_ms(app.clock.now()),
    )


bot.contribute("asgi_apps", "/push", webhook)
