"""One script tag on somebody else's page."""

import threading
from collections.abc import Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.chat import WebChat
from tests.e2e.conftest import NewPage
from tests.e2e.server import Server, free_port

PAGE = """<!doctype html><html lang="en"><title>A shop</title><main><h1>A shop</h1><p>Shoes.</p></main>
<script async src="{server}/w.js" data-bot="pizzeria"></script></html>"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody wants to know."""


@pytest.fixture
def shop(tmp_path: Path) -> Generator[tuple[str, Path]]:
    """A page of another origin: (address, folder)."""
    folder = tmp_path / "shop"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_chat_opens_on_a_foreign_page_that_the_bot_allows(
    tmp_path: Path, shop: tuple[str, Path], new_page: NewPage
) -> None:
    address, folder = shop
    settings = f'[modules.channel-web]\norigins = ["{address}"]\n'
    with Server("pizzeria", tmp_path, settings=settings) as server:
        (folder / "index.html").write_text(PAGE.format(server=server.url), "utf-8")
        (folder / "favicon.ico").write_bytes(b"")
        page = new_page(address + "/", allowed=(server.url,))
        launcher = page.get_by_role("button").first
        launcher.click()
        frame = page.frame_locator("iframe")
        chat = WebChat(frame)
        chat.sees("What would you like?")
        chat.say("order")
        chat.sees("Which size?")
        chat.tap("Small")
        chat.sees("Street?")
        expect(chat.box).to_be_focused()
        chat.box.press("Escape")
        expect(launcher).to_be_focused()
        page.reload()
        page.get_by_role("button").first.click()
        chat.sees("Street?", times=1)
        page.close()  # a server that stops says so to who asks


def test_a_foreign_page_that_is_not_allowed_gets_no_chat(
    tmp_path: Path, shop: tuple[str, Path], browser_page_that_may_fail: NewPage
) -> None:
    address, folder = shop
    with Server("pizzeria", tmp_path, settings='[modules.channel-web]\norigins = ["https://shop.example"]\n') as server:
        (folder / "index.html").write_text(PAGE.format(server=server.url), "utf-8")
        page = browser_page_that_may_fail(address + "/")
        page.get_by_role("button").first.click()
        page.wait_for_timeout(1500)
        frame = page.frame_locator("iframe")
        assert frame.get_by_text("What would you like?").count() == 0
