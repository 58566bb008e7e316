"""The order of wraps, by keyboard and by mouse: tried, saved, heard, taken back."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import People, Someone, talk
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE

BOT = '''import msgspec

from gutenbot import Bot, Chat

bot = Bot("shop", title="Shop")


@bot.wrap("receive", name="bouncer")
async def bouncer(turn, call_next):
    """Lets nothing through that looks like spam."""
    if "spam" not in turn.event.text:
        await call_next()


@bot.wrap("receive", name="language", after=["bouncer"])
async def language(turn, call_next):
    await call_next()


@bot.wrap("render", name="shout")
async def shout(turn, call_next):
    """Says everything in capitals."""
    turn.messages = [msgspec.structs.replace(one, text=one.text.upper()) for one in turn.messages]
    await call_next()


@bot.wrap("render", name="greet")
async def greet(turn, call_next):
    turn.messages = [msgspec.structs.replace(one, text="dear " + one.text) for one in turn.messages]
    await call_next()


@bot.fallback
async def answer(chat: Chat) -> None:
    await chat.say(chat.message.text)
'''
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def wrapped(tmp_path: Path) -> Generator[Server]:
    """A shop with four wraps, where two people talked."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "bot.py").write_text(BOT, "utf-8")
    with Server("shop", tmp_path, "dev") as server:
        talk(server, "uma", "hello")
        talk(server, "uma", "spam")
        yield server


def names(someone: Someone) -> list[str]:
    """The wraps of the last stage as the page has them."""
    rows = someone.page.get_by_role("list", name="Order of Render").get_by_role("listitem")
    return [row.get_attribute("data-wrap") or "" for row in rows.all()]


def test_an_order_is_tried_saved_and_taken_back(wrapped: Server, people: People) -> None:
    someone = people.comes(wrapped.url)
    page = someone.page
    assert talk(wrapped, "ken", "good morning") == ["dear GOOD MORNING"]
    someone.goes("/pipeline")
    someone.sees("Lets nothing through that looks like spam.")
    expect(page.get_by_role("button", name="bouncer must come before language")).to_be_disabled()
    up = page.get_by_role("button", name="Move greet up")
    up.focus()
    page.keyboard.press("Enter")
    assert names(someone) == ["greet", "shout"]
    expect(page.get_by_role("button", name="Move greet down")).to_be_focused()
    page.get_by_role("button", name="Try on the last 50 messages").click()
    someone.sees("2 messages of the last 3 would be handled otherwise.")
    someone.sees("DEAR HELLO")
    page.evaluate(AXE.read_text("utf-8"))
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Save").click()
    someone.sees("Saved. It counts from the next message on.")
    assert talk(wrapped, "ken", "good morning") == ["DEAR GOOD MORNING"]
    page.reload()
    expect(page.get_by_role("list", name="Order of Render").get_by_role("listitem").first).to_contain_text("greet")
    page.locator('[data-wrap="shout"] .gb-wrap-grip').drag_to(page.locator('[data-wrap="greet"]'))
    assert names(someone) == ["shout", "greet"]
    page.get_by_role("button", name="Save").click()
    someone.sees("Saved. It counts from the next message on.")
    assert talk(wrapped, "ken", "good morning") == ["dear GOOD MORNING"]
    page.get_by_role("button", name="Undo").click()
    someone.sees("Taken back")
    assert talk(wrapped, "ken", "good morning") == ["DEAR GOOD MORNING"]
    expect(page.get_by_role("list", name="Order of Render").get_by_role("listitem").first).to_contain_text("greet")
