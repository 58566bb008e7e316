"""What opens over a page: dialogs, menus and drawers shut nobody out, in both looks and both directions."""

import json
from collections.abc import Generator
from functools import reduce

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import Stays, failing_shop, talk
from tests.e2e.console.content_desk import BOT, CONTENT
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import TOP, Server
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(180)
SOURCES = TOP / "ui/apps/console/src"
OPENED = (
    ("/team", "", "team.invite", "dialog"),
    ("/team/roles", "", "roles.new", "dialog"),
    ("/keys", "", "keys.new", "dialog"),
    ("/modules", "modules", "install.button", "dialog"),
    ("/logs", "live", "logs.set", "dialog"),
    ("/bots/shop/failed-events", "live", "export.replayAll", "dialog"),
    ("/bots/shop/content", "content", "list.new", "dialog"),
    ("/bots/shop/content/items/welcome", "content", "toolbar.more", "menu"),
    ("/bots/shop/content/items/welcome", "content", "bubble.add", "menu"),
    ("/bots/shop/content/releases", "content", "releases.new", "dialog"),
    ("/bots/shop/content/languages", "content", "languages.export", "dialog"),
    ("/bots/shop/content/languages", "content", "languages.import", "dialog"),
)
"""Where, which file of words, the name of the button in it, and what opens."""


def words(locale: str, part: str, key: str) -> str:
    """What a button is called."""
    folder = SOURCES / "features" / part / "words" if part else SOURCES / "locales"
    found = reduce(
        lambda at, name: at[name], key.split("."), json.loads((folder / f"{locale}.json").read_text("utf-8"))
    )
    assert isinstance(found, str), key
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A shop with words of its own, where one message failed."""
    server = failing_shop(tmp_path_factory.mktemp("shop"), "dev", "--no-reload")
    bot = BOT.replace('"lost"', '"crash"').replace('await chat.say("#order.lost")', "raise ValueError")
    (server.folder / "bot.py").write_text(bot, "utf-8")
    (server.folder / "content").mkdir()
    (server.folder / "content" / "order.yaml").write_text(CONTENT, "utf-8")
    with server:
        talk(server, "uma", "hi")
        talk(server, "uma", "crash")
        yield server


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize(("path", "part", "key", "role"), OPENED)
def test_what_opens_over_a_page_has_no_violation(
    shop: Server, stays: Stays, path: str, part: str, key: str, role: str, locale: str
) -> None:
    someone = stays(shop, locale=locale)
    page = someone.page
    someone.goes(path)
    someone.settles()
    button = page.locator("main").get_by_role("button", name=words(locale, part, key), exact=True).first
    button.click()
    over = page.get_by_role("dialog") if role == "dialog" else page.get_by_role("menu")
    expect(over).to_be_visible()
    someone.settles()
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert overflow(page) <= 0
    page.keyboard.press("Escape")
    expect(over).to_have_count(0)
    expect(button).to_be_focused()  # one is again where one was


def test_the_question_mark_leads_to_what_is_told_about_a_page_and_help_is_searched_by_keyboard(
    shop: Server, stays: Stays
) -> None:
    someone = stays(shop)
    page = someone.page
    someone.goes("/team/roles")
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("menuitem", name="About this page").click()
    expect(page).to_have_url(f"{shop.url}/console/help/how-to/people-and-roles#roles")
    expect(page.locator("#help-roles")).to_be_focused()
    page.get_by_role("link", name="All of Help").click()
    search = page.get_by_role("searchbox", name="Search the documentation")
    search.fill("restore a backup")
    expect(page.get_by_role("link", name="Back up and restore › Restore")).to_be_visible()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(f"{shop.url}/console/help/how-to/back-up-and-restore#restore")
    expect(page.locator("#help-restore")).to_be_focused()
