"""The shop whose words editors change in these tests, and what an editor does on the pages about content."""

import json
import re
import struct
import urllib.request
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import People, Someone, talk
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


@dataclass(frozen=True)
class Shop:
    """A bot of its own for each test, on a server that they share."""

    server: Server
    bot: str

    @property
    def page(self) -> str:
        """Where its content is in the console."""
        return f"/bots/{self.bot}/content"

    def edit(self, old: str, new: str, file: str = "content/order.yaml") -> None:
        """A deploy: changes a file of the bot."""
        self.server.edit(f"{self.bot}/{file}", old, new)


SHOPS = 20
"""So many tests of a file can have a shop of their own."""


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Generator[Iterator[Shop]]:
    """Shops with words in two languages, all on one server."""
    folder = tmp_path_factory.mktemp("server")
    bots = [f"shop{number}" for number in range(SHOPS)]
    for bot in bots:
        content = folder / "shops" / bot / "content"
        content.mkdir(parents=True)
        (content.parent / "bot.py").write_text(BOT.replace('"shop"', f'"{bot}"'), "utf-8")
        (content / "order.yaml").write_text(CONTENT, "utf-8")
        (content / "order.fr.yaml").write_text(FRENCH, "utf-8")
    server = Server("shops", folder, "dev", settings=f"bots = {json.dumps([f'{bot}/bot.py' for bot in bots])}\n")
    with server:
        yield iter([Shop(server, bot) for bot in bots])


@pytest.fixture
def shop(shops: Iterator[Shop]) -> Shop:
    """A shop in which nobody changed anything yet."""
    return next(shops)


@pytest.fixture
def eli(shop: Shop, people: People) -> "Editor":
    """An editor."""
    return Editor(people.comes(shop.server.url), shop)


def call(shop: Shop, path: str, body: Any = None, method: str = "", noun: str = "content") -> Any:
    """The API of the shop's content or media, as a program uses it."""
    data = None if body is None else json.dumps(body).encode()
    url = f"{shop.server.url}/api/v1/bots/{shop.bot}/{noun}{path}"
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method or None)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def asks(shop: Shop, text: str, user: str = "uma") -> str:
    """What the bot answers, in words."""
    return "\n".join(talk(shop.server, user, text, bot=shop.bot, wait_s=5))


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y * 3) % 256 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows, 0)) + part(b"IEND", b"")


class Editor:
    """Somebody on the pages about content."""

    def __init__(self, someone: Someone, shop: Shop) -> None:
        self.someone, self.shop, self.page = someone, shop, someone.page

    def opens(self, item: str, query: str = "") -> "Editor":
        """The page of an item."""
        self.someone.goes(f"{self.shop.page}/items/{item}{query}")
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
        expect(self.page.locator("[data-saving]")).to_have_attribute("data-saving", "saved")

    def publishes(self) -> None:
        """And sees that it is live everywhere."""
        self.page.get_by_role("button", name="Publish", exact=True).click()
        expect(self.page.locator("strong", has_text="Live on 1/1")).to_be_visible()
