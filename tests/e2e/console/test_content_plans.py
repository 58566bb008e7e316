"""What becomes of content over time: plans, reviews, releases, deploys, translations, pictures; its pages in every look."""

import re
from pathlib import Path

import pytest
from core.tests.cli.test_copies import command
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import People
from tests.e2e.console.content_desk import Editor, Shop, asks, call, eli, picture, shop, shops
from tests.e2e.console.test_every_page import faults, overflow, violations
from tests.e2e.server import until
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(300)
__all__ = ["eli", "shop", "shops"]


def test_later_and_not_for_ever(shop: Shop, eli: Editor) -> None:
    page = eli.opens("closed").page
    eli.writes("Closed on Monday.")
    eli.verb("Publish later, or until…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Plan it").click()
    expect(dialog.get_by_text("Say when it goes live")).to_be_visible()
    dialog.get_by_label("Goes live").fill("2099-01-05T09:00")
    dialog.get_by_label("By the clock of").select_option("Europe/Paris")
    dialog.get_by_role("button", name="Plan it").click()
    eli.someone.sees("Planned")
    schedule = call(shop, "/items/closed")["locales"]["en"]["schedule"]
    assert schedule["at"].startswith("2099-01-05T08:00:00")
    assert schedule["zone"] == "Europe/Paris"
    page.get_by_role("tab", name="Status").click()
    eli.presses("Do not do it")
    eli.someone.sees("The plan is gone")
    assert call(shop, "/items/closed")["locales"]["en"]["schedule"] is None
    assert call(shop, "/items/closed")["locales"]["en"]["draft"]["value"] == "Closed on Monday."


def test_a_review_is_asked_for_and_comments_are_settled(shop: Shop, eli: Editor) -> None:
    page = eli.opens("closed").page
    eli.writes("Closed, sorry.")
    eli.verb("Ask for a review")
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()
    eli.someone.sees("Asked for a review")
    assert call(shop, "/items/closed")["locales"]["en"]["review"]["state"] == "asked"
    page.get_by_role("tab", name="Comments").click()
    page.get_by_label("New comment").fill("Is this polite?")
    eli.presses("Comment", exact=True)
    eli.someone.sees("Is this polite?")
    eli.presses("Settle")
    expect(page.get_by_role("button", name="Open it again")).to_be_visible()


def test_history_shows_what_changed_and_brings_it_back(shop: Shop, eli: Editor) -> None:
    page = eli.opens("welcome").page
    for words in ("One.", "Two."):
        eli.writes(words)
        eli.publishes()
        eli.presses("Close", exact=True)
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name=re.compile(r"^1 by")).click()
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("One.")
    panel.get_by_text("Messages", exact=True).click()
    expect(panel.get_by_role("list").last).to_contain_text("Two.")
    panel.get_by_role("button", name="Restore 1 as a draft").click()
    eli.someone.sees("It is the draft now")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("One.")
    eli.publishes()
    assert "One." in asks(shop, "hi")


def test_several_texts_go_live_together_and_come_back_together(shop: Shop, eli: Editor) -> None:
    for item, words in (("welcome", "Autumn!"), ("fallback", "Autumn?")):
        version = call(shop, f"/items/{item}")["version"]
        call(shop, f"/items/{item}/locales/en/draft", {"version": version, "value": words}, "PUT")
    eli.someone.goes(f"{shop.page}/releases")
    eli.presses("New release")
    dialog = eli.page.get_by_role("dialog")
    dialog.get_by_label("Name (may stay empty)").fill("Autumn")
    dialog.get_by_role("button", name="Publish 2 texts").click()
    eli.someone.sees("Published together")
    expect(eli.page.get_by_role("heading", name="Autumn")).to_be_visible()
    assert "Autumn!" in asks(shop, "hi")
    assert "Autumn?" in asks(shop, "what")
    eli.presses("Take back Autumn")
    eli.page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    eli.someone.sees("Taken back")
    assert "Hey there!" in asks(shop, "hi")
    assert "Sorry?" in asks(shop, "what")


def test_a_deploy_under_an_override_is_a_conflict_that_is_merged(shop: Shop, eli: Editor) -> None:
    eli.opens("closed").writes("Closed. Come tomorrow.")
    eli.publishes()
    shop.edit("We are closed.", "We are closed now.")
    until(lambda: call(shop, "/items/closed")["locales"]["en"]["conflict"] is not None)
    eli.opens("closed")
    conflict = eli.page.get_by_role("region", name="The code changed under this override")
    for words in ("We are closed.", "We are closed now.", "Closed. Come tomorrow."):
        expect(conflict).to_contain_text(words)
    eli.presses("Merge…")
    conflict.get_by_label("Merged text, as YAML").fill("We are closed now. Come tomorrow.")
    eli.presses("Keep the merged text")
    eli.someone.sees("The conflict is settled")
    expect(conflict).to_have_count(0)
    until(lambda: call(shop, "/items/closed")["locales"]["en"]["conflict"] is None)
    eli.someone.goes(f"{shop.page}/sync")
    eli.someone.sees("1 text differs from the files")
    expect(eli.page.get_by_role("region", name="As a patch")).to_contain_text(
        "+closed: We are closed now. Come tomorrow."
    )
    said = command(shop.server.folder, "content", "pull", "--dev", "--bot", shop.bot)  # the command that the page gives
    assert "1 files changed" in said
    until(lambda: call(shop, "/sync")["items"] == [])
    eli.someone.goes(f"{shop.page}/sync")
    eli.someone.sees("The repository has everything")
    until(lambda: call(shop, "/items/closed")["source"]["kind"] == "code")


def test_what_the_code_says_without_text_is_filled_in(shop: Shop, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes(shop.page)
    eli.someone.sees("Your code says 1 item that has no text.")
    eli.presses("Fill in")
    eli.presses("Write it order.lost")
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    expect(page.get_by_role("region", name="Preview")).to_be_visible()
    eli.writes("We look for it.")
    eli.publishes()
    assert "We look for it." in asks(shop, "lost")


def test_an_item_is_renamed_copied_and_removed_only_when_nothing_says_it(shop: Shop, eli: Editor) -> None:
    page = eli.opens("welcome").page
    eli.verb("Remove")
    expect(page.get_by_role("dialog")).to_contain_text("bot.py")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    eli.verb("Duplicate")
    page.get_by_role("dialog").get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("welcome.copy")
    eli.verb("Rename")
    page.get_by_role("dialog").get_by_label("Id").fill("greeting")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    eli.presses("Go to it")
    expect(page.get_by_role("heading", level=1)).to_contain_text("greeting")
    eli.verb("Remove")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    eli.someone.sees("Removed greeting")


def test_a_translation_goes_out_and_comes_back(shop: Shop, eli: Editor, tmp_path: Path) -> None:
    page = eli.page
    eli.someone.goes(f"{shop.page}/languages")
    eli.presses("Export")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option("fr")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    file = tmp_path / "shop.xliff"
    download.value.save_as(file)
    text = file.read_text("utf-8")
    assert "We are closed." in text
    translated = text.replace("We are closed.</source>", "We are closed.</source><target>Nous sommes fermés.</target>")
    assert translated != text
    file.write_text(translated, "utf-8")
    eli.presses("Import")
    page.get_by_label("File").set_input_files(file)
    eli.presses("Show what would change")
    expect(page.get_by_role("dialog")).to_contain_text("closed")
    eli.presses("Import it")
    expect(page.get_by_role("dialog")).to_have_count(0)
    french = call(shop, "/items/closed")["locales"]["fr"]
    assert (french["draft"] or french["live"])["value"] == "Nous sommes fermés."


def test_two_languages_side_by_side(shop: Shop, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes(f"{shop.page}/languages?from=en&to=fr")
    box = page.get_by_role("region", name="closed")
    box.get_by_label(re.compile("French")).fill("Nous sommes fermés.")
    box.get_by_role("button", name="Save the draft").click()
    eli.someone.sees("Draft saved")
    assert call(shop, "/items/closed")["locales"]["fr"]["draft"]["value"] == "Nous sommes fermés."


def test_a_picture_is_uploaded_described_and_said(shop: Shop, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes(f"{shop.page}/media")
    page.get_by_label("Files to upload").set_input_files(
        {"name": "dot.png", "mimeType": "image/png", "buffer": picture(400, 300)}
    )
    page.get_by_role("list", name="Media").get_by_role("button", name=re.compile("dot.png")).click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("What it shows, in English").fill("A dot")
    drawer.get_by_role("button", name=re.compile("Middle of the picture")).press("ArrowRight")
    drawer.get_by_role("button", name="Save").click()
    eli.someone.sees("Saved")
    kept = call(shop, "", noun="media")["items"][0]
    details = call(shop, f"/{kept['id']}", noun="media")
    assert [one["width"] for one in details["renditions"]] == [320]  # made by the browser
    eli.opens("closed")
    eli.presses("Add a message")
    page.get_by_role("menuitem", name="Picture").click()
    eli.presses("Choose", exact=True)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("dot.png")).click()
    expect(page.get_by_role("textbox", name="What it shows", exact=True)).to_have_value("A dot")
    expect(page.locator(".gb-preview-frame img")).to_have_js_property("naturalWidth", 400)
    eli.saved()


def test_nobody_loses_words_by_going_away(shop: Shop, eli: Editor) -> None:
    page = eli.opens("welcome").page
    page.get_by_role("textbox", name="Text", exact=True).fill("Quick")
    page.get_by_role("link", name="Content", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Content")).to_be_visible()
    assert call(shop, "/items/welcome")["locales"]["en"]["draft"]["value"] == "Quick"
    eli.opens("welcome")
    page.route("**/draft", lambda route: route.abort())
    page.get_by_role("textbox", name="Text", exact=True).fill("Not kept")
    page.get_by_role("link", name="Content", exact=True).first.click()
    expect(page.get_by_role("dialog", name="It could not be saved")).to_be_visible()
    page.get_by_role("button", name="Stay").click()
    page.unroute("**/draft")
    eli.presses("Try again")
    eli.saved()
    eli.someone.watch.problems.clear()  # the requests that were cut off


PAGES = (
    "",
    "?view=fill-in",
    "/items/order.done",
    "/items/welcome?tab=history",
    "/languages",
    "/languages?from=en&to=fr",
)
MORE = ("/releases", "/media", "/sync")


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_no_page_about_content_has_a_violation(shop: Shop, people: People, locale: str) -> None:
    version = call(shop, "/items/welcome")["version"]
    call(shop, "/items/welcome/locales/en/draft", {"version": version, "value": "Hi"}, "PUT")
    call(shop, "/items/welcome/locales/en/publish", {"reason": "shorter"})
    someone = people.comes(shop.server.url, locale=locale)
    found = {path: faults(someone, f"{shop.page}{path}") for path in PAGES + MORE}
    assert {path: one for path, one in found.items() if one} == {}


@pytest.mark.parametrize("locale", ["en-GB", "ar", "de"])
def test_pages_about_content_fit_on_a_phone(shop: Shop, people: People, locale: str) -> None:
    someone = people.comes(shop.server.url, viewport={"width": 360, "height": 740}, has_touch=True, locale=locale)
    wide = []
    for path in PAGES + MORE:
        someone.goes(f"{shop.page}{path}")
        someone.settles()
        if overflow(someone.page) > 0:
            wide.append((path, overflow(someone.page)))
    assert wide == []


def test_dialogs_of_the_editor_have_no_violation(shop: Shop, eli: Editor) -> None:
    page: Page = eli.opens("order.done").page
    page.evaluate(AXE.read_text("utf-8"))
    eli.presses("YAML", exact=True)
    expect(page.get_by_label("The item as YAML")).to_be_visible()
    assert violations(page) == []
    for verb in ("Publish later, or until…", "Ask for a review", "Rename", "Duplicate", "Remove"):
        eli.verb(verb)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page) == [], verb
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
