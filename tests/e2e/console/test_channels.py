"""The web channel: proven by a message and back, its look changed, seen and saved."""

import json
import re
import time
import urllib.request
from collections.abc import Generator

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import COUNT_CLICKS, People, clicks, failing_shop
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(180)
J11_CLICKS = 4


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A shop."""
    with failing_shop(tmp_path_factory.mktemp("shop"), "dev") as server:
        yield server


def test_j11_the_web_chat_is_proven_within_four_clicks_and_a_minute(shop: Server, people: People) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    page.context.add_init_script(COUNT_CLICKS)
    someone.goes("/")
    started = time.monotonic()
    page.get_by_role("link", name="Channels").click()
    page.get_by_role("link", name="web", exact=True).click()
    expect(page.get_by_role("region", name="Put this on your site")).to_contain_text("/w.js")
    page.get_by_role("button", name="Send a test message").click()
    someone.sees("It said: You said: hello")
    assert 0 < clicks(page) <= J11_CLICKS
    assert time.monotonic() - started < 60


def test_a_look_is_seen_before_it_is_saved_and_by_visitors_after(shop: Server, people: People) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    someone.goes("/channels/web")
    chat = page.frame_locator("iframe.gb-play-chat")
    chat.locator("textarea").first.wait_for()
    page.get_by_label("Main colour", exact=True).fill("#ffdd00")
    someone.sees("It would hardly stand out on a page")
    page.get_by_label("Main colour", exact=True).fill("#8a1f1f")
    someone.sees("Easy to read.")
    page.get_by_label("Theme").select_option("card")
    page.get_by_label("Name in the header").fill("Pizza Bob")
    chat.get_by_text("Pizza Bob").first.wait_for()
    page.evaluate(AXE.read_text("utf-8"))
    assert (violations(page), overflow(page)) == ([], 0)
    assert look(shop)["name"] == "Shop"
    page.get_by_role("button", name="Save").click()
    someone.sees("Saved. Visitors see it from their next visit on.")
    assert look(shop) == {"name": "Pizza Bob", "theme": "card", "accent": "#8a1f1f"}
    expect(page.get_by_text(re.compile(r"^\d+(\.\d)? KB$"))).to_have_count(2)


def look(shop: Server) -> dict[str, str]:
    """The chat as a new visitor gets it."""
    request = urllib.request.Request(f"{shop.url}/web/shop/session", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        session = json.load(answer)
    return {"name": session["bot"]["name"], "theme": session["config"]["theme"], "accent": session["config"]["accent"]}
