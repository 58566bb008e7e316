"""A harbour that tells people about tides and storms, if they want that: subscriptions, and messages from outside a dialog."""

from collections.abc import AsyncIterator
from datetime import date
from typing import TypedDict

from gutenbot import Bot, Chat, Number, Payload
from gutenbot_notes import Notes
from gutenbot_subscriptions import Subscriptions, Words, category

bot = Bot("harbour", requires=["subscriptions", "notes"])

# What people can get, by a word. Texts that begin with `#` are content items: they can be edited while the bot runs.
TIDES = category(
    bot,
    "tides",
    name="Tides",
    about="high water, every morning",
    join=["tides please"],
    leave=["no more tides"],
    joined="#tides.joined",
    languages={
        "fr": Words(name="Marées", about="la pleine mer, chaque matin", join=("marées",), leave=("plus de marées",))
    },
)
STORMS = category(bot, "storms", name="Storm warnings", join=["warn me"], leave=["do not warn me"])


class Tide(TypedDict):
    """When the water is high, and how high."""

    hour: str
    metres: float


def tide(day: date) -> Tide:
    """The morning's high water. It comes about 50 minutes later every day, and is highest at the new and the full moon."""
    age = (day - date(2026, 1, 18)).days % 29.53
    minutes = round(age * 50.47) % 745
    swell = abs(age % 14.77 - 7.38) / 7.38
    return Tide(hour=f"{minutes // 60:02}:{minutes % 60:02}", metres=round(3.4 + 1.6 * swell, 1))


@bot.hear("hi", "hello", Payload("GET_STARTED"))
async def welcome(chat: Chat) -> None:
    await chat.say("#welcome")


@bot.hear("when", "tide?")
async def when(chat: Chat) -> None:
    await chat.say("#tide", **tide(chat.now().date()))


@bot.hear("berth")
async def berth(chat: Chat, notes: Notes) -> None:
    length = await chat.ask("#berth.length", Number(minimum=2, maximum=40))
    # The harbour master finds this on the page of the person.
    await chat.step(notes.add, bot.id, chat.user.id, f"Wants a berth for {length} m.", key="note")
    await chat.say("#berth.done", length=length)


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#fallback")


# To those who want it -------------------------------------------------------------------------------------------------


@bot.every("0 6 * * *")
async def each_morning(job: Chat, subscriptions: Subscriptions) -> None:
    today = job.now().date()
    await job.step(tell, subscriptions, TIDES, f"tides {today}", "#tide", tide(today))


async def tell(subscriptions: Subscriptions, what: str, key: str, item: str, data: Tide) -> int:
    """Says something to everybody who wants it; returns to how many. The key says it once, also when it is run again."""
    told = 0
    async for user in everybody(subscriptions, what):
        told += len(await bot.send(user, item, key=key, **data))
    return told


async def everybody(subscriptions: Subscriptions, what: str) -> AsyncIterator[str]:
    """All who are in a category, page by page."""
    last = ""
    while page := await subscriptions.subscribers(bot.id, what, after=last, limit=500):
        for user in page:
            yield user
        last = page[-1]
