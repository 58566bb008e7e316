"""A browser, and pages that notice what they must not do."""

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

expect.set_options(timeout=30_000)
"""As long as clicks wait: how fast a page is, is measured where that is the question, on machines that have nothing else to do."""
CHROMIUM = shutil.which(os.environ.get("GUTENBOT_CHROMIUM", "chromium")) or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: browser tests prove nothing in this run"))


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Debian's Chromium. Per file: while it is open it keeps an event loop running, which no other test could stand."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


_LOST = ("ERR_CONNECTION_", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED", "WebSocket connection")
"""What a browser says when the server is killed under it."""
_STARTING = ("status of 503",)
"""What it says besides when it asks one that is not ready yet."""


class Watch:
    """What a page did that it should not: errors, refused resources, requests to other hosts."""

    def __init__(self, page: Page, allowed: tuple[str, ...], *, restarts: bool = False) -> None:
        self.problems: list[str] = []
        self._expected = (*_LOST, *_STARTING) if restarts else _LOST
        page.on("console", lambda m: self._note(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self._note(f"error: {e}"))
        page.on("request", lambda r: self._check(r.url, allowed))

    def _check(self, url: str, allowed: tuple[str, ...]) -> None:
        if not url.startswith((*allowed, "data:", "blob:")):
            self._note(f"request: {url}")

    def _note(self, problem: str) -> None:
        if not any(mark in problem for mark in self._expected):
            self.problems.append(problem)


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Generator[NewPage]:
    """Opens pages of one new visitor; fails the test when a page logged an error or called another host."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_page(
        url: str,
        *,
        same_visitor: bool = False,
        allowed: tuple[str, ...] = (),
        restarts: bool = False,
        **options: Any,
    ) -> Page:
        if not (same_visitor and contexts):
            contexts.append(browser.new_context(**{"viewport": {"width": 1000, "height": 760}, **options}))
        page = contexts[-1].new_page()
        own = url.split("/", 3)[0] + "//" + url.split("/", 3)[2]
        watches.append(Watch(page, (own, *allowed), restarts=restarts))
        watches[-1].problems.clear()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.problems] == []


@pytest.fixture
def browser_page_that_may_fail(browser: Browser) -> Generator[NewPage]:
    """Opens pages whose errors are part of the test."""
    context = browser.new_context()

    def open_page(url: str) -> Page:
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    context.close()
