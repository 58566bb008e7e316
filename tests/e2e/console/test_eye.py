"""What looks at the pages of the console sees what is wrong with one, and nothing where all is well."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.console import looks
from tests.e2e.console.looks import Eye, Look

WELL = """<!doctype html><html lang="en"><head><style>
* { box-sizing: border-box; } body { margin: 0; font: 14px sans-serif; background: #fff; }
.gb-top { height: 48px; background: #456; }
.gb-sidebar { position: absolute; inset-inline-start: 0; top: 48px; width: 200px; background: #345; height: 600px; }
main { margin-inline-start: 200px; padding: 16px; }
</style></head><body><header class="gb-top">Bar</header><nav class="gb-sidebar">Home</nav>
<main><h1>A page</h1><button>Save all of it</button><p id="one">Some words that people read.</p>
<p id="two">And some more words below them.</p>
<table><thead><tr><th>Name</th><th>State</th></tr></thead></table></main></body></html>"""
WRONG = {
    "overlaps": "#two { margin-top: -30px; }",
    "clipped": "#one { width: 60px; white-space: nowrap; overflow: hidden; }",
    "cut": "button { width: 40px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }",
    "wider": "#two { width: 2000px; }",
    "no title": "h1 { margin-top: 1200px; }",
    "nothing to read": "main > *, nav, header { visibility: hidden; }",
}
"""What is said of it, and what makes it so."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Generator[Page]:
    context = browser.new_context(viewport={"width": 800, "height": 600})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def eye(browser: Browser) -> Generator[Eye]:
    context = browser.new_context()
    yield Eye(context)
    context.close()


def look(page: Page, eye: Eye, style: str = "", html: str = WELL) -> Look:
    """The page with something added to its style."""
    page.set_content(html.replace("</style>", f"{style}</style>"))
    return eye.sees(page)


def test_a_page_that_is_well_has_no_fault_and_looks_like_itself(page: Page, eye: Eye) -> None:
    first, again = look(page, eye), look(page, eye)
    assert first.faults == ()
    assert looks.distance(first.levels, again.levels) == 0


@pytest.mark.parametrize("fault", WRONG)
def test_each_fault_is_seen(page: Page, eye: Eye, fault: str) -> None:
    found = look(page, eye, WRONG[fault]).faults
    assert [one for one in found if one.startswith(fault)], found


@pytest.mark.parametrize("style", ["#one { position: sticky; }", "#two { text-overflow: ellipsis; overflow: hidden; }"])
def test_what_only_could_be_a_fault_is_none(page: Page, eye: Eye, style: str) -> None:
    assert look(page, eye, style).faults == ()


def test_words_below_a_bar_that_stays_are_hidden_and_not_written_over(page: Page, eye: Eye) -> None:
    bar = ".gb-top { position: fixed; inset: 0 0 auto 0; z-index: 9; background: #456; } main { margin-top: -10px; }"
    assert [one for one in look(page, eye, bar).faults if one.startswith("overlaps")] == []


def test_a_page_that_is_not_mirrored_is_told(page: Page, eye: Eye) -> None:
    left = look(page, eye)
    right = look(page, eye, html=WELL.replace("<html", '<html dir="rtl"'))
    assert looks.mirrored(left, right) == []
    assert looks.mirrored(left, left) == ["side", "main"]


@pytest.mark.parametrize(
    "style",
    [
        ".gb-sidebar { display: none; }",
        "body { background: #111; }",
        "main { display: none; } body { background: #999; }",
    ],
)
def test_a_page_that_looks_otherwise_is_far_from_how_it_looked(page: Page, eye: Eye, style: str) -> None:
    assert looks.distance(look(page, eye).levels, look(page, eye, style).levels) > looks.FAR


def test_other_letters_are_not_far_from_how_it_looked(page: Page, eye: Eye) -> None:
    other = look(page, eye, "body { font: 15px serif; letter-spacing: 0.5px; }")
    assert looks.distance(look(page, eye).levels, other.levels) < looks.FAR / 4
    assert other.faults == ()
