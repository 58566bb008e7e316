"""The documentation that comes along: its pages by group, the words of one, and where words are found.

A checkout has the files beside `core`, a wheel inside the package. Knows files only, and of these only what the contents name.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START = "start"
LEFT_OUT = frozenset({"decisions"})
"""Groups for those who build Gutenbot."""
CONTENTS = "zensical.toml"
_SNIPPET = re.compile(r'^--8<-- "([\w./-]+)"$', re.MULTILINE)
_MARKER = re.compile(r"^<!--.*?-->\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the contents name it: `how-to/deploy`."""

    name: str
    title: str
    group: str
    """`start`, `how-to`, `examples`, `explanation`, `reference`."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands below one heading."""

    page: Page
    heading: str
    """Empty: what stands before the first one."""
    anchor: str
    words: str


class Documentation:
    """Reads files when they are asked for: what changes in a checkout is there at once."""

    def __init__(self, top: Path | None = None) -> None:
        self._top = top if top is not None else _top()
        self._read: tuple[object, tuple[Part, ...]] = (None, ())

    def pages(self) -> tuple[Page, ...]:
        """All pages in their order; none in a package that was put together without them."""
        for place in (self._top / "docs" / CONTENTS, self._top / CONTENTS):
            if place.is_file():
                found = _entries(tomllib.loads(place.read_text("utf-8"))["project"]["nav"], START)
                return tuple(page for page in found if self._file(page).is_file())
        return ()

    def text(self, name: str) -> tuple[Page, str] | None:
        """A page and its Markdown, with what it takes from other files; None when there is none of this name."""
        page = next((one for one in self.pages() if one.name == name), None)
        return None if page is None else (page, self._words(page))

    def parts(self) -> tuple[Part, ...]:
        """Every page, cut at its headings; read again when a file has changed."""
        pages = self.pages()
        stamp = tuple((page, self._file(page).stat().st_mtime_ns) for page in pages)
        if self._read[0] != stamp:
            self._read = (stamp, tuple(part for page in pages for part in cut(page, self._words(page))))
        return self._read[1]

    def _file(self, page: Page) -> Path:
        return self._top / "docs" / f"{page.name}.md"

    def _words(self, page: Page) -> str:
        text = _MARKER.sub("", self._file(page).read_text("utf-8"))
        return _SNIPPET.sub(lambda found: self._snippet(found[1]), text)

    def _snippet(self, name: str) -> str:
        file = self._top / name
        return file.read_text("utf-8").rstrip("\n") if ".." not in name and file.is_file() else name


def _top() -> Path:
    """Where `docs` and what its pages include are."""
    package = Path(__file__).parents[1]
    return package if (package / "docs").is_dir() else package.parents[2]


def _entries(entries: Any, group: str) -> Iterator[Page]:
    """The contents are lists of `{title = page}`, where a group has such a list in the place of a page."""
    for entry in entries:
        for title, what in entry.items() if isinstance(entry, dict) else ():
            if isinstance(what, str):
                yield Page(what.removesuffix(".md"), title, group)
            elif slug(title) not in LEFT_OUT:
                yield from _entries(what, slug(title))


_HEADING = re.compile(r"^#{1,6} +(?P<words>.+?)(?: *\{:? *#(?P<anchor>[\w.-]+) *\})? *#*$")
_FENCE = re.compile(r"^ *(?P<marks>`{3,}|~{3,})")


def cut(page: Page, text: str) -> Iterator[Part]:
    """The parts of a page. What looks like a heading inside of a code block is none."""
    heading, anchor, words, fence = "", "", list[str](), ""
    used = dict[str, int]()
    for line in text.splitlines():
        found = _FENCE.match(line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif found:
            fence = found["marks"]
        elif title := _HEADING.match(line):
            if heading or any(words):
                yield Part(page, heading, anchor, "\n".join(words))
            heading, words = plain(title["words"]), []
            anchor = title["anchor"] or unused(slug(heading), used)
            continue
        if not found:
            words.append(line)
    yield Part(page, heading, anchor, "\n".join(words))


def plain(text: str) -> str:
    """Words without the marks of Markdown."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)\s]*\)", r"\1", text)
    return re.sub(r"`+|\*\*|(?<!\w)\*|\*(?!\w)", "", text).strip()


def slug(heading: str) -> str:
    """The anchor of a heading, as the site makes it."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading, flags=re.ASCII).strip().lower())


def unused(anchor: str, used: dict[str, int]) -> str:
    """This anchor the first time, then `…_1`, `…_2`."""
    number = used[anchor] = used.get(anchor, -1) + 1
    return f"{anchor}_{number}" if number else anchor
