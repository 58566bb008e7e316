"""The pizzeria of the author's guide."""

# ruff: noqa: RET503
import re
from dataclasses import dataclass
from datetime import timedelta

from gutenbot import Bot, Chat, Choice, Confirm, Intent, Payload, Text

bot = Bot("pizzeria")


@dataclass
class Receipt:
    id: str


def book_pizza(size: str, address: str) -> Receipt:
    return Receipt(f"{size}-1")


@bot.hear("hi", "hello", re.compile(r"good (morning|evening)", re.IGNORECASE), Payload("GET_STARTED"))
async def greet(chat: Chat) -> None:
    await chat.say("#welcome")  # a content item: its words can be edited live


@bot.hear("order", Intent("order_pizza"))
async def order(chat: Chat) -> None:
    size = await chat.ask("#order.size", Choice("S", "M", "L"), timeout=timedelta(hours=2))
    address = await ask_address(chat.within("delivery"))  # a sub-dialog is a plain awaited function
    if not await chat.ask("#order.confirm", Confirm(), size=size, address=address):
        return await chat.say("#order.cancelled")
    receipt = await chat.step(book_pizza, size, address)  # outside work: recorded, retried, traced
    chat.user["last_order"] = receipt.id  # written with the turn
    await chat.say("#order.done", number=receipt.id)


@order.on_timeout
async def remind(chat: Chat) -> None:
    await chat.say("#order.still_there")


async def ask_address(chat: Chat) -> str:
    street = await chat.ask("#address.street", Text(max_length=120))
    city = await chat.ask("#address.city", Text())
    return f"{street}, {city}"


@bot.hear(re.compile(r"\b(human|agent|person)\b", re.IGNORECASE), anywhere=True)  # also in the middle of a dialog
async def to_person(chat: Chat) -> None:
    await chat.handoff(reason="asked for a person")


@bot.every("weekdays 09:00", tz="Europe/Paris")
async def morning(job) -> None: ...  # type: ignore[no-untyped-def]


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#fallback")
