"""Greets people by their first name; asks for it where the channel does not tell, and remembers it."""

import re

from gutenbot import Bot, Chat, Payload, Text

bot = Bot("hello")


@bot.hear("hi", "hello", "hey", Payload("GET_STARTED"))
async def greet(chat: Chat) -> None:
    # What we were told ourselves comes first, then what the channel knows of the person.
    name = chat.user.get("name") or chat.user.first_name
    if not name:
        name = await chat.ask("#name", Text(max_length=40))
        chat.user["name"] = name  # written with the turn, kept for all channels
    await chat.say("#greeting", name=name)


@bot.hear(re.compile(r"^call me (?P<name>.{1,40})$", re.I))
async def rename(chat: Chat) -> None:
    chat.user["name"] = chat.match["name"]
    await chat.say("#renamed", name=chat.match["name"])


@bot.hear("forget me")
async def forget(chat: Chat) -> None:
    chat.user.pop("name", None)
    await chat.say("#forgotten")


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#fallback")
