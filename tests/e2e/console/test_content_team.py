"""Content where a second person must look at it: asked for, seen in the other's browser, sent back, approved, published."""

import re
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import People, Someone, failing_shop
from tests.e2e.console.content_desk import BOT, CONTENT, FRENCH, Editor, Shop
from tests.e2e.console.test_journeys import invites, owner_of
from tests.e2e.server import Server

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Server, dict[str, Any]]]:
    """A server on which nothing goes live that only one person saw, and the session of its owner once there is one."""
    server = failing_shop(tmp_path_factory.mktemp("strict"))
    (server.folder / "bot.py").write_text(BOT, "utf-8")
    (server.folder / "content").mkdir()
    (server.folder / "content" / "order.yaml").write_text(CONTENT, "utf-8")
    (server.folder / "content" / "order.fr.yaml").write_text(FRENCH, "utf-8")
    (server.folder / "gutenbot.toml").write_text('[content]\noverrides = "review"\n', "utf-8")
    with server:
        yield server, {}


@pytest.fixture
def shop(strict: tuple[Server, dict[str, Any]]) -> Shop:
    """Its only bot."""
    return Shop(strict[0], "shop")


@pytest.fixture
def owner(strict: tuple[Server, dict[str, Any]], people: People) -> Someone:
    """Its owner."""
    return owner_of(strict[0], people, strict[1])


def joins(owner: Someone, shop: Shop, people: People, name: str, role: str) -> Editor:
    """Somebody new, with a role."""
    link = invites(owner, role)
    someone = people.comes(owner.base)
    someone.page.goto(link)
    someone.fills_new_account(name, f"{name.split(maxsplit=1)[0].lower()}@example.com")
    someone.page.get_by_role("button", name="Join").click()
    someone.sees(f"Hello {name}.")
    return Editor(someone, shop)


def test_a_second_pair_of_eyes(shop: Shop, owner: Someone, people: People) -> None:
    eli = joins(owner, shop, people, "Eli Editor", "Editor").opens("welcome")
    olu = Editor(owner, shop).opens("welcome")

    # Each sees the other, and at which field they are.
    expect(olu.page.get_by_role("img", name="Eli Editor")).to_be_visible()
    eli.page.get_by_role("textbox", name="Text", exact=True).focus()
    olu.someone.sees("Eli Editor writes here")

    eli.writes("Welcome, dear guest!")
    eli.page.get_by_role("button", name="Publish", exact=True).click()
    eli.someone.sees("must be approved by another person")
    eli.someone.watch.problems.clear()  # the refusal is an answer of 409
    eli.verb("Ask for a review")
    eli.page.get_by_role("dialog").get_by_label("Words about it").fill("Is it too much?")
    eli.page.get_by_role("dialog").get_by_role("button", name="Ask").click()
    eli.someone.sees("Asked for a review")

    olu.opens("welcome", "?tab=status")
    expect(olu.page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Welcome, dear guest!")
    panel = olu.page.get_by_role("tabpanel")
    panel.get_by_role("button", name="Approve").click()
    olu.someone.sees("The review is answered")
    expect(panel.get_by_role("heading", name="Approved")).to_be_visible()

    eli.opens("welcome").publishes()
    eli.someone.goes(f"{shop.page}?state=live&q=welcome")
    expect(eli.page.get_by_role("link", name=re.compile("dear guest"))).to_be_visible()


def test_whoever_may_only_read_sees_and_changes_nothing(shop: Shop, owner: Someone, people: People) -> None:
    amir = joins(owner, shop, people, "Amir Agent", "Agent").opens("welcome")
    expect(amir.page.get_by_role("textbox", name="Text", exact=True)).to_be_disabled()
    expect(amir.page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    amir.someone.goes(f"{shop.page}/media")
    expect(amir.page.get_by_role("button", name="Upload")).to_have_count(0)


FRENCH_ONLY = """async () => {
  const { csrf } = await (await fetch("/api/v1/session")).json();
  const may = ["content:read", "content:write", "content:publish"];
  const limited = { language: ["fr"] };
  const scopes = { "content:write": limited, "content:publish": limited };
  const body = { title: "French", permissions: ["bots:read", "jobs:own", ...may], scopes };
  const headers = { "content-type": "application/json", "x-csrf-token": csrf };
  return (await fetch("/api/v1/roles/french", { method: "PUT", headers, body: JSON.stringify(body) })).status;
}"""


def test_who_may_publish_french_only_is_offered_french_only(shop: Shop, owner: Someone, people: People) -> None:
    owner.goes("/")
    assert owner.page.evaluate(FRENCH_ONLY) in (200, 201)
    yves = joins(owner, shop, people, "Yves Martin", "French").opens("welcome")
    words, publish = (
        yves.page.get_by_role("textbox", name="Text", exact=True),
        yves.page.get_by_role("button", name="Publish", exact=True),
    )
    expect(words).to_be_disabled()
    expect(publish).to_have_count(0)
    yves.opens("welcome", "?locale=fr").writes("Salut !")
    expect(publish).to_be_enabled()
