"""A pizzeria: takes orders, asks for the address, books once, reminds, and hands over to a person."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from gutenbot import Bot, Chat, Choice, Confirm, Intent, Payload, Text

bot = Bot("pizzeria")


@bot.hear("hi", "hello", re.compile(r"good (morning|evening)", re.I), Payload("GET_STARTED"))
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


@bot.hear(re.compile(r"\b(human|agent|person)\b", re.I), anywhere=True)  # also in the middle of a dialog
async def to_person(chat: Chat) -> None:
    await chat.handoff(reason="asked for a person")


@bot.every("weekdays 09:00", tz="Europe/Paris")
async def morning(job: Chat) -> None:
    await job.step(light_the_oven)


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#fallback")


# The kitchen ---------------------------------------------------------------------------------------------------------
# In your bot these call another system. They are plain functions: Gutenbot runs them in a thread, and tries again when
# they fail.


@dataclass
class Receipt:
    """What the kitchen gives for an order."""

    id: str


def book_pizza(size: str, address: str, idempotency_key: str = "") -> Receipt:
    """Books a pizza. The key is the same at every try, so the kitchen can tell a second try from a second pizza."""
    number = int.from_bytes(hashlib.sha256(idempotency_key.encode()).digest()[:4]) % 9000 + 1000
    return Receipt(f"{size}-{number}")


def light_the_oven() -> None:
    """What has to be ready before the first order."""
