"""The shop whose words editors change in these tests, and what an editor does on the pages about content."""

import json
import re
import struct
import time
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.e2e.console.conftest import Someone, failing_shop
from tests.e2e.server import Server

BOT = """from gutenbot import Bot, Chat
from pydantic import BaseModel

bot = Bot("shop", title="Shop")


@bot.content_type()
class Question(BaseModel):
    text: str
    answers: list[str] = []
    level: int = 1

    def render(self):
        return {"text": self.text, "choices": self.answers}


@bot.hear("hi")
async def greet(chat: Chat) -> None:
    await chat.say("#welcome")


@bot.hear("order")
async def order(chat: Chat) -> None:
    await chat.say("#order.done", number=7)


@bot.hear("lost")
async def lost(chat: Chat) -> None:
    await chat.say("#order.lost")


@bot.fallback
async def answer(chat: Chat) -> None:
    await chat.say("#fallback")
"""
CONTENT = """# What the shop says.
welcome: Hey there! # short is good
order.done:
  - text: "Done! Your number is {{ number }}."
    choices: {MORE: More, STOP: Stop}
fallback: Sorry?
closed: We are closed.
question.bees:
  type: question
  text: How many wings does a bee have?
  answers: [Four, Two]
"""
FRENCH = """welcome: Bonjour !
fallback: Pardon ?
"""


def shop_of(folder: Path) -> Server:
    """A shop with words in two languages, not started yet."""
    server = failing_shop(folder, "dev")
    place = server.folder
    (place / "bot.py").write_text(BOT)
    (place / "content").mkdir()
    (place / "content" / "order.yaml").write_text(CONTENT)
    (place / "content" / "order.fr.yaml").write_text(FRENCH)
    return server


def call(server: Server, path: str, body: Any = None, method: str = "", noun: str = "content") -> Any:
    """The API of the shop's content or media, as a program uses it."""
    data = None if body is None else json.dumps(body).encode()
    url = f"{server.url}/api/v1/bots/shop/{noun}{path}"
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method or None)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def asks(server: Server, text: str, user: str = "uma") -> str:
    """What the bot answers, in words."""
    body = json.dumps({"id": f"{user}:{text}:{time.monotonic_ns()}", "text": text, "user": user, "wait_s": 5}).encode()
    request = urllib.request.Request(f"{server.url}/api/v1/converse/{user}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=15) as answer:
        return str(answer.read().decode())


def until(holds: Callable[[], bool], limit_s: float = 10.0) -> None:
    """Waits for something that a server does by itself."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y * 3) % 256 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows, 0)) + part(b"IEND", b"")


class Editor:
    """Somebody on the pages about content; counts what they press."""

    def __init__(self, someone: Someone) -> None:
        self.someone, self.page = someone, someone.page
        self.clicks = 0

    def opens(self, item: str, query: str = "") -> "Editor":
        """The page of an item."""
        self.someone.goes(f"/bots/shop/content/items/{item}{query}")
        expect(self.page.get_by_role("region", name="Preview")).to_be_visible()
        return self

    def presses(self, name: str | re.Pattern[str], **options: Any) -> None:
        """A button."""
        self.page.get_by_role("button", name=name, **options).first.click()

    def verb(self, name: str) -> None:
        """Something from the menu of an item."""
        self.presses("More verbs")
        self.page.get_by_role("menuitem", name=name).click()

    def writes(self, text: str, label: str = "Text", n: int = 0) -> None:
        """Into a field, and waits until it is kept."""
        self.page.get_by_role("textbox", name=label, exact=True).nth(n).fill(text)
        self.saved()

    def saved(self) -> None:
        """The draft is kept."""
        expect(self.page.locator("[data-saving]")).to_have_attribute("data-saving", "saved", timeout=10_000)

    def publishes(self) -> None:
        """And sees that it is live everywhere."""
        self.page.get_by_role("button", name="Publish", exact=True).click()
        expect(self.page.locator("strong", has_text="Live on 1/1")).to_be_visible(timeout=10_000)
