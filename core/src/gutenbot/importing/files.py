"""The files that an import makes: content by locale, the table of questions, and for a new bot the code that says it all."""

import json
from typing import Any

from gutenbot.importing.classic import Item
from gutenbot.importing.convert import Imported
from gutenbot.importing.verify import as_yaml, content_of

PER_FILE = 1_000
"""Items in one file: files stay small enough to be edited."""
TABLE = "imported.json"
_GREETINGS = ("welcome", "greeting", "greetings", "hello", "start", "intro")
_FALLBACKS = ("fallback", "not_understood", "unknown", "default")

Files = dict[str, bytes]
"""Bytes by name, with `/` between folders."""


def content_files(imported: Imported, locale: str) -> Files:
    """The content files and the table of questions of an import, for a bot whose own locale this is."""
    files: Files = {}
    locales = sorted({tag for item in imported.items for tag in item.entries})
    for tag in locales:
        items = [item for item in imported.items if tag in item.entries]
        for number, first in enumerate(range(0, len(items), PER_FILE), 1):
            name = "items" if number == 1 else f"items-{number}"
            suffix = "" if tag == locale else f".{tag}"
            files[f"{name}{suffix}.yaml"] = _head(tag) + _yaml(items[first : first + PER_FILE], tag)
    files[TABLE] = _json(table(imported))
    return files


def new_bot(name: str, imported: Imported) -> Files:
    """All files of a new bot: it greets, answers the questions, and says every item by its id."""
    files = {f"content/botpress/{path}": data for path, data in content_files(imported, imported.locale).items()}
    files |= {f"media/{imported.media_folder}/{path}": data for path, data in imported.media.items()}
    files["bot.py"] = _CODE.replace("NAME", name).replace("LOCALE", imported.locale).encode()
    files["content/bot.yaml"] = _WORDS.encode()
    files["gutenbot.toml"] = b'bots = ["bot.py"]\n'
    files[".gitignore"] = b".gutenbot/\n__pycache__/\n.venv/\n"
    return files


def table(imported: Imported) -> dict[str, Any]:
    """What the code looks into: the items by id, the questions that lead to them, how to greet and what to fall back on."""
    ids = [item.id for item in imported.items]
    known = {item.casefold(): item for item in ids}
    return {
        "greeting": next((known[name] for name in _GREETINGS if name in known), "imported.greeting"),
        "fallback": next((known[name] for name in _FALLBACKS if name in known), "imported.fallback"),
        "items": ids,
        "questions": [
            {
                "item": question.item,
                "asked": {locale or imported.locale: texts for locale, texts in question.asked.items()},
            }
            for question in imported.questions
            if question.item in set(ids)
        ],
    }


def _yaml(items: list[Item], locale: str) -> bytes:
    return as_yaml({item.id: content_of(item, locale) for item in items}).encode()


def _head(locale: str) -> bytes:
    return f"# Imported from Botpress, in {locale}. Edit it like any content; it is not written again.\n".encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


_WORDS = """\
imported.greeting:
  - text: Hi! Ask me something, or write “say” and the name of one of my texts.
imported.fallback:
  - text: I have no answer to that yet.
"""

_CODE = '''\
"""NAME: what was imported from Botpress. It greets, answers the questions that were there, and says every text by its id
(`say welcome`), also when a button has that id as payload. Write your own handlers above these."""

import json
import re
from pathlib import Path

from gutenbot import Bot, Chat, Payload

bot = Bot("NAME", locale="LOCALE")

IMPORTED = json.loads((Path(__file__).parent / "content" / "botpress" / "imported.json").read_text("utf-8"))
ITEMS = {item.casefold(): item for item in IMPORTED["items"]}


def words(text: str) -> tuple[str, ...]:
    """A text without capitals and punctuation."""
    return tuple(re.findall(r"\\w+", text.casefold()))


ASKED = {
    words(text): question["item"]
    for question in IMPORTED["questions"]
    for texts in question["asked"].values()
    for text in texts
    if words(text)
}


def item_for(text: str) -> str:
    """The item that is meant: by its id, or by a question that has the same or nearly the same words. Empty: none."""
    named = ITEMS.get(text.strip().removeprefix("say ").removeprefix("#").casefold())
    if named:
        return named
    said = words(text)
    if said in ASKED:
        return ASKED[said]
    nearness = {asked: len({*asked} & {*said}) / len({*asked, *said}) for asked in ASKED if said}
    best = max(nearness, key=lambda asked: nearness[asked], default=())
    return ASKED[best] if best and nearness[best] >= 0.6 else ""


@bot.hear("hi", "hello", "hey", Payload("GET_STARTED"))
async def greet(chat: Chat) -> None:
    await chat.say("#" + IMPORTED["greeting"])


@bot.hear(lambda event: bool(item_for(getattr(event, "payload", "") or event.text)))
async def say_imported(chat: Chat) -> None:
    await chat.say("#" + item_for(getattr(chat.message, "payload", "") or chat.message.text))


@bot.fallback
async def not_understood(chat: Chat) -> None:
    await chat.say("#" + IMPORTED["fallback"])
'''
