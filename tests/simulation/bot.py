"""The bot of the simulated world, a real one, and what it must have said: `expected` says it again from the events alone.

Every event that has an effect counts in the conversation, and each answer tells the count, so that a lost or doubled
change of state can be seen in words.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from gutenbot.content import load_library
from gutenbot.dialogs.chat import Chat
from gutenbot.dialogs.errors import AnswerTimeout
from gutenbot.events.incoming import MessageEvent, TimerEvent
from gutenbot.kernel.ids import BotId
from gutenbot.modules.bot import Handlers
from gutenbot.turns.bots import BotRuntime
from tests.simulation.loop import PROCESS
from tests.simulation.model.tables import Event

BOT = BotId("sim")
KINDS = ("add", "three", "pay", "ask", "nap", "fail", "slow", "die")
NAP = timedelta(seconds=7)
PATIENCE = timedelta(seconds=11)


@cache
def runtime(concurrency: int) -> BotRuntime:
    """The bot as the turn loop sees it; it never changes, so that one serves many worlds."""
    handlers = Handlers("sim")
    handlers.fallback(answer)
    library = load_library(Path(__file__).parent / "no-content")
    return BotRuntime(bot_id=BOT, book=handlers.book, library=library, apologise=False, concurrency=concurrency)


async def answer(chat: Chat) -> None:
    """Answers `kind label`."""
    kind, label = str(chat.message.text).split(" ", 1)
    count = _count(chat)
    match kind:
        case "three":
            for k in range(3):
                await chat.say(f"{label} {k} ={count}")
        case "pay":
            receipt: str = await chat.step(pay, label)  # type: ignore[arg-type]  # it is given a key
            await chat.say(f"{label} paid {receipt} ={count}")
        case "ask":
            await _ask(chat, label, count)
        case "nap":
            await chat.say(f"{label} naps ={count}")
            await chat.sleep(NAP)
            await chat.say(f"{label} woke ={_count(chat)}")
        case "fail":
            _here().fragile(label)
            await chat.say(f"{label} at last ={count}")
        case "slow":
            await chat.step(slow, label)
            await chat.say(f"{label} done ={count}")
        case "die":
            await chat.step(die, label)
            await chat.say(f"{label} lives ={count}")
        case _:
            await chat.say(f"{label} ={count}")


async def _ask(chat: Chat, label: str, count: int) -> None:
    try:
        said = await chat.ask(f"{label}? ={count}", timeout=PATIENCE)
    except AnswerTimeout:
        await chat.say(f"{label} too late ={_count(chat)}")
    else:
        await chat.say(f"{label} got {said} ={_count(chat)}")


def _count(chat: Chat) -> int:
    count = int(chat.conversation.get("count", 0)) + 1
    chat.conversation["count"] = count
    return count


def _here() -> Any:
    """The world around the running process."""
    process = PROCESS.get()
    assert process is not None
    return process.world


async def pay(label: str, idempotency_key: str) -> str:
    """Outside work with an effect; the other side knows keys."""
    world = _here()
    await asyncio.sleep(world.chance.uniform(0.0, 0.5))
    receipt: str = world.pay(label, idempotency_key)
    await asyncio.sleep(world.chance.uniform(0.0, 0.5))
    return receipt


async def slow(label: str) -> None:
    """Outside work that takes long."""
    await asyncio.sleep(_here().chance.uniform(0.5, 20.0))


async def die(label: str) -> None:
    """Ends the process, as often as the world wants."""
    if _here().poisons(label):
        await asyncio.get_running_loop().create_future()


# What must have been said -----------------------------------------------------------------------------------------------


class Expected:
    """The answers of one conversation, event by event, oldest first."""

    def __init__(self) -> None:
        self.count = 0
        self._asking: tuple[int, str] | None = None
        self._asleep: dict[int, str] = {}

    def to(self, event: Event) -> list[str]:
        """What the bot says to an event that was handled."""
        if isinstance(event.event, TimerEvent):
            return self._timer(event.event.name)
        assert isinstance(event.event, MessageEvent)
        return self._message(event.seq, event.event.body)

    def _message(self, seq: int, body: str) -> list[str]:
        self.count += 1
        if self._asking is not None:
            label = self._asking[1]
            self._asking = None
            return [f"{label} got {body} ={self.count}"]
        kind, label = body.split(" ", 1)
        if kind == "ask":
            self._asking = (seq, label)
        if kind == "nap":
            self._asleep[seq] = label
        return [f"{text} ={self.count}" for text in _said(kind, label)]

    def _timer(self, name: str) -> list[str]:
        """A timer that came too late has no effect: its question is answered."""
        frame, kind, *_ = name.split("|")
        seq = int(frame.split(".")[0])
        if kind == "sleep" and seq in self._asleep:
            self.count += 1
            return [f"{self._asleep.pop(seq)} woke ={self.count}"]
        if kind == "ask" and self._asking is not None and self._asking[0] == seq:
            label = self._asking[1]
            self._asking = None
            self.count += 1
            return [f"{label} too late ={self.count}"]
        return []

    def died(self, event: Event) -> None:
        """An event that was given up has no effect; nobody is woken by a timer of which that is true."""
        if isinstance(event.event, TimerEvent):
            self._asleep.pop(int(event.event.name.split(".")[0]), None)

    @property
    def asleep(self) -> Iterable[str]:
        """Naps that nobody was woken from."""
        return self._asleep.values()


def _said(kind: str, label: str) -> list[str]:
    return {
        "three": [f"{label} {k}" for k in range(3)],
        "pay": [f"{label} paid {receipt_of(label)}"],
        "ask": [f"{label}?"],
        "nap": [f"{label} naps"],
        "fail": [f"{label} at last"],
        "slow": [f"{label} done"],
        "die": [f"{label} lives"],
    }.get(kind, [label])


def receipt_of(label: str) -> str:
    """What paying gives."""
    return f"receipt-{label}"
