"""What the console hears while it is open: the first page, jobs, notifications, the log."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import OWNER, People, Someone, failing_shop, setup_link, talk
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import Server
from tests.e2e.test_accessible import AXE


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    with failing_shop(tmp_path, "dev", "--no-reload") as one:
        yield one


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server for tests that do not mind what others leave behind; one message failed."""
    with failing_shop(tmp_path_factory.mktemp("shared"), "dev", "--no-reload") as one:
        talk(one, "ann", "crash")
        yield one


@pytest.fixture
def dana(server: Server, people: People) -> Someone:
    someone = people.comes(server.url)
    someone.goes("/")
    return someone


def test_the_first_page_follows_what_happens(server: Server, dana: Someone) -> None:
    dana.sees("Say hello to the bot")
    dana.sees("Nobody talks now")
    talk(server, "ann", "hello")
    dana.sees("1 conversation")
    talk(server, "ann", "crash")
    bell = dana.page.get_by_role("button", name=re.compile("1 is unread"))
    expect(bell).to_be_visible()
    bell.click()
    dana.sees("An event of shop could not be handled: ValueError: no such order")
    dana.page.get_by_role("button", name="Mark all as read").click()
    expect(dana.page.get_by_role("button", name="Notifications", exact=True, include_hidden=True)).to_be_attached()
    dana.page.get_by_role("link", name="Open", exact=True).first.click()
    dana.page.wait_for_url("**/failed-events")


def test_failed_events_run_again_as_a_job_that_the_tray_tells_of(server: Server, dana: Someone) -> None:
    for n in range(3):
        talk(server, f"ann{n}", "crash")
    dana.goes("/bots/shop/failed-events")
    dana.page.get_by_role("button", name="Run all again").click()
    dana.page.get_by_role("dialog").get_by_role("button", name="Run all again").click()
    dana.sees("They are being run again; see Jobs.")
    said = dana.page.locator("[data-announcer]")
    expect(said).to_contain_text("Done")
    dana.page.get_by_role("button", name="Jobs", exact=True).click()
    tray = dana.page.get_by_role("dialog", name="Jobs")
    expect(tray.get_by_text("Failed events of shop, once more")).to_be_visible()
    expect(tray.get_by_text("3 of 3 events")).to_be_visible()


def test_the_audit_log_is_exported_by_a_job_and_downloaded_from_the_tray(shared: Server, people: People) -> None:
    dana = people.comes(shared.url)
    dana.goes("/audit")
    dana.page.get_by_role("button", name="Export as a job").click()
    dana.page.get_by_role("button", name="Jobs", exact=True).click()
    with dana.page.expect_download() as download:
        dana.page.get_by_role("link", name="Download audit.jsonl").first.click()
    assert "session.opened" in Path(download.value.path()).read_text("utf-8")


def test_the_log_is_seen_as_it_is_written_and_is_only_text(server: Server, dana: Someone) -> None:
    dana.page.get_by_role("button", name="Show or hide the log").wait_for()
    dana.page.keyboard.press("Control+j")
    panel = dana.page.get_by_role("complementary", name="Logs")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("log")).to_be_visible()
    talk(server, "ann", "crash")
    expect(panel.get_by_text("turn.failed").first).to_be_visible()
    dana.goes("/logs?level=error")
    lines = dana.page.get_by_role("log")
    expect(lines.get_by_text("event.died")).to_be_visible()
    dana.page.get_by_role("button", name="Pause").click()
    talk(server, "bob", "crash")
    expect(dana.page.get_by_text(re.compile(r"Paused: \d+ new lines?"))).to_be_visible()
    dana.page.get_by_role("button", name="Follow").click()
    expect(lines.get_by_text("event.died")).to_have_count(2)
    dana.page.get_by_role("button", name="Change").click()
    dana.page.get_by_role("dialog").get_by_role("button", name="Change").click()
    dana.sees("Changed on all workers")
    expect(dana.page.get_by_role("button", name="As before")).to_be_visible()


def test_the_connection_comes_back_when_the_server_does(tmp_path: Path, people: People) -> None:
    with failing_shop(tmp_path) as server:
        link = setup_link(server)
        olu = people.comes(server.url)
        olu.page.goto(link)
        olu.fills_new_account(*OWNER)
        olu.page.get_by_role("button", name=re.compile("Set up|Create")).first.click()
        olu.sees("Needs attention")
        dot = olu.page.locator(".gb-dot")
        expect(dot).to_have_attribute("data-state", "live")
        server.kill()
        expect(dot).not_to_have_attribute("data-state", "live")
        server.start()
        expect(dot).to_have_attribute("data-state", "live", timeout=40_000)
        olu.watch.problems.clear()


@pytest.mark.parametrize("options", [{}, {"locale": "ar"}, {"viewport": {"width": 360, "height": 740}}])
def test_what_opens_over_and_below_a_page_has_no_violation(
    shared: Server, people: People, options: dict[str, Any]
) -> None:
    someone = people.comes(shared.url, **options)
    someone.goes("/audit")
    page = someone.page
    page.evaluate(AXE.read_text("utf-8"))
    tools = page.locator(".gb-badged button")
    expect(tools).to_have_count(2)
    page.locator(".gb-page-actions button").nth(1).click()
    for n in range(2):
        tools.nth(n).click()
        page.get_by_role("dialog").locator("li").first.wait_for()
        page.mouse.move(1, 1)
        expect(page.get_by_role("tooltip")).to_have_count(0)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []
        assert overflow(page) <= 0
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+j")
    page.get_by_role("log").wait_for()
    assert violations(page) == []
    assert overflow(page) <= 0
