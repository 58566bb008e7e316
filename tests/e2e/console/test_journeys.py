"""The console as people use it, against a real server: from the link of the terminal to a team with roles."""

import base64
import hmac
import re
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import OWNER, PASSWORD, People, Someone, failing_shop, origin, setup_link, talk
from tests.e2e.server import Server, until

pytestmark = pytest.mark.timeout(300)


def code_of(secret: str, step: int = 0) -> str:
    """What an authenticator app shows now (RFC 6238), or some steps later."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, (int(time.time()) // 30 + step).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture
def shop(tmp_path: Path) -> Generator[Server]:
    """A new server that nobody owns yet."""
    with failing_shop(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Server, dict[str, Any]]]:
    """A server for tests that do not mind what others leave behind, and the session of its owner once there is one."""
    with failing_shop(tmp_path_factory.mktemp("owned")) as server:
        yield server, {}


@pytest.fixture
def owner(owned: tuple[Server, dict[str, Any]], people: People) -> Someone:
    """The owner of that server."""
    return owner_of(owned[0], people, owned[1])


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server in development."""
    with failing_shop(tmp_path_factory.mktemp("open"), "dev") as server:
        yield server


def sets_up(shop: Server, people: People) -> Someone:
    """The first owner, by the link of the terminal."""
    link = setup_link(shop)
    owner = people.comes(origin(link))
    owner.page.goto(link)
    owner.fills_new_account(*OWNER)
    owner.page.get_by_role("button", name="Create the owner").click()
    owner.sees("Hello Olu Owner.")
    return owner


def owner_of(shop: Server, people: People, owners: dict[str, Any]) -> Someone:
    """The first owner, in a new browser; who is there already comes with the session that they have."""
    if shop.url not in owners:
        found = sets_up(shop, people)
        owners[shop.url] = found.page.context.storage_state()
        return found
    found = people.comes(origin(setup_link(shop)), storage_state=owners[shop.url])
    found.goes("/")
    return found


def invites(owner: Someone, role: str) -> str:
    """The link for somebody new."""
    owner.goes("/team")
    owner.page.get_by_role("button", name="Invite somebody").first.click()
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label("Role").select_option(label=role)
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.get_by_label("Link of the invitation").input_value()
    dialog.get_by_role("button", name="Done").click()
    return link


def test_set_up_invite_change_a_role_and_view_as_it(shop: Server, people: People) -> None:
    owner = sets_up(shop, people)
    link = invites(owner, "Agent")

    agent = people.comes(owner.base)
    agent.page.goto(link)
    agent.sees("Olu Owner invites you. Your role: Agent.")
    agent.fills_new_account("Amir Agent", "amir@example.com")
    agent.page.get_by_role("button", name="Join").click()
    agent.sees("Hello Amir Agent.")
    navigation = agent.page.get_by_role("navigation", name="Navigation")
    expect(navigation.get_by_role("link", name="People")).to_be_visible()
    expect(navigation.get_by_role("link", name="Team")).to_have_count(0)

    owner.goes("/team")
    owner.page.get_by_role("button", name="Actions for Amir Agent").click()
    owner.page.get_by_role("menuitem", name="Change the role…").click()
    owner.page.get_by_role("dialog").get_by_label("Role").select_option(label="Auditor")
    owner.page.get_by_role("button", name="Save the role").click()
    owner.sees("Amir Agent: Agent → Auditor")
    owner.page.get_by_role("button", name="Undo").click()
    owner.sees("Taken back")
    expect(owner.page.get_by_role("row", name=re.compile("Amir Agent.*Agent"))).to_be_visible()

    owner.goes("/team/roles")
    owner.page.get_by_role("button", name="Actions for the role Auditor").click()
    owner.page.get_by_role("menuitem", name="View as Auditor").click()
    owner.sees("You see the console as: Auditor")
    seen = owner.page.get_by_role("navigation", name="Navigation")
    expect(seen.get_by_role("link", name="Audit")).to_be_visible()
    expect(seen.get_by_role("link", name="Modules")).to_have_count(0)
    expect(owner.page.get_by_role("button", name="Invite somebody")).to_have_count(0)
    owner.page.get_by_role("button", name="Back to my own role").click()
    expect(owner.page.get_by_role("link", name="Modules")).to_be_visible()

    owner.goes("/audit")
    owner.page.get_by_role("button", name="Check for gaps").click()
    expect(owner.page.get_by_text(re.compile("entries, no gap")).first).to_be_visible()


def test_an_invitation_works_once(owner: Someone, people: People) -> None:
    link = invites(owner, "Editor")
    first, second = people.comes(owner.base), people.comes(owner.base)
    first.page.goto(link)
    first.fills_new_account("Eli Editor", "eli@example.com")
    first.page.get_by_role("button", name="Join").click()
    first.sees("Hello Eli Editor.")
    second.page.goto(link)
    expect(second.page.get_by_role("alert").first).to_be_visible()
    second.watch.problems.clear()  # the refused request is what this is about


def test_a_second_factor_is_asked_for_and_recovery_codes_help(shop: Server, people: People) -> None:
    owner = sets_up(shop, people)
    owner.goes("/account/security")
    owner.page.get_by_role("button", name="Turn on").click()
    owner.page.get_by_role("button", name="Begin").click()
    expect(owner.page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    secret = owner.page.get_by_label("Secret for the authenticator app").input_value()
    owner.page.get_by_label("Code of six digits").fill(code_of(secret))
    owner.page.get_by_role("button", name="Confirm").click()
    shown = owner.page.get_by_role("dialog").locator("li code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    assert len(set(codes)) == 10
    owner.page.get_by_role("button", name="I have kept them").click()
    expect(owner.page.get_by_role("button", name="Turn off")).to_be_visible()

    def comes_again() -> Someone:
        found = people.comes(owner.base)
        found.goes("/account/sessions")
        found.signs_in(OWNER[1])
        return found

    first = comes_again()
    first.page.get_by_label("Code of six digits").fill(code_of(secret, step=1))
    first.page.get_by_role("button", name="Sign in").click()
    expect(first.page.get_by_role("heading", name="Sessions")).to_be_visible()  # where one wanted to go

    other = comes_again()
    other.page.get_by_role("button", name="Use a recovery code").click()
    other.page.get_by_label("Recovery code").fill(codes[0])
    other.page.get_by_role("button", name="Sign in").click()
    expect(other.page.get_by_role("heading", name="Sessions")).to_be_visible()
    other.page.get_by_role("button", name="End all others").click()
    other.sees("All other sessions are ended")
    owner.watch.problems.clear()
    owner.page.reload()
    expect(owner.page.get_by_role("heading", name="Sign in")).to_be_visible()
    owner.watch.problems.clear()


def test_a_new_password_by_link_ends_the_old_one(owner: Someone, people: People) -> None:
    joined = people.comes(owner.base)
    joined.page.goto(invites(owner, "Analyst"))
    joined.fills_new_account("Noor Analyst", "noor@example.com")
    joined.page.get_by_role("button", name="Join").click()
    joined.sees("Hello Noor Analyst.")

    owner.goes("/team")
    owner.page.get_by_role("button", name="Actions for Noor Analyst").click()
    owner.page.get_by_role("menuitem", name="Link for a new password…").click()
    owner.page.get_by_role("button", name="Make the link").click()
    link = owner.page.get_by_role("textbox", name="Link for a new password…").input_value()

    noor = people.comes(owner.base)
    noor.page.goto(link)
    noor.page.get_by_role("textbox", name="New password").fill("quite another sentence")
    noor.page.get_by_role("button", name="Set the password").click()
    noor.sees("The new password works.")
    noor.page.get_by_role("link", name="Sign in").click()
    noor.signs_in("noor@example.com", PASSWORD)
    expect(noor.page.get_by_role("alert").first).to_be_visible()
    noor.watch.problems.clear()
    noor.signs_in("noor@example.com", "quite another sentence")
    noor.sees("Hello Noor Analyst.")
    joined.watch.problems.clear()


def test_a_key_is_shown_once_works_and_is_revoked(owned: tuple[Server, dict[str, Any]], owner: Someone) -> None:
    owner.goes("/keys")
    owner.page.get_by_role("button", name="New key").first.click()
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("shop till")
    dialog.get_by_label("Role").select_option(label="Agent")
    dialog.get_by_role("button", name="Make the key").click()
    key = dialog.get_by_label("Key", exact=True).input_value()
    dialog.get_by_role("button", name="Done").click()
    assert key not in owner.page.content()
    talk(owned[0], "uma", "hello", key)

    owner.goes("/bots/shop/people")
    owner.page.get_by_role("link", name=re.compile("Visitor")).click()
    owner.page.get_by_role("link", name="hello").click()
    owner.sees("You said: hello")

    owner.goes("/keys")
    owner.page.get_by_role("button", name="Revoke shop till").click()
    owner.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    owner.sees("The key shop till does not work any more")


def test_a_failed_event_is_run_again_once_the_code_is_mended(open_shop: Server, people: People) -> None:
    talk(open_shop, "uma", "crash")
    developer = people.comes(open_shop.url)
    developer.goes("/bots/shop/failed-events")
    developer.page.get_by_role("link", name=re.compile("no such order")).click()
    panel = developer.page.get_by_role("complementary", name="Event")
    expect(panel.get_by_role("region", name="What went wrong")).to_contain_text("ValueError")
    developer.page.go_back()
    expect(panel).to_have_count(0)

    reloads = open_shop.log().count("reloaded")
    open_shop.edit("bot.py", 'raise ValueError("no such order")', 'await chat.say("here it is")')
    until(lambda: open_shop.log().count("reloaded") > reloads)
    developer.page.get_by_role("button", name="Run again").click()
    developer.sees("It stands at the end of its conversation's queue")
    developer.sees("No failed events")


def test_the_keyboard_is_enough(open_shop: Server, people: People) -> None:
    dana = people.comes(open_shop.url)
    dana.goes("/")
    page = dana.page
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").locator("input")).to_be_focused()
    page.keyboard.type("team")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Team")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Modules")).to_be_focused()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    single = help_.get_by_role("switch", name="Shortcuts of a single key")
    with page.expect_response(lambda answer: answer.request.method in ("PUT", "PATCH")):  # it is kept with the account
        single.click()
    expect(single).not_to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Modules")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Modules")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Modules")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
