"""No accessibility violation (WCAG 2.2 A and AA), whatever the theme, the direction and the width."""

from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.server import TOP, Server

AXE = TOP / "ui/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[Any]:
    """What axe finds wrong: rule and place."""
    page.evaluate(AXE.read_text("utf-8"))
    report = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [(v["id"], [node["target"] for node in v["nodes"]]) for v in report["violations"]]


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The example with the richest messages."""
    with Server("museum", tmp_path_factory.mktemp("museum")) as server:
        yield server


@pytest.mark.parametrize("width", [1000, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "fa-IR"])
def test_the_chat_has_no_violation(museum: Server, new_page: NewPage, scheme: str, locale: str, width: int) -> None:
    size = {"width": width, "height": 760}
    page = new_page(museum.url + "/", color_scheme=scheme, locale=locale, viewport=size, bypass_csp=True)
    offered = page.locator(".replies button").first
    offered.wait_for()
    assert violations(page) == []
    answers = page.locator(".thread .line.out:not(:has(.dots))")
    so_far = answers.count()
    offered.click()
    expect(answers).not_to_have_count(so_far)
    expect(page.locator(".thread .dots")).to_have_count(0)
    assert violations(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    direction = page.evaluate("getComputedStyle(document.querySelector('[role=log]')).direction")
    assert direction == ("rtl" if locale == "fa-IR" else "ltr")
