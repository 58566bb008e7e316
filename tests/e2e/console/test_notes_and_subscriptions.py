"""Two modules in the browser: a category is made, joined, looked after, removed and brought back; a note is written and found."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import People, Someone, talk
from tests.e2e.console.test_every_page import faults
from tests.e2e.server import Server

pytestmark = pytest.mark.timeout(300)
BASE = "/bots/harbour"
HOSTILE = "<img src=x onerror=\"document.title='hit'\"> {{ 7*7 }} </script><script>document.title='hit'</script>"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The harbour of the examples, where three people want the tides."""
    with Server("harbour", tmp_path_factory.mktemp("harbour"), "dev") as server:
        for user in ("uma", "ken", "عمر"):
            talk(server, user, "tides please")
        yield server


def row_of(someone: Someone, words: str):  # type: ignore[no-untyped-def]
    """The line of a table that has these words."""
    return someone.page.get_by_role("row").filter(has_text=words)


def test_a_category_is_made_joined_removed_and_brought_back(harbour: Server, people: People) -> None:
    olu = people.comes(harbour.url)
    olu.goes(f"{BASE}/m/subscriptions/subscriptions")
    expect(row_of(olu, "Tides")).to_contain_text("3")
    olu.page.get_by_label("Name").first.fill("Regattas")
    olu.page.get_by_label("Words to join").fill("race me\nregattas")
    olu.page.get_by_label("Words to leave").fill("no races")
    olu.page.get_by_role("button", name="Add").click()
    expect(row_of(olu, "Regattas")).to_contain_text("0")
    talk(harbour, "uma", "Race me")
    talk(harbour, "ken", "REGATTAS")
    olu.goes(f"{BASE}/m/subscriptions/subscriptions")
    expect(row_of(olu, "Regattas")).to_contain_text("2")

    expect(row_of(olu, "Tides").get_by_role("button")).to_have_count(0)  # it is of code
    row_of(olu, "Regattas").get_by_role("button", name="Change").click()
    dialog = olu.page.get_by_role("dialog")
    dialog.get_by_label("Words to leave").fill("tides please")
    dialog.get_by_role("button", name="Change").click()
    expect(dialog).to_contain_text("is taken already")
    dialog.get_by_label("Words to leave").fill("enough races")
    dialog.get_by_role("button", name="Change").click()
    expect(dialog).to_be_hidden()

    row_of(olu, "Regattas").get_by_role("button", name="Remove").click()
    dialog = olu.page.get_by_role("dialog")
    expect(dialog).to_contain_text("People who get Regattas: 2")
    expect(dialog.get_by_role("button", name="Remove")).to_be_disabled()
    dialog.get_by_role("textbox").fill("Regattas")
    dialog.get_by_role("button", name="Remove").click()
    olu.page.get_by_role("button", name="Undo").click()
    expect(row_of(olu, "Regattas").filter(has_text="enough races")).to_contain_text("2")
    olu.watch.problems[:] = [one for one in olu.watch.problems if "409" not in one]


def test_people_of_a_category_are_listed_saved_and_taken_out(harbour: Server, people: People) -> None:
    olu = people.comes(harbour.url)
    olu.goes(f"{BASE}/m/subscriptions/categories/tides")
    expect(olu.page.get_by_role("table", name="People who get it").locator("tbody tr")).to_have_count(3)
    with olu.page.expect_download() as saved:
        olu.page.get_by_role("button", name="Save “People who get it” as CSV").click()
    assert saved.value.suggested_filename == "subscribers.csv"
    lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "user,Person,Since,By"
    assert len(lines) == 4
    olu.page.get_by_role("button", name="Take out").first.click()
    olu.page.get_by_role("dialog").get_by_role("button", name="Take out").click()
    expect(olu.page.get_by_role("table", name="People who get it").locator("tbody tr")).to_have_count(2)
    olu.page.get_by_role("button", name="Undo").click()
    expect(olu.page.get_by_role("table", name="People who get it").locator("tbody tr")).to_have_count(3)


def test_a_note_is_written_changed_found_and_removed_on_the_page_of_a_person(harbour: Server, people: People) -> None:
    olu = people.comes(harbour.url)
    olu.goes(f"{BASE}/people")
    olu.page.locator("tbody a").first.click()
    box = olu.page.get_by_role("textbox", name="Note")
    box.fill("Owes us two bottles of rum.")
    olu.page.get_by_role("button", name="Write note").click()
    olu.sees("Owes us two bottles of rum.")
    expect(box).to_have_value("")
    box.fill(HOSTILE)
    olu.page.get_by_role("button", name="Write note").click()
    expect(row_of(olu, "onerror")).to_contain_text(HOSTILE)
    row_of(olu, "rum").get_by_role("button", name="Change").click()
    dialog = olu.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Note").fill("Paid.")
    dialog.get_by_role("button", name="Change").click()
    olu.sees("Paid.")
    olu.goes(f"{BASE}/m/notes/notes")
    olu.page.get_by_role("textbox", name="Search").fill("PAID")
    expect(row_of(olu, "onerror")).to_have_count(0)
    row_of(olu, "Paid.").get_by_role("link").first.click()
    olu.sees("Owes us two bottles of rum.")
    olu.page.go_back()
    row_of(olu, "Paid.").first.get_by_role("button", name="Remove").click()
    olu.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    olu.page.get_by_role("button", name="Undo").click()
    olu.sees("Paid.")
    assert olu.page.title() != "hit"


@pytest.mark.parametrize(
    "options", [{}, {"locale": "ar"}, {"viewport": {"width": 360, "height": 740}, "has_touch": True}]
)
def test_their_pages_have_no_violation(harbour: Server, people: People, options: dict[str, object]) -> None:
    olu = people.comes(harbour.url, **options)
    olu.goes(f"{BASE}/people")
    person = (olu.page.locator("tbody a").first.get_attribute("href") or "").removeprefix("/console")
    olu.goes(person)
    olu.page.get_by_role("textbox").last.fill("A note.\nIn two lines.")
    olu.page.locator("form button[type=submit]").last.click()
    for path in (
        person, f"{BASE}/m/subscriptions/subscriptions", f"{BASE}/m/subscriptions/categories/tides", f"{BASE}/m/notes/notes",
    ):  # fmt: skip
        assert faults(olu, path) == [], path
