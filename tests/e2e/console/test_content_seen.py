"""What becomes of words once they are live: how they are received, when they end, what users saw, and words that are not used."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.console.content_desk import Editor, Shop, asks, call, eli, picture, shop, shops
from tests.e2e.console.test_every_page import violations
from tests.e2e.server import until
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(300)
__all__ = ["eli", "shop", "shops"]


def test_a_text_ends_and_gives_way_to_what_was_there_before(shop: Shop, eli: Editor) -> None:
    page = eli.opens("welcome").page
    eli.writes("Happy Easter!")
    eli.verb("Publish later, or until…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Goes away").fill("2099-01-05T09:00")
    dialog.get_by_label("By the clock of").select_option("Europe/Paris")
    dialog.get_by_role("button", name="Plan it").click()
    expect(dialog).to_have_count(0)
    text = call(shop, "/items/welcome")["locales"]["en"]
    assert (text["live"]["value"], text["schedule"]["at"]) == ("Happy Easter!", None)
    assert text["schedule"]["expires"].startswith("2099-01-05T08:00:00")
    assert "Happy Easter!" in asks(shop, "hi")
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    call(shop, "/items/welcome/locales/en/publish", {"expires": soon, "zone": "UTC"})
    until(lambda: "Hey there!" in asks(shop, "hi"))
    assert call(shop, "/items/welcome")["locales"]["en"]["live"] is None


def test_what_is_asked_for_comes_back_with_words(shop: Shop, eli: Editor) -> None:
    page = eli.opens("closed").page
    eli.writes("Closed, sorry.")
    eli.verb("Ask for a review")
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()
    eli.someone.sees("Asked for a review")
    eli.opens("closed", "?tab=status")
    panel = page.get_by_role("tabpanel")
    panel.get_by_role("textbox").fill("Say when you open.")
    panel.get_by_role("button", name="Send back").click()
    eli.someone.sees("The review is answered")
    assert call(shop, "/items/closed")["locales"]["en"]["review"]["state"] == "sent-back"
    page.get_by_role("tab", name=re.compile("^Comments")).click()
    eli.someone.sees("Say when you open.")


def test_what_users_saw_at_a_moment(shop: Shop, eli: Editor) -> None:
    page = eli.opens("welcome").page
    eli.writes("Welcome!")
    eli.publishes()
    page.get_by_role("tab", name="History").click()
    panel = page.get_by_role("tabpanel")
    panel.get_by_text("What users saw at a moment").click()
    for moment, title, words in (("2099-01-05T09:00", "Revision 1", "Welcome!"),
                                 ("2020-01-05T09:00", "As the code has it", "Hey there!")):  # fmt: skip
        panel.get_by_label("Moment").fill(moment)
        panel.get_by_role("button", name="Show it").click()
        expect(panel.get_by_role("heading", name=title)).to_be_visible()
        expect(panel.locator(".gb-when")).to_contain_text(words)


def test_a_picture_is_replaced_wherever_it_is_said(shop: Shop, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes(f"{shop.page}/media")
    page.get_by_label("Files to upload").set_input_files(
        {"name": "map.png", "mimeType": "image/png", "buffer": picture(60, 40)}
    )
    there = page.get_by_role("list", name="Media").get_by_role("button", name=re.compile("map.png"))
    expect(there).to_be_visible()
    for item in ("closed", "fallback"):
        call(shop, f"/items/{item}/locales/en/draft", {"value": [{"image": "map.png", "alt": "The way"}]}, "PUT")
        call(shop, f"/items/{item}/locales/en/publish", {})
    there.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("closed")
    expect(drawer).to_contain_text("fallback")
    drawer.locator("input[type=file]").set_input_files(
        {"name": "new.png", "mimeType": "image/png", "buffer": picture(90, 30)}
    )
    eli.someone.sees("Replaced")
    (kept,) = call(shop, "", noun="media")["items"]
    assert (kept["name"], kept["width"], kept["height"], kept["uses"]) == ("map.png", 90, 30, 2)


def test_words_to_avoid_are_kept_told_and_not_published(shop: Shop, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes(f"{shop.page}/languages")
    eli.presses("Words to avoid")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Forbidden").fill("cheap\nguarantee")
    dialog.get_by_label("Say something else").fill("hey = hello")
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page) == []
    dialog.get_by_role("button", name="Save the lists").click()
    expect(dialog).to_have_count(0)
    eli.opens("closed", "?tab=checks").writes("Hey, a cheap hat!")
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("“cheap” is a word that this bot never uses.")
    expect(panel).to_contain_text("Say “hello”.")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    eli.writes("Hello, a hat!")
    eli.publishes()


def test_how_an_item_is_received_and_how_to_try_it(shop: Shop, eli: Editor) -> None:
    eli.opens("order.done", "?tab=results")
    eli.someone.sees("It was not shown in this time.")
    asks(shop, "order")
    asks(shop, "MORE")  # as a tap says it
    until(lambda: call(shop, "/items/order.done/results")["clicked"] == 1)
    panel = eli.opens("order.done", "?tab=results").page.get_by_role("tabpanel")
    expect(panel).to_contain_text("Shown once, clicked once")
    expect(panel.get_by_role("figure")).to_be_visible()
    eli.page.evaluate(AXE.read_text("utf-8"))
    assert violations(eli.page) == []
    eli.writes("Thank you! Your number is {{ number }}.")
    eli.publishes()
    eli.page.get_by_role("link", name="Try it").click()
    eli.someone.sees("“order” leads to order.done; it was said for you.")
    chat = eli.page.frame_locator("iframe.gb-play-chat")
    expect(chat.get_by_text("Thank you! Your number is 7.")).to_be_visible()


def test_a_file_that_replaces_everything_goes_live(shop: Shop, eli: Editor, tmp_path: Path) -> None:
    page = eli.page
    call(shop, "/items", {"id": "promo", "locale": "en", "value": "Only today!"})
    call(shop, "/items/promo/locales/en/publish", {})
    eli.someone.goes(f"{shop.page}/languages")
    file = tmp_path / "all.yaml"
    file.write_bytes(page.request.get(f"{shop.server.url}/api/v1/bots/{shop.bot}/content/export?format=yaml").body())
    before = file.read_text("utf-8")
    assert "Only today!" in before
    file.write_text(before.replace("We are closed.", "We are open."), "utf-8")
    eli.presses("Import")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("File").set_input_files(file)
    dialog.get_by_text("Replace", exact=True).click()
    dialog.get_by_role("button", name="Show what would change").click()
    expect(dialog).to_contain_text("0 new, 1 changed, 0 removed")
    dialog.get_by_role("button", name="Import it").click()
    expect(dialog).to_have_count(0)
    assert call(shop, "/items/closed")["locales"]["en"]["live"]["value"] == "We are open."
