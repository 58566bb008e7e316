"""Modules from an index: browsed, brought with every step in sight, installed, told of when there is something newer."""

import functools
import hashlib
import json
import os
import threading
from collections.abc import Generator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from core.tests.app.wheels import wheel
from playwright.sync_api import expect

from tests.e2e.console.conftest import People, Someone, failing_shop
from tests.e2e.console.test_modules import is_well, says
from tests.e2e.server import Server

pytestmark = pytest.mark.timeout(180)


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a word on the terminal."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
        """Says nothing."""


def add(folder: Path, module: str, version: str) -> None:
    """The index has a wheel of this version."""
    name, data = wheel(module, version)
    page = folder / "simple" / f"gb-{module}"
    page.mkdir(parents=True, exist_ok=True)
    (page / name).write_bytes(data)
    links = "".join(
        f'<a href="{one.name}#sha256={hashlib.sha256(one.read_bytes()).hexdigest()}">{one.name}</a>'
        for one in page.glob("*.whl")
    )
    (page / "index.html").write_text(f"<!doctype html><title>gb-{module}</title>{links}", "utf-8")


def offer(folder: Path, version: str) -> None:
    """The index has a wheel of this version, and the list knows it."""
    add(folder, "shouter", version)
    entry = {"name": "shouter", "distribution": "gb-shouter", "version": version, "summary": "Shouts loudly.",
             "publisher": "Shout Ltd", "core": ">=0.1,<0.2", "adds": {"wraps": 1},
             "changelog": f"## {version}\n\nNews of {version}."}  # fmt: skip
    text = json.dumps({"format": 1, "modules": [entry]})
    (folder / "list.json").write_text(text, "utf-8")
    (folder / "list.json.sha256").write_text(hashlib.sha256(text.encode()).hexdigest(), "utf-8")


@pytest.fixture
def index(tmp_path: Path) -> Generator[tuple[Path, str]]:
    """A folder that a server on this machine offers."""
    folder = tmp_path / "index"
    folder.mkdir()
    offer(folder, "1.0")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shop(tmp_path: Path, index: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Generator[Server]:
    for name in [one for one in os.environ if one.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{index[1]}/simple")
    monkeypatch.setenv("GUTENBOT_MODULE_INDEX_URL", f"{index[1]}/list.json")
    with failing_shop(tmp_path, "dev") as server:
        yield server


def restarts(someone: Someone, shop: Server) -> None:
    """The version that waits runs when the page has come back by itself."""
    page = someone.page
    someone.goes("/modules/shouter")
    page.get_by_role("button", name="Restart now to run shouter 2.0").click()
    someone.sees("Every conversation goes on where it is.")
    is_well(someone)
    with page.expect_event("load", timeout=60_000):
        page.get_by_role("dialog").get_by_role("button", name="Restart", exact=True).click()
    page.locator("h1").first.wait_for()
    expect(page.get_by_text("counts from the next start on")).to_have_count(0)
    someone.watch.problems.clear()  # a connection that ended with the old process is in the browser's log
    facts = page.get_by_text("2.0", exact=True)
    expect(facts.first).to_be_visible()
    assert says(shop, "again") == "YOU SAID: AGAIN"


def test_a_module_is_found_brought_installed_and_updated(shop: Server, people: People, index: tuple[Path, str]) -> None:
    someone = people.comes(shop.url)
    page = someone.page
    someone.goes("/modules?tab=browse")
    page.get_by_role("button", name="Renew").click()
    someone.sees("The list was renewed")
    page.get_by_label("Search what can be had").fill("loud")
    someone.sees("Shouts loudly.")
    is_well(someone)
    page.get_by_role("button", name="Install shouter").click()
    someone.sees("It fits this server.")
    is_well(someone)
    page.get_by_role("dialog").get_by_role("button", name="Install", exact=True).click()
    someone.sees("shouter 1.0 is installed and loaded.")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    assert says(shop, "hello") == "YOU SAID: HELLO"
    offer(index[0], "2.0")
    someone.goes("/modules?tab=updates")
    someone.sees("Everything is as new as the list knows.")
    page.get_by_role("button", name="Renew").click()
    someone.sees("News of 2.0.")
    is_well(someone)
    page.get_by_role("button", name="Update shouter").click()
    page.get_by_role("dialog").get_by_role("button", name="Install", exact=True).click()
    someone.sees("shouter 2.0 is installed, and counts from the next start on")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Install a module").click()
    page.get_by_text("An index", exact=True).click()
    page.get_by_label("Name of the package").fill("gb-late")
    page.get_by_role("button", name="Fetch it").click()
    someone.sees("It could not be fetched")
    someone.sees("Is the name right?")
    is_well(someone)
    add(index[0], "late", "1.0")
    page.get_by_role("dialog").get_by_role("button", name="Try again").click()
    someone.sees("It fits this server.")
    page.keyboard.press("Escape")
    restarts(someone, shop)
    someone.goes("/modules/shouter/uninstall")
    someone.sees("none set here")
    someone.goes("/modules/shouter/logs")
    expect(page.get_by_role("link", name="Open in the log")).to_be_visible()
    is_well(someone)
