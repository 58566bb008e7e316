"""A good word a day: categories, cards, subscriptions, and a message every morning at eight where the user lives."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from gutenbot import Bot, Chat, Payload
from gutenbot.sdk import UserRow

MORNING = 8
DAILY = "DAILY"  # the tag of those who want a word every day

bot = Bot("motivation")


class Film(TypedDict):
    """What a card shows."""

    category: str
    title: str
    picture: str
    alt: str
    link: str


FILMS = [
    Film(category="courage", title="The first step", picture="mountain.svg", alt="A path up a mountain",
         link="https://example.org/films/first-step"),
    Film(category="courage", title="Above the clouds", picture="mountain.svg", alt="A path up a mountain",
         link="https://example.org/films/above-the-clouds"),
    Film(category="patience", title="A tree in four minutes", picture="tree.svg", alt="A tree on a hill",
         link="https://example.org/films/tree"),
    Film(category="joy", title="Morning light", picture="sun.svg", alt="The sun over the sea",
         link="https://example.org/films/morning-light"),
]  # fmt: skip


@bot.hear("get started", "hi", "hello", Payload("GET_STARTED"))
async def welcome(chat: Chat) -> None:
    chat.user.tag(DAILY)  # whoever starts is subscribed, and is told how to stop
    await chat.say("#welcome")


@bot.hear(Payload(re.compile(r"^(COURAGE|PATIENCE|JOY)$")), re.compile(r"^(courage|patience|joy)$", re.I))
async def motivate(chat: Chat) -> None:
    category = (chat.match[1] or "").lower()
    film = chat.random.choice([film for film in FILMS if film["category"] == category])
    await chat.say(f"#line.{category}")
    await chat.say("#film", **film)


@bot.hear(re.compile(r"\bsubscri(be|ptions?)\b", re.I), Payload("SUBSCRIPTIONS"))
async def manage_subscriptions(chat: Chat) -> None:
    # What is outside the conversation is looked up in a step, so that it is the same when the dialog is run again.
    subscribed = await chat.step(bot.people.has_tag, chat.user.id, DAILY)
    await chat.say("#subscriptions", subscribed=subscribed)


@bot.hear(Payload("DAILY_ON"))
async def subscribe(chat: Chat) -> None:
    chat.user.tag(DAILY)
    await chat.say("#subscribed")


@bot.hear(Payload("DAILY_OFF"))
async def unsubscribe(chat: Chat) -> None:
    chat.user.untag(DAILY)
    await chat.say("#unsubscribed")


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#fallback")


# Every day -----------------------------------------------------------------------------------------------------------


@bot.every("every hour")
async def each_hour(job: Chat) -> None:
    await job.step(send_daily, job.now())


async def send_daily(moment: datetime) -> int:
    """Sends the word of the day to subscribers for whom it is morning now; returns to how many."""
    sent = 0
    async for user in subscribers():
        here = moment.astimezone(ZoneInfo(user.profile.get("time_zone") or bot.time_zone))
        if here.hour == MORNING:
            # The key makes it once a day and user, also when the server ends in the middle and this is done again.
            film = FILMS[here.toordinal() % len(FILMS)]
            await bot.send(user.user_id, "#daily", key=f"daily {here:%Y-%m-%d}", **film)
            sent += 1
    return sent


async def subscribers() -> AsyncIterator[UserRow]:
    """All who are subscribed, page by page."""
    last = ""
    while page := await bot.people.list(tags=[DAILY], limit=500, after=last):
        for person in page:
            yield person.user
        last = page[-1].user.user_id
