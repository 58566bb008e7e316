"""The playground: talk, look why, take back, let time pass, write down; as a page and beside one."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import People, talk
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE

BOT = """from gutenbot import Bot, Chat, Choice

bot = Bot("shop", title="Shop")


@bot.hear("order")
async def order(chat: Chat) -> None:
    size = await chat.ask("Which size?", Choice("small", "large"))
    chat.user["size"] = size
    await chat.say(f"A {size} one")


@bot.hear("crash")
async def crash(chat: Chat) -> None:
    raise ValueError("no such order")


@bot.fallback
async def answer(chat: Chat) -> None:
    if chat.message.text != "GET_STARTED":
        await chat.say("Pardon?")
"""
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def shop(tmp_path: Path) -> Generator[Server]:
    """A shop that takes orders."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "bot.py").write_text(BOT, "utf-8")
    with Server("shop", tmp_path, "dev") as server:
        talk(server, "uma", "hello")
        yield server


def test_a_turn_is_looked_at_taken_back_and_written_down(shop: Server, people: People) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    someone.goes("/bots/shop/playground")
    chat = page.frame_locator("iframe.gb-play-chat")
    chat.locator("textarea").first.wait_for()
    page.get_by_role("list", name="Try one of these").get_by_role("button", name="order").click()
    chat.get_by_text("Which size?").first.wait_for()
    chat.get_by_role("button", name="small").click()
    chat.get_by_text("A small one").first.wait_for()
    someone.sees("Changed: user.size.")
    someone.sees("the open question Which size?")
    page.get_by_text("State", exact=True).click()
    expect(page.get_by_role("region", name="Before and after the turn")).to_contain_text('"size": "small"')
    page.evaluate(AXE.read_text("utf-8"))
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Undo turn").click()
    someone.sees("The last turn is taken back.")
    chat.get_by_text("Which size?").first.wait_for()
    expect(chat.get_by_text("A small one")).to_have_count(0)
    chat.get_by_role("button", name="large").click()
    chat.get_by_text("A large one").first.wait_for()
    line = page.get_by_role("textbox", name="Say something")
    line.fill("crash")
    line.press("Enter")
    someone.sees("bot.py:15")
    line.press("ArrowUp")
    expect(line).to_have_value("crash")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as written:
        page.get_by_role("menuitem", name="Save as transcript").click()
    text = Path(written.value.path()).read_text("utf-8")
    assert "> order\nWhich size?  [small] [large]" in text
    assert "A small one" not in text
    someone.goes("/bots/shop/people")
    expect(page.locator("tbody tr")).to_have_count(1)  # who is only played is nobody
    page.keyboard.press("Control+.")
    page.frame_locator("iframe.gb-play-chat").locator("textarea").first.wait_for()
    page.keyboard.press("Control+.")
    expect(page.locator("iframe.gb-play-chat")).to_have_count(0)
