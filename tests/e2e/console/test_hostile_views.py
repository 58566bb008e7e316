"""200 hostile texts in every view of the console: as names, messages, errors, titles, contents. None of them runs (XSS-01)."""

import json
import urllib.error
import urllib.request
from collections.abc import Generator
from itertools import cycle, islice, product
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.console.conftest import People, Someone, failing_shop
from tests.e2e.console.test_every_page import PAGES, about_somebody
from tests.e2e.server import Server

HIT = "window.hacked=1"
BASES = (
    f"<script>{HIT}</script>", f"<img src=x onerror={HIT}>", f"<svg onload={HIT}>", f"<svg><script>{HIT}</script></svg>",
    f"<body onload={HIT}>", f"<iframe srcdoc='<script>parent.{HIT}</script>'>", f"<iframe src=javascript:{HIT}>",
    f"<a href=javascript:{HIT}>x</a>", f"<a href='data:text/html,<script>{HIT}</script>'>x</a>", f"javascript:{HIT}//",
    f"<details open ontoggle={HIT}>", f"<video><source onerror={HIT}>", f"<input autofocus onfocus={HIT}>",
    f"<form action=javascript:{HIT}><button>x</button></form>", f"<math><mtext><style><img src=x onerror={HIT}></style>",
    f"<noscript><p title='</noscript><img src=x onerror={HIT}>'>", f"<template><script>{HIT}</script></template>",
    f"<link rel=stylesheet href='data:text/css,*{{}}' onload={HIT}>", f"<meta http-equiv=refresh content='0;javascript:{HIT}'>",
    f"<object data='data:text/html,<script>{HIT}</script>'>", f"[x](javascript:{HIT})", f"![x](javascript:{HIT})",
    f"{{{{constructor.constructor('{HIT}')()}}}}", f"${{{HIT}}}", f"\x1b]8;;javascript:{HIT}\x07x\x1b]8;;\x07",
    "\u202egnp.exe\u202c", "A" * 200, "e" + "\u0301" * 100, "{{7*7}} {% include 'x' %} %s {0.__class__}",
)  # fmt: skip
FRAMES = ("{}", '"{}', "'{}", '">{}', "'>{}", "--> {}", "</textarea>{}")
PAYLOADS = [frame.replace("{}", base) for base, frame in islice(product(BASES, FRAMES), 200)]
BOT = """from gutenbot import Bot, Chat

bot = Bot("shop", title="<img src=x onerror=window.hacked=1>")


@bot.fallback
async def answer(chat: Chat) -> None:
    chat.user["name"] = chat.user["first_name"] = chat.message.text[:80]
    if "onload" in chat.message.text:
        raise ValueError(chat.message.text)
    if "iframe" in chat.message.text:
        await bot.notify(chat.message.text[:200])
    await chat.say("You said: " + chat.message.text)
"""
LOOK = """() => [
  window.hacked,
  [...document.querySelectorAll("a[href], form[action], iframe[src]")]
    .map((one) => one.href || one.action || one.src).filter((one) => /^(javascript|vbscript|data):/i.test(one)),
  [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some((each) => /^on/i.test(each.name))).length,
]"""
SHOWN = (
    "/bots/shop/people",
    "/bots/shop/failed-events",
    "/bots/shop/content",
    "/team/invites",
    "/team/roles",
    "/keys",
    "/audit",
)
"""Views that certainly have them."""
pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]


class Owner:
    """Writes through the API as the developer who is signed in on this machine."""

    def __init__(self, server: Server) -> None:
        self._server = server
        with urllib.request.urlopen(f"{server.url}/api/v1/session", timeout=30) as answer:
            session = json.loads(answer.read())
            cookie = str(answer.headers["set-cookie"]).partition(";")[0]
        self._headers = {"Cookie": cookie, "X-CSRF-Token": session["csrf"], "Origin": server.url}

    def writes(self, method: str, path: str, body: Any) -> int:
        """The status; what is refused may be refused."""
        request = urllib.request.Request(
            f"{self._server.url}/api/v1{path}", json.dumps(body).encode(),
            {**self._headers, "content-type": "application/json"}, method=method,
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise
            return error.code


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A shop in which everybody and everything has a hostile name."""
    server = failing_shop(tmp_path_factory.mktemp("hostile"), "dev")
    (server.folder / "bot.py").write_text(BOT, "utf-8")
    with server:
        owner = Owner(server)
        for number, words in enumerate(PAYLOADS):
            owner.writes("POST", f"/converse/user-{number}", {"text": words})
        fill(owner)
        yield server


def fill(owner: Owner) -> None:
    """Names, titles, texts and comments of what people make in the console."""
    words = cycle(PAYLOADS)
    wrote = [
        owner.writes("POST", "/keys", {"name": next(words)[:60], "role": "analyst"}) for _ in range(60)
    ]  # fmt: skip
    wrote += [owner.writes("POST", "/invites", {"role": "agent", "name": next(words)[:80]}) for _ in range(60)]
    for number in range(40):
        body = {"title": next(words)[:60], "description": next(words)[:200], "permissions": ["bots:read"]}
        wrote.append(owner.writes("PUT", f"/roles/role-{number}", body))
    for number, text in enumerate(PAYLOADS):
        base = f"/bots/shop/content/items/hostile.item{number}"
        made = {"id": f"hostile.item{number}", "locale": "en", "value": [{"text": text}], "title": text[:80]}
        wrote.append(owner.writes("POST", "/bots/shop/content/items", made))
        if number % 4 == 0:
            wrote.append(owner.writes("POST", f"{base}/comments", {"words": text[:200], "locale": "en"}))
    assert sum(status < 300 for status in wrote) > 300, wrote


def look(page: Page, where: str) -> list[str]:
    """Loads all rows there are, and says what ran or could."""
    page.wait_for_load_state("networkidle")
    for _ in range(6):
        more = page.get_by_role("button", name="Load more")
        if not more.count() or not more.first.is_visible():
            break
        more.first.click()
        page.wait_for_load_state("networkidle")
    ran, links, handlers = page.evaluate(LOOK)
    found = [f"{where}: it ran"] if ran is not None else []
    found += [f"{where}: {link[:100]}" for link in links]
    return found + ([f"{where}: {handlers} elements with handlers"] if handlers else [])


def open_as(people: People, server: Server) -> Someone:
    someone = people.comes(server.url)
    someone.page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    return someone


def test_xss_01_200_hostile_texts_run_in_no_view(hostile: Server, people: People) -> None:
    someone = open_as(people, hostile)
    found: list[str] = []
    for path in dict.fromkeys([*PAGES, *SHOWN, *about_somebody(someone)]):
        someone.goes(path)
        found += look(someone.page, path)
        if path in SHOWN:
            found += (
                [] if "window.hacked=1" in someone.page.locator("body").inner_text() else [f"{path}: nothing to see"]
            )
    assert found == []
    assert someone.refusals() == []
    assert "csp.violated" not in hostile.log()


@pytest.mark.parametrize("number", range(0, 200, 25))
def test_xss_01_a_hostile_text_is_content_that_can_be_edited(hostile: Server, people: People, number: int) -> None:
    someone = open_as(people, hostile)
    path = f"/bots/shop/content/items/hostile.item{number}"
    someone.goes(path)
    assert look(someone.page, path) == []
    assert someone.refusals() == []
