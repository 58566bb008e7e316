"""What editors do all day: change what the bot says, alone and together, now and later, in all languages."""

import json
import re
import struct
import time
import urllib.request
import zlib
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import People, Someone, failing_shop
from tests.e2e.console.test_every_page import faults, overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(300)
BOT = """from gutenbot import Bot, Chat
from pydantic import BaseModel

bot = Bot("shop", title="Shop")


@bot.content_type()
class Question(BaseModel):
    text: str
    answers: list[str] = []
    level: int = 1

    def render(self):
        return {"text": self.text, "choices": self.answers}


@bot.hear("hi")
async def greet(chat: Chat) -> None:
    await chat.say("#welcome")


@bot.hear("order")
async def order(chat: Chat) -> None:
    await chat.say("#order.done", number=7)


@bot.hear("lost")
async def lost(chat: Chat) -> None:
    await chat.say("#order.lost")


@bot.fallback
async def answer(chat: Chat) -> None:
    await chat.say("#fallback")
"""
CONTENT = """# What the shop says.
welcome: Hey there! # short is good
order.done:
  - text: "Done! Your number is {{ number }}."
    choices: {MORE: More, STOP: Stop}
fallback: Sorry?
closed: We are closed.
question.bees:
  type: question
  text: How many wings does a bee have?
  answers: [Four, Two]
"""
FRENCH = """welcome: Bonjour !
fallback: Pardon ?
"""
THINK_S = 0.25
J3_CLICKS = 5
J3_S = 20.0
LIVE_S = 2.0


@pytest.fixture
def shop(tmp_path: Path) -> Generator[Server]:
    """A shop with words in two languages."""
    server = failing_shop(tmp_path, "dev")
    folder = server.folder
    (folder / "bot.py").write_text(BOT)
    (folder / "content").mkdir()
    (folder / "content" / "order.yaml").write_text(CONTENT)
    (folder / "content" / "order.fr.yaml").write_text(FRENCH)
    with server:
        yield server


def call(server: Server, path: str, body: Any = None, method: str = "", noun: str = "content") -> Any:
    """The API of the shop's content or media, as a program uses it."""
    data = None if body is None else json.dumps(body).encode()
    url = f"{server.url}/api/v1/bots/shop/{noun}{path}"
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method or None)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def asks(server: Server, text: str, user: str = "uma") -> str:
    """What the bot answers, in words."""
    body = json.dumps({"id": f"{user}:{text}:{time.monotonic_ns()}", "text": text, "user": user, "wait_s": 5}).encode()
    request = urllib.request.Request(f"{server.url}/api/v1/converse/{user}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=15) as answer:
        return str(answer.read().decode())


def until(holds: Callable[[], bool], limit_s: float = 10.0) -> None:
    """Waits for something that a server does by itself."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y * 3) % 256 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows, 0)) + part(b"IEND", b"")


class Editor:
    """Somebody on the pages about content; counts what they press."""

    def __init__(self, someone: Someone) -> None:
        self.someone, self.page = someone, someone.page
        self.clicks = 0

    def opens(self, item: str, query: str = "") -> "Editor":
        """The page of an item."""
        self.someone.goes(f"/bots/shop/content/items/{item}{query}")
        expect(self.page.get_by_role("region", name="Preview")).to_be_visible()
        return self

    def presses(self, name: str | re.Pattern[str], **options: Any) -> None:
        """A button."""
        self.page.get_by_role("button", name=name, **options).first.click()

    def verb(self, name: str) -> None:
        """Something from the menu of an item."""
        self.presses("More verbs")
        self.page.get_by_role("menuitem", name=name).click()

    def writes(self, text: str, label: str = "Text", n: int = 0) -> None:
        """Into a field, and waits until it is kept."""
        self.page.get_by_role("textbox", name=label, exact=True).nth(n).fill(text)
        self.saved()

    def saved(self) -> None:
        """The draft is kept."""
        expect(self.page.locator("[data-saving]")).to_have_attribute("data-saving", "saved", timeout=10_000)

    def publishes(self) -> None:
        """And sees that it is live everywhere."""
        self.page.get_by_role("button", name="Publish", exact=True).click()
        expect(self.page.locator("strong", has_text="Live on 1/1")).to_be_visible(timeout=10_000)


@pytest.fixture
def eli(shop: Server, people: People) -> Editor:
    """An editor."""
    return Editor(people.comes(shop.url))


def test_a_live_sentence_is_mended_within_five_clicks(shop: Server, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes("/bots/shop/content")
    start = time.monotonic()
    page.get_by_label("Words or id").fill("closed")  # typing counts as one action
    page.get_by_role("link", name=re.compile("We are closed")).click()
    text = page.get_by_role("textbox", name="Text", exact=True)
    text.fill("We open at nine.")
    expect(eli.someone.page.locator(".gb-preview-frame")).to_contain_text("We open at nine.")
    page.get_by_role("button", name="Publish", exact=True).click()
    pressed = time.monotonic()
    expect(page.locator("strong", has_text="Live on 1/1")).to_be_visible()
    assert time.monotonic() - pressed <= LIVE_S
    actions = 4
    typed_s = 0.04 * len("closed" + "We open at nine.")
    assert actions <= J3_CLICKS
    assert time.monotonic() - start + actions * THINK_S + typed_s <= J3_S
    assert call(shop, "/items/closed")["locales"]["en"]["live"]["value"] == "We open at nine."


def test_what_is_published_is_said_and_can_be_taken_back(shop: Server, eli: Editor) -> None:
    assert "Hey there!" in asks(shop, "hi")
    eli.opens("welcome").writes("Welcome!")
    assert "Hey there!" in asks(shop, "hi")  # a draft is nobody's business
    eli.publishes()
    assert "Welcome!" in asks(shop, "hi")
    eli.presses("Undo")
    eli.someone.sees("Taken back")
    assert "Hey there!" in asks(shop, "hi")


def test_the_keyboard_saves_publishes_and_goes_through_the_languages(shop: Server, eli: Editor) -> None:
    page = eli.opens("welcome").page
    field = page.get_by_role("textbox", name="Text", exact=True)
    field.fill("By keyboard")
    page.keyboard.press("Control+s")
    eli.someone.sees("Draft saved")
    page.keyboard.press("Alt+ArrowRight")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Bonjour !")
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("By keyboard")
    page.keyboard.press("Control+Shift+p")
    eli.someone.sees("Live on 1/1")
    assert "By keyboard" in asks(shop, "hi")


def test_a_brace_that_is_left_open_is_closed_and_never_reaches_anybody(shop: Server, eli: Editor) -> None:
    page = eli.opens("welcome").page
    field = page.get_by_role("textbox", name="Text", exact=True)
    field.fill("Hello {{ user.first_name")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    field.blur()
    expect(field).to_have_value("Hello {{ user.first_name }}")
    page.get_by_role("button", name=re.compile("^user.first_name")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_text("Write what is said without it.")).to_be_visible()
    dialog.get_by_label("What to say when it is missing").fill("friend")
    dialog.get_by_role("button", name="Change it").click()
    expect(field).to_have_value("Hello {{ user.first_name | default('friend') }}")
    eli.saved()
    eli.publishes()
    assert "Hello friend" in asks(shop, "hi", "somebody")


def test_messages_are_added_moved_and_taken_away(shop: Server, eli: Editor) -> None:
    page = eli.opens("order.done").page
    eli.presses("Add a message")
    page.get_by_role("menuitem", name="Card").click()
    eli.writes("Margherita", "Title")
    eli.presses("Move message 2 up")
    eli.saved()
    value = call(shop, "/items/order.done")["locales"]["en"]["draft"]["value"]
    assert [min(entry) for entry in value] == ["card", "choices"]
    page.get_by_role("textbox", name="Title", exact=True).press("Alt+ArrowDown")
    eli.saved()
    eli.presses("Remove message 2")
    eli.saved()
    value = call(shop, "/items/order.done")["locales"]["en"]["draft"]["value"]
    assert value == [{"text": "Done! Your number is {{ number }}.", "choices": {"MORE": "More", "STOP": "Stop"}}]


def test_an_item_is_said_in_variants(shop: Server, eli: Editor) -> None:
    page = eli.opens("closed").page
    eli.presses("Say it in several variants")
    page.get_by_role("group", name="Variants").get_by_role("button", name=re.compile("^B")).click()
    eli.writes("Shut.")
    page.get_by_label("Share").fill("3")
    expect(page.get_by_role("group", name="Variants")).to_contain_text("75 %")
    eli.saved()
    eli.publishes()
    value = call(shop, "/items/closed")["locales"]["en"]["live"]["value"]
    assert value["choose"] == "weighted"
    assert [(one["name"], one["share"]) for one in value["variants"]] == [("A", 1), ("B", 3)]
    eli.presses(re.compile("Remove the variant B"))
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("We are closed.")


def test_the_form_of_a_type_of_its_own_comes_from_the_code(shop: Server, eli: Editor) -> None:
    page = eli.opens("question.bees").page
    expect(page.get_by_label("Answers")).to_have_value("Four\nTwo")
    page.get_by_label("Level").fill("2")
    eli.writes("How many wings has a bee?")
    expect(page.locator(".gb-preview-frame")).to_contain_text("How many wings has a bee?")
    eli.publishes()
    value = call(shop, "/items/question.bees")["locales"]["en"]["live"]["value"]
    assert value == {"type": "question", "text": "How many wings has a bee?", "answers": ["Four", "Two"], "level": 2}


def test_yaml_shows_what_is_wrong_at_its_place(shop: Server, eli: Editor) -> None:
    page = eli.opens("order.done").page
    eli.presses("YAML", exact=True)
    code = page.get_by_label("The item as YAML")
    expect(code).to_contain_text("Your number is")
    code.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\n- texd: hello")
    expect(page.locator(".cm-lintRange, .cm-lint-marker").first).to_be_visible(timeout=10_000)
    for _ in "\n- texd: hello":
        page.keyboard.press("Backspace")
    page.keyboard.insert_text("\n- text: And more")
    eli.saved()
    eli.presses("Form", exact=True)
    expect(page.get_by_role("textbox", name="Text", exact=True).nth(1)).to_have_value("And more")


def test_two_editors_at_different_fields_both_keep_theirs(shop: Server, eli: Editor, people: People) -> None:
    eli.opens("order.done")
    mia = Editor(people.comes(shop.url)).opens("order.done")
    eli.writes("All done: {{ number }}.")
    mia.writes("Even more", "Answer 1")
    value = call(shop, "/items/order.done")["locales"]["en"]["draft"]["value"]
    assert value == [{"text": "All done: {{ number }}.", "choices": {"MORE": "Even more", "STOP": "Stop"}}]


def test_two_editors_at_the_same_words_see_both(shop: Server, eli: Editor) -> None:
    eli.opens("welcome")
    item = call(shop, "/items/welcome")
    eli.page.get_by_role("textbox", name="Text", exact=True).fill("From Eli")
    call(shop, "/items/welcome/locales/en/draft", {"version": item["version"], "value": "From Mia"}, "PUT")
    dialog = eli.page.get_by_role("dialog")
    expect(dialog).to_contain_text("From Mia")
    expect(dialog).to_contain_text("From Eli")
    eli.someone.watch.problems.clear()  # the refusal is an answer of 409
    dialog.get_by_role("button", name="Keep mine").click()
    eli.saved()
    assert call(shop, "/items/welcome")["locales"]["en"]["draft"]["value"] == "From Eli"
    history = call(shop, "/items/welcome/locales/en/revisions")["items"]
    assert any(one["value"] == "From Mia" for one in history)  # nothing is overwritten silently


def test_later_and_not_for_ever(shop: Server, eli: Editor) -> None:
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


def test_a_review_is_asked_for_and_comments_are_settled(shop: Server, eli: Editor) -> None:
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


def test_history_shows_what_changed_and_brings_it_back(shop: Server, eli: Editor) -> None:
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


def test_several_texts_go_live_together_and_come_back_together(shop: Server, eli: Editor) -> None:
    for item, words in (("welcome", "Autumn!"), ("fallback", "Autumn?")):
        version = call(shop, f"/items/{item}")["version"]
        call(shop, f"/items/{item}/locales/en/draft", {"version": version, "value": words}, "PUT")
    eli.someone.goes("/bots/shop/content/releases")
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


def test_a_deploy_under_an_override_is_a_conflict_that_is_merged(shop: Server, eli: Editor) -> None:
    eli.opens("closed").writes("Closed. Come tomorrow.")
    eli.publishes()
    shop.edit("content/order.yaml", "We are closed.", "We are closed now.")
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
    eli.someone.goes("/bots/shop/content/sync")
    eli.someone.sees("1 text differs from the files")
    expect(eli.page.get_by_role("region", name="As a patch")).to_contain_text(
        "+closed: We are closed now. Come tomorrow."
    )


def test_what_the_code_says_without_text_is_filled_in(shop: Server, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes("/bots/shop/content")
    eli.someone.sees("Your code says 1 item that has no text.")
    eli.presses("Fill in")
    eli.presses("Write it order.lost")
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    expect(page.get_by_role("region", name="Preview")).to_be_visible()
    eli.writes("We look for it.")
    eli.publishes()
    assert "We look for it." in asks(shop, "lost")


def test_an_item_is_renamed_copied_and_removed_only_when_nothing_says_it(shop: Server, eli: Editor) -> None:
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


def test_a_translation_goes_out_and_comes_back(shop: Server, eli: Editor, tmp_path: Path) -> None:
    page = eli.page
    eli.someone.goes("/bots/shop/content/languages")
    eli.presses("Export")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option("fr")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    file = tmp_path / "shop.xliff"
    download.value.save_as(file)
    text = file.read_text()
    assert "We are closed." in text
    translated = text.replace("We are closed.</source>", "We are closed.</source><target>Nous sommes fermés.</target>")
    assert translated != text
    file.write_text(translated)
    eli.presses("Import")
    page.get_by_label("File").set_input_files(file)
    eli.presses("Show what would change")
    expect(page.get_by_role("dialog")).to_contain_text("closed")
    eli.presses("Do it")
    expect(page.get_by_role("dialog")).to_have_count(0)
    french = call(shop, "/items/closed")["locales"]["fr"]
    assert (french["draft"] or french["live"])["value"] == "Nous sommes fermés."


def test_two_languages_side_by_side(shop: Server, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes("/bots/shop/content/languages?from=en&to=fr")
    box = page.get_by_role("region", name="closed")
    box.get_by_label(re.compile("French")).fill("Nous sommes fermés.")
    box.get_by_role("button", name="Save the draft").click()
    eli.someone.sees("Draft saved")
    assert call(shop, "/items/closed")["locales"]["fr"]["draft"]["value"] == "Nous sommes fermés."


def test_a_picture_is_uploaded_described_and_said(shop: Server, eli: Editor) -> None:
    page = eli.page
    eli.someone.goes("/bots/shop/content/media")
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
    eli.presses("Choose")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("dot.png")).click()
    expect(page.get_by_role("textbox", name="What it shows", exact=True)).to_have_value("A dot")
    expect(page.locator(".gb-preview-frame img")).to_have_js_property("naturalWidth", 400)
    eli.saved()


def test_nobody_loses_words_by_going_away(shop: Server, eli: Editor) -> None:
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
def test_no_page_about_content_has_a_violation(shop: Server, people: People, locale: str) -> None:
    version = call(shop, "/items/welcome")["version"]
    call(shop, "/items/welcome/locales/en/draft", {"version": version, "value": "Hi"}, "PUT")
    call(shop, "/items/welcome/locales/en/publish", {"reason": "shorter"})
    someone = people.comes(shop.url, locale=locale)
    found = {path: faults(someone, f"/bots/shop/content{path}") for path in PAGES + MORE}
    assert {path: one for path, one in found.items() if one} == {}


@pytest.mark.parametrize("locale", ["en-GB", "ar", "de"])
def test_pages_about_content_fit_on_a_phone(shop: Server, people: People, locale: str) -> None:
    someone = people.comes(shop.url, viewport={"width": 360, "height": 740}, has_touch=True, locale=locale)
    wide = []
    for path in PAGES + MORE:
        someone.goes(f"/bots/shop/content{path}")
        someone.page.wait_for_load_state("networkidle")
        if overflow(someone.page) > 0:
            wide.append((path, overflow(someone.page)))
    assert wide == []


def test_dialogs_of_the_editor_have_no_violation(shop: Server, eli: Editor) -> None:
    page: Page = eli.opens("order.done").page
    page.evaluate(AXE.read_text())
    eli.presses("YAML", exact=True)
    expect(page.get_by_label("The item as YAML")).to_be_visible()
    assert violations(page) == []
    for verb in ("Publish later, or until…", "Ask for a review", "Rename", "Duplicate", "Remove"):
        eli.verb(verb)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page) == [], verb
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
