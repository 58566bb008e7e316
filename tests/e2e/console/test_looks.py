"""Every page of the console in four modes, with the sample data of `gutenbot demo --scale`: light, dark, Arabic, on a phone.

What must hold on every machine is checked as such: no words over words, none cut off, nothing wider than its window, the dark is
dark, Arabic is the mirror image. Besides, each window is compared with a coarse picture of how it looked when somebody last
looked at it (`looks.txt`). `GUTENBOT_LOOKS=keep` writes that file anew; `GUTENBOT_LOOKS=<folder>` puts pictures there to look at.
"""

import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.e2e.console import looks
from tests.e2e.console.conftest import Someone, Stays
from tests.e2e.console.looks import Eye, Look
from tests.e2e.server import Server

pytestmark = pytest.mark.timeout(240)
MODE = os.environ.get("GUTENBOT_LOOKS", "")
SCALE = "6"
BOT = "pizzeria"
PAGES = (
    "/",
    f"/bots/{BOT}/people",
    f"/bots/{BOT}/people/one",
    f"/bots/{BOT}/conversations/one",
    f"/bots/{BOT}/content",
    f"/bots/{BOT}/content?view=fill-in",
    f"/bots/{BOT}/content/items/welcome",
    f"/bots/{BOT}/content/items/welcome?tab=history",
    f"/bots/{BOT}/content/languages",
    f"/bots/{BOT}/content/releases",
    f"/bots/{BOT}/content/media",
    f"/bots/{BOT}/content/sync",
    f"/bots/{BOT}/playground",
    f"/bots/{BOT}/failed-events",
    "/bots/harbour/m/notes/notes",
    "/bots/harbour/m/subscriptions/subscriptions",
    "/modules",
    "/modules?tab=browse",
    "/modules?tab=updates",
    "/modules/channel-web",
    "/modules/channel-web/settings",
    "/modules/channel-web/permissions",
    "/modules/channel-web/health",
    "/modules/channel-web/changelog",
    "/modules/channel-web/logs",
    "/modules/channel-web/uninstall",
    "/channels",
    "/channels/web",
    "/pipeline",
    "/team",
    "/team/invites",
    "/team/roles",
    "/notifications",
    "/audit",
    "/logs",
    "/keys",
    "/settings",
    "/settings/console",
    "/account",
    "/account/security",
    "/account/sessions",
    "/account/preferences",
    "/help",
    "/help?q=restore+a+backup",
    "/help/how-to/people-and-roles",
    "/nothing-here",
)
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
DARK, LIGHT = 0.45, 0.6


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The examples with people who talked to them over the last weeks."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "demo").mkdir()
    with Server("demo", folder, "demo", "--scale", SCALE, "--data", str(folder / "data")) as server:
        yield server


@pytest.fixture(scope="module")
def evening(demo: Server) -> datetime:
    """What the clocks of the browsers say: always as long after the sample data, which end at the midnight before."""
    return datetime.now(UTC).replace(hour=23, minute=59, second=59, microsecond=0)


@pytest.fixture(scope="module")
def eye(browser: Browser) -> Generator[Eye]:
    """Looks at pages, and writes down what it saw if that is wanted."""
    context = browser.new_context()
    found = Eye(context)
    yield found
    context.close()
    if MODE == "keep":
        looks.keep({**looks.kept(), **found.kept})


@dataclass(frozen=True)
class Visit:
    """Somebody at one page, and how to look at it."""

    someone: Someone
    eye: Eye
    path: str

    def looks(self, mode: str, scheme: Literal["light", "dark"] = "light", size: ViewportSize = DESK) -> Look:
        """The page in one of the modes."""
        page = self.someone.page
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        self.someone.settles()
        found = self.eye.sees(page)
        name = f"{self.path} {mode}"
        self.eye.kept[name] = found.levels
        if "/" in MODE:
            Path(MODE).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(MODE) / f"{self.path.strip('/').replace('/', '_') or 'home'}-{mode}.png")
        return found


@pytest.fixture
def visit(demo: Server, evening: datetime, stays: Stays, eye: Eye) -> Callable[[str, str], Visit]:
    """Opens a page in a language, by a clock that stands still."""

    def opens(path: str, locale: str) -> Visit:
        someone = stays(demo, locale=locale, reduced_motion="reduce", timezone_id="UTC")
        page = someone.page
        page.clock.set_fixed_time(evening)
        page.set_viewport_size(DESK)
        someone.goes(path if "/one" not in path else ones_page(someone, path))
        return Visit(someone, eye, path)

    return opens


def ones_page(someone: Someone, path: str) -> str:
    """The page of the person who was there last, or of their conversation."""
    someone.goes(f"/bots/{BOT}/people")
    href = someone.page.locator("tbody a").first.get_attribute("href") or ""
    if "/conversations/" in path:
        someone.goes(href.removeprefix("/console"))
        href = someone.page.locator("tbody a").first.get_attribute("href") or ""
    return href.removeprefix("/console")


def strange(path: str, seen: Mapping[str, Look]) -> list[str]:
    """What does not look as it did when somebody last looked."""
    known = looks.kept()
    found = []
    for mode, look in seen.items():
        before = known.get(f"{path} {mode}")
        if before is None:
            found.append(f"{mode}: never looked at; look at it, then run with GUTENBOT_LOOKS=keep")
        elif (far := looks.distance(look.levels, before)) > looks.FAR:
            found.append(f"{mode}: {far:.2f} levels from {looks.written(before)} is {looks.written(look.levels)}")
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_looks_as_it_should_in_all_modes(visit: Callable[[str, str], Visit], path: str) -> None:
    there = visit(path, "en-GB")
    seen = {
        "light": there.looks("light"),
        "dark": there.looks("dark", "dark"),
        "phone": there.looks("phone", size=PHONE),
    }
    seen["arabic"] = visit(path, "ar").looks("arabic")
    faults = [f"{mode}: {fault}" for mode, look in seen.items() for fault in look.faults]
    faults += [f"arabic: {part} is not mirrored" for part in looks.mirrored(seen["light"], seen["arabic"])]
    faults += [f"{mode}: too dark" for mode in ("light", "phone", "arabic") if seen[mode].bright < LIGHT]
    faults += [f"{mode}: too bright" for mode in ("dark",) if seen[mode].bright > DARK]
    assert faults == []
    assert MODE or strange(path, seen) == []
