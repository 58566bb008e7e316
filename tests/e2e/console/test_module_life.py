"""The life of a module that was made outside of this repository, while the bot keeps answering.

It is installed from its wheel, set up, its page is used, it is switched off and on, and uninstalled. Then come versions of it
that break wherever a module can break: at their import, in their migration, in a hook, in their page (J10, MOD-01, MOD-03, MOD-15).
"""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import pytest
from core.tests.app.wheels import changed
from playwright.sync_api import Page, expect

from gutenbot.app.breaker import MOST
from tests.e2e.console.conftest import COUNT_CLICKS, People, Someone, clicks, failing_shop
from tests.e2e.console.test_modules import is_well, says, uploads
from tests.e2e.server import Server, until

pytestmark = pytest.mark.timeout(240)
J10_CLICKS = 6


def raises(before: str) -> Callable[[str], str]:
    """Puts an error before a line of Python."""
    return lambda text: text.replace(before, f'raise RuntimeError("out of order")\n    {before}', 1)


BROKEN: dict[str, dict[str, Callable[[str], str]]] = {
    "import": {"gutenbot_counter/__init__.py": lambda text: text + '\nraise RuntimeError("out of order")\n'},
    "migration": {"0001_words.py": raises("op.create_table(")},
    "hook": {"handlers.py": raises("text, bot = turn.event.text, turn.bot_id")},
    "page": {"ui/console.js": lambda text: 'throw new Error("out of order");\n' + text},
}
"""Where a version breaks: what is changed in the wheel."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server on which nobody installed anything yet."""
    with failing_shop(tmp_path_factory.mktemp("shop"), "dev") as server:
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
            [sys.executable, *command], cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return next((folder / "dist").glob("*.whl"))


@pytest.fixture(autouse=True)
def nothing_left(shop: Server) -> Generator[None]:
    """What a test that failed left behind hurts no other test."""
    yield
    url = f"{shop.url}/api/v1/modules/counter?data=drop"
    with suppress(urllib.error.HTTPError):  # it is not there: that is how it should be
        urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=30).close()


def installs(someone: Someone, file: Path | tuple[str, bytes]) -> None:
    """From the page of modules to a module that runs."""
    someone.goes("/modules")
    uploads(someone.page, file)
    someone.page.get_by_role("button", name="Install", exact=True).click()
    someone.sees("counter 0.1.0 is installed and loaded.")


def uninstalls(someone: Someone) -> None:
    """With everything that it kept."""
    page = someone.page
    someone.goes("/modules/counter/uninstall")
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Uninstall").click()
    page.get_by_role("textbox").fill("counter")
    page.get_by_role("dialog").get_by_role("button", name="Uninstall").click()
    someone.sees("counter was uninstalled.")
    expect(page.get_by_role("link", name="counter")).to_have_count(0)


def uses_its_pages(page: Page, shop: Server) -> None:
    """Adds a word on the page in Python, says it, and sees it counted there and on the page in TypeScript."""
    page.get_by_role("link", name="Words", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Words")
    page.get_by_role("textbox", name="Word").fill("pizza")
    page.get_by_role("button", name="Watch for a word").click()
    expect(page.get_by_role("region", name="List").get_by_role("cell", name="pizza", exact=True)).to_be_visible()
    assert says(shop, "a pizza please") == "You said: a pizza please"
    page.get_by_role("link", name="Word cloud", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="pizza")).to_be_visible()
    page.get_by_role("link", name="Words", exact=True).click()
    page.reload()
    expect(page.get_by_role("row", name="pizza 1").first).to_be_visible()


def test_j10_a_module_is_installed_set_used_switched_off_and_uninstalled(
    shop: Server, people: People, made: Path
) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    page.context.add_init_script(COUNT_CLICKS)
    someone.goes("/modules")
    uploads(page, made)
    someone.sees("It fits this server.")
    is_well(someone)
    page.get_by_role("button", name="Install", exact=True).click()
    someone.sees("counter 0.1.0 is installed and loaded.")
    is_well(someone)
    page.get_by_role("link", name="Open the module").click()
    page.get_by_role("navigation", name="counter").get_by_role("link", name="Settings").click()
    page.get_by_label("Most words").fill("7")
    page.get_by_role("button", name="Save").click()
    someone.sees("Saved; it counts now.")
    choosing_the_file = 1
    assert clicks(page) + choosing_the_file <= J10_CLICKS
    someone.sees("Set here")
    is_well(someone)

    uses_its_pages(page, shop)
    someone.goes("/modules/counter/health")
    someone.sees("receive: count-words")
    page.get_by_role("switch", name="Run counter").click()
    someone.sees("counter is off")
    assert says(shop, "pizza while it is off") == "You said: pizza while it is off"
    expect(page.get_by_role("link", name="Words", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    someone.sees("Taken back")
    page.get_by_role("link", name="Words", exact=True).click()
    expect(page.get_by_role("row", name="pizza 1").first).to_be_visible()
    uninstalls(someone)
    assert says(shop, "bye") == "You said: bye"


@pytest.mark.parametrize("where", ["import", "migration"])
def test_mod_01_a_version_that_cannot_start_is_not_there(shop: Server, people: People, made: Path, where: str) -> None:
    someone = people.comes(shop.url)
    someone.goes("/modules")
    uploads(someone.page, changed(made, BROKEN[where]))
    someone.page.get_by_role("button", name="Install", exact=True).click()
    someone.sees("counter could not be installed")
    someone.sees("out of order")
    someone.sees("Everything is as it was before.")
    is_well(someone)
    assert says(shop, "hello") == "You said: hello"
    someone.goes("/modules")
    expect(someone.page.get_by_role("link", name="counter")).to_have_count(0)


def test_mod_03_a_hook_that_fails_is_switched_off_and_messages_are_answered_again(
    shop: Server, people: People, made: Path
) -> None:
    someone = people.comes(shop.url)
    installs(someone, changed(made, BROKEN["hook"]))
    for _ in range(MOST):
        assert "out of order" in says(shop, "hello")  # in development whoever talks is told why
    until(lambda: says(shop, "hello") == "You said: hello")
    someone.goes("/modules/counter/health")
    someone.sees("It failed 3 times in a row, and was switched off.")
    is_well(someone)
    assert says(shop, "once more") == "You said: once more"
    uninstalls(someone)
    assert says(shop, "bye") == "You said: bye"


def test_mod_15_a_page_that_fails_fails_alone(shop: Server, people: People, made: Path) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    installs(someone, changed(made, BROKEN["page"]))
    someone.goes("/bots/shop/m/counter/cloud")
    card = page.locator("[data-module-failed=counter]")
    expect(card.get_by_role("heading", name="The module counter cannot show this")).to_be_visible()
    expect(card).to_contain_text("out of order")
    someone.watch.problems.clear()  # the error of the module is in the browser's own log as well
    is_well(someone)
    assert says(shop, "hello") == "You said: hello"
    page.get_by_role("link", name="Words", exact=True).click()
    expect(page.get_by_role("textbox", name="Word")).to_be_visible()  # its other page goes on
    uninstalls(someone)
    assert says(shop, "bye") == "You said: bye"
