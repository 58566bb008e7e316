"""A module that was made outside of this repository: installed from its wheel, set, used, switched, broken, removed."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from pathlib import Path

import pytest
from core.tests.app.wheels import CODE, MIGRATION, wheel
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import People, Someone, failing_shop
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def shop(tmp_path: Path) -> Generator[Server]:
    with failing_shop(tmp_path, "dev") as server:
        yield server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a fresh module, as its author builds it."""
    folder = tmp_path_factory.mktemp("author")
    for command in (
        ["-m", "gutenbot", "new", "module", "counter"],
        ["-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "gutenbot-counter"],
    ):
        done = subprocess.run(
            [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return next((folder / "dist").glob("*.whl"))


def says(server: Server, text: str, user: str) -> str:
    """What the shop answers."""
    body = json.dumps({"id": f"{user}:{text}", "text": text, "user": user}).encode()
    request = urllib.request.Request(f"{server.url}/api/v1/converse/{user}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: str = json.load(answer)["messages"][0]["text"]
    return found


def uploads(page: Page, file: Path | tuple[str, bytes]) -> None:
    """Opens the dialog and chooses the file."""
    page.get_by_role("button", name="Install a module").click()
    chooser = page.get_by_label("The file of the module")
    if isinstance(file, Path):
        chooser.set_input_files(file)
    else:
        chooser.set_input_files({"name": file[0], "mimeType": "application/zip", "buffer": file[1]})


def is_well(someone: Someone) -> None:
    someone.page.evaluate(AXE.read_text())
    assert (violations(someone.page), overflow(someone.page)) == ([], 0)


def test_j10_a_module_is_installed_set_used_and_removed_in_few_clicks(shop: Server, people: People, made: Path) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    someone.goes("/modules")
    uploads(page, made)  # 1: Install a module, and the file
    someone.sees("It fits this server.")
    is_well(someone)
    page.get_by_role("button", name="Install", exact=True).click()  # 2
    someone.sees("counter 0.1.0 is installed and loaded.")
    is_well(someone)
    page.get_by_role("link", name="Open the module").click()  # 3
    page.get_by_role("navigation", name="counter").get_by_role("link", name="Settings").click()  # 4
    page.get_by_label("Most words").fill("7")
    page.get_by_role("button", name="Save").click()  # 5
    someone.sees("Saved; it counts now.")
    someone.sees("Set here")
    is_well(someone)
    assert says(shop, "hello", "uma") == "You said: hello"
    page.get_by_role("link", name="Words", exact=True).click()  # 6: its own page
    expect(page.get_by_role("heading", level=1)).to_have_text("Words")
    someone.goes("/modules/counter/health")
    someone.sees("receive: count-words")
    page.get_by_role("switch", name="Run counter").click()
    someone.sees("counter is off")
    assert says(shop, "still", "uma") == "You said: still"
    page.get_by_role("button", name="Undo").click()
    someone.sees("Taken back")
    someone.goes("/modules/counter/uninstall")
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Uninstall").click()
    page.get_by_role("textbox").fill("counter")
    page.get_by_role("dialog").get_by_role("button", name="Uninstall").click()
    someone.sees("counter was uninstalled.")
    expect(page.get_by_role("link", name="counter")).to_have_count(0)
    assert says(shop, "bye", "uma") == "You said: bye"


def test_what_was_installed_and_set_is_there_after_a_restart(shop: Server, people: People) -> None:
    someone = people.comes(shop.url)
    someone.goes("/modules")
    uploads(someone.page, wheel())
    someone.page.get_by_role("button", name="Install", exact=True).click()
    someone.sees("shouter 1.0 is installed and loaded.")
    assert says(shop, "hello", "uma") == "YOU SAID: HELLO"
    someone.page.goto("about:blank")
    shop.kill()
    shop.start()
    assert says(shop, "again", "uma") == "YOU SAID: AGAIN"
    someone.goes("/modules/shouter")
    someone.page.get_by_role("switch", name="Run shouter").click()
    someone.sees("shouter is off")
    someone.page.goto("about:blank")
    shop.kill()
    shop.start()
    assert says(shop, "and again", "uma") == "You said: and again"


STARTS = CODE + "\n@part.on_start\nasync def start(app):\n    raise RuntimeError('out of order')\n"
MIGRATES = MIGRATION.replace("op.create", "raise RuntimeError('out of order'); op.create")
BROKEN = {
    "at its import": wheel("broken", code="raise RuntimeError('out of order')"),
    "at its start": wheel("broken", code=STARTS),
    "in its migration": wheel("broken", files={"migrations/versions/0001_x.py": MIGRATES}),
    "tampered with": wheel("broken", tamper=True),
}  # fmt: skip


@pytest.mark.parametrize("how", BROKEN)
def test_a_module_that_is_broken_hurts_nobody(shop: Server, people: People, how: str) -> None:
    someone = people.comes(shop.url)
    someone.goes("/modules")
    uploads(someone.page, BROKEN[how])
    if how == "tampered with":
        someone.sees("does not have the hash that is stated")
        someone.watch.problems.clear()  # the refusal is also in the browser's own log
    else:
        someone.page.get_by_role("button", name="Install", exact=True).click()
        someone.sees("broken could not be installed")
        someone.sees("out of order")
        someone.sees("Everything is as it was before.")
    is_well(someone)
    assert says(shop, "hello", "uma") == "You said: hello"


def test_settings_of_the_server_say_where_they_come_from_and_count_at_once(shop: Server, people: People) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    someone.goes("/settings")
    expect(page.get_by_label("Database URL")).to_be_disabled()
    page.get_by_label("Max body").fill("0")
    page.get_by_role("button", name="Save").click()
    someone.sees("At least 1,024.")
    page.get_by_label("Max body").fill("4096")
    someone.sees("Not saved yet")
    is_well(someone)
    page.get_by_role("button", name="Save").click()
    someone.sees("Set here")
    page.get_by_role("button", name="Take it back Max body").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Max body")).to_have_value("1048576")
