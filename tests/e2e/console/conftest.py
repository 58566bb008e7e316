"""A server with a bot that fails on a word, its first owner, and pages that notice what the policy refuses."""

import json
import re
import time
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Watch
from tests.e2e.server import Server

BOT = """from gutenbot import Bot, Chat

bot = Bot("shop", title="Shop")


@bot.hear("crash")
async def crash(chat: Chat) -> None:
    raise ValueError("no such order")


@bot.fallback
async def answer(chat: Chat) -> None:
    await chat.say("You said: " + chat.message.text)
"""
PASSWORD = "a long sentence to sign in"
OWNER = ("Olu Owner", "olu@example.com")
LINK_LIMIT_S = 20.0
REFUSALS = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusals.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def failing_shop(folder: Path, *command: str) -> Server:
    """A server of a shop that fails when somebody says `crash`."""
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "bot.py").write_text(BOT)
    return Server("shop", folder, *command)


def setup_link(server: Server) -> str:
    """The link that the server prints for its first owner."""
    deadline = time.monotonic() + LINK_LIMIT_S
    while not (found := re.search(r"http://\S+/console/setup#[\w-]+", server.log())):
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.1)
    return found[0]


def origin(link: str) -> str:
    """The server's address as its links have it."""
    return link.split("/console/", maxsplit=1)[0]


@dataclass
class Someone:
    """A person at a browser of their own."""

    page: Page
    base: str
    watch: Watch

    def goes(self, path: str) -> None:
        """Opens a page of the console and waits until it is there."""
        self.page.goto(f"{self.base}/console{path}")
        self.page.locator("h1").first.wait_for()

    def fills_new_account(self, name: str, email: str) -> None:
        """Name, address and password of somebody new."""
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)

    def signs_in(self, email: str, password: str = PASSWORD) -> None:
        """With a password, on the page where one is asked for it."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def sees(self, text: str) -> None:
        """Waits for words on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def refusals(self) -> list[str]:
        """What the policy of the page refused."""
        found: list[str] = self.page.evaluate("window.refusals")
        return found


class People:
    """Opens browsers; at the end nothing may have been refused, called elsewhere or logged as an error."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.all: list[Someone] = []

    def comes(self, base: str, **options: Any) -> Someone:
        """Somebody with a new browser."""
        context = self._browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options}
        )
        context.add_init_script(REFUSALS)
        page = context.new_page()
        self.all.append(Someone(page, base, Watch(page, (base,))))
        return self.all[-1]

    def leave(self) -> list[str]:
        """Closes everything; gives what went wrong on the way."""
        problems = [problem for one in self.all for problem in one.watch.problems]
        for one in self.all:
            problems += one.refusals() if one.page.url.startswith("http") else []
            one.page.context.close()
        return problems


@pytest.fixture
def people(browser: Browser) -> Generator[People]:
    """Who comes, and that nothing went wrong in any browser."""
    found = People(browser)
    yield found
    assert found.leave() == []


def talk(server: Server, user: str, text: str, key: str = "") -> None:
    """Says something to the bot as a program (development mode: no key)."""
    body = json.dumps({"id": f"{user}:{text}:{time.monotonic_ns()}", "text": text, "user": user, "wait_s": 2}).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(f"{server.url}/api/v1/converse/{quote(user)}", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status in (200, 202)
