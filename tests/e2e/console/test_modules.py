"""Modules from wheels: there after a restart, refused when they are broken; and the settings of the server."""

from collections.abc import Generator
from pathlib import Path

import pytest
from core.tests.app.wheels import CODE, wheel
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import People, Someone, failing_shop, talk
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server on which modules come and go."""
    with failing_shop(tmp_path_factory.mktemp("shop"), "dev") as server:
        yield server


def says(server: Server, text: str) -> str:
    """What the shop answers, even if a module stands in its way first."""
    return talk(server, "uma", text, wait_s=20)[0]


def uploads(page: Page, file: Path | tuple[str, bytes]) -> None:
    """Opens the dialog and chooses the file."""
    page.get_by_role("button", name="Install a module").click()
    chooser = page.get_by_label("The file of the module")
    if isinstance(file, Path):
        chooser.set_input_files(file)
    else:
        chooser.set_input_files({"name": file[0], "mimeType": "application/zip", "buffer": file[1]})


def is_well(someone: Someone) -> None:
    someone.page.evaluate(AXE.read_text("utf-8"))
    assert (violations(someone.page), overflow(someone.page)) == ([], 0)


def test_what_was_installed_and_set_is_there_after_a_restart(shop: Server, people: People) -> None:
    someone = people.comes(shop.url)
    someone.goes("/modules")
    uploads(someone.page, wheel())
    someone.page.get_by_role("button", name="Install", exact=True).click()
    someone.sees("shouter 1.0 is installed and loaded.")
    assert says(shop, "hello") == "YOU SAID: HELLO"
    someone.page.goto("about:blank")
    shop.kill()
    shop.start()
    assert says(shop, "again") == "YOU SAID: AGAIN"
    someone.goes("/modules/shouter")
    someone.page.get_by_role("switch", name="Run shouter").click()
    someone.sees("shouter is off")
    someone.page.goto("about:blank")
    shop.kill()
    shop.start()
    assert says(shop, "and again") == "You said: and again"


STARTS = CODE + "\n@part.on_start\nasync def start(app):\n    raise RuntimeError('out of order')\n"
BROKEN = {"at its start": wheel("broken", code=STARTS), "tampered with": wheel("broken", tamper=True)}


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
    assert says(shop, "hello") == "You said: hello"


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
