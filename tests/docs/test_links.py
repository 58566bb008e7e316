"""Every link and anchor leads somewhere, and every page can be found."""

import re
import tomllib
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.docs.pages import TOP, Page, pages


@pytest.mark.parametrize("path", pages())
def test_links_and_anchors_lead_somewhere(path: str) -> None:
    broken = [f"{path}:{line}: {target}" for line, target in pages()[path].links() if not _exists(path, target)]
    assert broken == []


def _exists(path: str, target: str) -> bool:
    if target.startswith(("http://", "https://", "mailto:")):
        return True
    file, _, anchor = target.partition("#")
    found = (TOP / path).parent.joinpath(file).resolve() if file else TOP / path
    if not found.exists():
        return False
    return not anchor or anchor in _page(found.relative_to(TOP).as_posix()).anchors()


def _page(path: str) -> Page:
    return pages().get(path) or Page(path)


@pytest.mark.parametrize("path", [path for path in pages() if path.startswith("docs/")])
def test_pages_of_the_site_link_only_to_the_site(path: str) -> None:
    outside = [
        target
        for _, target in pages()[path].links()
        if "://" not in target
        and target.partition("#")[0]
        and not (TOP / path).parent.joinpath(target.partition("#")[0]).resolve().is_relative_to(TOP / "docs")
    ]
    assert outside == []


def test_every_page_of_the_site_is_in_its_navigation() -> None:
    site = tomllib.loads(TOP.joinpath("zensical.toml").read_text("utf-8"))["project"]
    shown = set(_targets(site["nav"]))
    written = {PurePosixPath(path).relative_to("docs").as_posix() for path in pages() if path.startswith("docs/")}
    assert written - shown == set()
    assert shown - written == set()


def test_pages_of_the_console_lead_to_headings_that_are_there() -> None:
    source = TOP.joinpath("ui/apps/console/src/shell/about.ts").read_text("utf-8")
    led = re.findall(r'"((?:/help/)?how-to/[\w-]+)(?:#([\w-]+))?"', source)
    assert len(led) > 20
    missing = [
        f"{page}#{anchor}"
        for page, anchor in led
        if not _exists("docs/index.md", f"{page.removeprefix('/help/')}.md" + (f"#{anchor}" if anchor else ""))
    ]
    assert missing == []


def _targets(entries: Any) -> list[str]:
    if isinstance(entries, str):
        return [entries]
    parts = entries if isinstance(entries, list) else entries.values()
    return [target for part in parts for target in _targets(part)]
