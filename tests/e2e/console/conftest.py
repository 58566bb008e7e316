"""A server with a bot that fails on a word, its first owner, and pages that notice what the policy refuses."""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Request, expect

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
LINK_LIMIT_S = 60.0
SETTLE_LIMIT_S = 60.0
CALM = 3
"""So many times in a row nothing is asked for and nothing says that it loads."""
BUSY = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
  document.fonts.status !== "loaded" || document.querySelector(".gb-skeleton, .gb-busy, [aria-busy=true]") !== null
))))"""
REFUSALS = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusals.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
COUNT_CLICKS = """
document.addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.setItem("clicks", String(Number(sessionStorage.getItem("clicks") ?? 0) + 1));
}, true);
"""
"""Counts what is pressed, by pointer or key, from page to page."""


def clicks(page: Page) -> int:
    """How often somebody pressed something since the tab was opened."""
    found: int = page.evaluate("Number(sessionStorage.getItem('clicks') ?? 0)")
    return found


def failing_shop(folder: Path, *command: str) -> Server:
    """A server of a shop that fails when somebody says `crash`."""
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "bot.py").write_text(BOT, "utf-8")
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


class Traffic:
    """What a page asked for and did not get yet."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", lambda request: self._open.add(request))
        page.on("requestfinished", lambda request: self._open.discard(request))
        page.on("requestfailed", lambda request: self._open.discard(request))

    def forget(self) -> None:
        """Another document comes: nobody waits for what the last one asked for."""
        self._open.clear()

    def settles(self) -> None:
        """Waits until everything that was asked for is there and drawn."""
        deadline = time.monotonic() + SETTLE_LIMIT_S
        calm = 0
        while calm < CALM:
            busy = self._page.evaluate(BUSY)
            calm = 0 if busy or self._open else calm + 1
            assert time.monotonic() < deadline, [one.url for one in self._open] or "something says that it loads"


@dataclass
class Someone:
    """A person at a browser of their own."""

    page: Page
    base: str
    watch: Watch
    traffic: Traffic

    def goes(self, path: str) -> None:
        """Opens a page of the console and waits until it is there."""
        self.traffic.forget()
        self.page.goto(f"{self.base}/console{path}")
        self.page.locator("h1").first.wait_for()

    def settles(self) -> None:
        """Waits until the page has all that it asked for, and shows it."""
        self.traffic.settles()

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
        self.all.append(Someone(page, base, Watch(page, (base,)), Traffic(page)))
        return self.all[-1]

    def problems(self) -> list[str]:
        """What went wrong since the last time that somebody asked, or was refused by the policy of a page."""
        found: list[str] = []
        for one in self.all:
            found += one.watch.problems
            one.watch.problems.clear()
            if one.page.url.startswith("http"):
                found += one.refusals()
        return found

    def leave(self) -> list[str]:
        """Closes everything; gives what went wrong on the way."""
        problems = self.problems()
        for one in self.all:
            one.page.context.close()
        return problems


@pytest.fixture
def people(browser: Browser) -> Generator[People]:
    """Who comes, and that nothing went wrong in any browser."""
    found = People(browser)
    yield found
    assert found.leave() == []


Stays = Callable[..., Someone]


@pytest.fixture(scope="module")
def regulars(browser: Browser) -> Generator[dict[str, People]]:
    """Those who stay while the tests of a file come and go: their browsers have the parts of the console already."""
    found: dict[str, People] = {}
    yield found
    for one in found.values():
        one.leave()


@pytest.fixture
def stays(browser: Browser, regulars: dict[str, People]) -> Generator[Stays]:
    """Somebody who may have been there in a test before, with the same server and the same looks; nothing may go wrong now."""
    here: list[People] = []

    def somebody(server: Server, **options: Any) -> Someone:
        key = f"{server.url} {sorted(options.items())}"
        if key not in regulars:
            newcomers = People(browser)
            newcomers.comes(server.url, **options)
            regulars[key] = newcomers
        here.append(regulars[key])
        (someone,) = regulars[key].all
        someone.page.emulate_media(color_scheme="light")
        return someone

    yield somebody
    assert [problem for one in here for problem in one.problems()] == []


def talk(server: Server, user: str, text: str, key: str = "", bot: str = "", wait_s: float = 2) -> list[str]:
    """Says something to a bot as a program (development mode: no key); gives what it answers within the time."""
    words = {"id": f"{user}:{text}:{time.monotonic_ns()}", "text": text, "user": user, "bot": bot, "wait_s": wait_s}
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    url = f"{server.url}/api/v1/converse/{quote(user)}"
    request = urllib.request.Request(url, json.dumps(words).encode(), headers)
    with urllib.request.urlopen(request, timeout=wait_s + 10) as answer:
        assert answer.status in (200, 202)
        return [str(message.get("text", "")) for message in json.load(answer)["messages"]]
