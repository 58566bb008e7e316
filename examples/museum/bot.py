"""A museum guide in three languages: pictures, a tour, a plan, a search, the way there, and groups that announce a visit."""

import re
from pathlib import Path
from typing import Any

import yaml

from gutenbot import Bot, Chat, Form, Payload, Text
from gutenbot.sdk import Field

EXHIBITS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("exhibits.yaml").read_text("utf-8"))

bot = Bot("museum")


@bot.hear("hi", "hello", "bonjour", "سلام", Payload("GET_STARTED"), Payload("MENU"))
async def welcome(chat: Chat) -> None:
    await chat.say("#welcome")


@bot.hear("tour", Payload("TOUR"))
async def tour(chat: Chat) -> None:
    await chat.say("#tour", exhibits=in_words(EXHIBITS, chat.locale))


@bot.hear("plan", Payload("PLAN"))
async def plan(chat: Chat) -> None:
    await chat.say("#plan", exhibits=in_words(EXHIBITS, chat.locale))


@bot.hear(Payload(re.compile(r"^SHOW (\w+)$")))
async def show(chat: Chat) -> None:
    found = [exhibit for exhibit in EXHIBITS if exhibit["id"].upper() == chat.match[1]]
    await chat.say("#exhibit", **in_words(found, chat.locale)[0])


@bot.hear("find", Payload("FIND"))
async def find(chat: Chat) -> None:
    words = await chat.ask("#find", Text(max_length=80))
    found = search(words)
    await chat.say("#found" if found else "#found.nothing", exhibits=in_words(found, chat.locale), words=words)


@bot.hear("way", Payload("WAY"))
async def way(chat: Chat) -> None:
    await chat.say("#way")


@bot.hear("visit", Payload("VISIT"))
async def visit(chat: Chat) -> None:
    # Labels may be content items, so that they are translated like everything else.
    fields = [
        Field(name="name", label="#visit.name"),
        Field(name="people", label="#visit.people", kind="number", minimum=1, maximum=30),
        Field(name="day", label="#visit.day", kind="date"),
    ]
    group = await chat.ask("#visit", Form("visit", fields, title="#visit.title"))
    await chat.say("#visit.thanks", **group)


# Languages -----------------------------------------------------------------------------------------------------------


@bot.hear("language", "langue", "زبان", Payload("LANGUAGE"), anywhere=True)
async def choose_language(chat: Chat) -> None:
    await chat.say("#language")


@bot.hear(Payload(re.compile(r"^LANGUAGE (EN|FR|FA)$")), anywhere=True)
async def change_language(chat: Chat) -> None:
    chat.user["locale"] = (chat.match[1] or "en").lower()  # what is stored here wins over what the channel tells
    await chat.say("#language.changed")


@bot.fallback
async def not_understood(chat: Chat) -> None:
    found = search(chat.message.text)
    if found:
        return await chat.say("#found", exhibits=in_words(found, chat.locale), words=chat.message.text)
    await chat.say("#fallback")


# The collection ------------------------------------------------------------------------------------------------------


def in_words(exhibits: list[dict[str, Any]], locale: str) -> list[dict[str, Any]]:
    """The exhibits with their words in one language; English where there is none."""
    language = locale.partition("-")[0]
    return [
        {key: value.get(language, value["en"]) if isinstance(value, dict) else value for key, value in exhibit.items()}
        for exhibit in exhibits
    ]


def search(words: str) -> list[dict[str, Any]]:
    """The exhibits that have all of these words, in any language."""
    wanted = words.casefold().split()
    return [exhibit for exhibit in EXHIBITS if wanted and all(word in _all_words(exhibit) for word in wanted)]


def _all_words(exhibit: dict[str, Any]) -> str:
    return " ".join([*exhibit["title"].values(), *exhibit["about"].values()]).casefold()
