"""The pages that people read, cut into their code blocks, links and commands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
FRAGMENT = "<!-- fragment -->"
"""Stands on the line before a block that is not complete by itself."""

_FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,})(?P<language>[\w-]*)(?P<rest>.*)$")
_TITLE = re.compile(r'title="([^"]+)"')
_SNIPPET = re.compile(r'--8<-- "([^"]+)"')
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$")
_EXPLICIT = re.compile(r"\{:? *#([\w.-]+) *\}")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block."""

    page: str
    line: int
    language: str
    text: str
    title: str = ""
    """The file that it is."""
    fragment: bool = False
    source: str = ""
    """The file that it includes."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(slots=True)
class Page:
    """A page: its blocks, and its prose without them."""

    path: str
    blocks: list[Block] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)
    """(line, text)."""

    def links(self) -> Iterator[tuple[int, str]]:
        """(line, target) of every link and picture."""
        for number, line in self.prose:
            for found in _LINK.finditer(re.sub(r"`[^`]*`", "", line)):
                yield number, found[1] or found[2]

    def anchors(self) -> set[str]:
        """What `#…` may name on this page."""
        found: set[str] = set()
        for _, line in self.prose:
            if heading := _HEADING.match(line):
                explicit = _EXPLICIT.search(heading[1])
                found.add(explicit[1] if explicit else slug(heading[1]))
        return found


@cache
def pages() -> dict[str, Page]:
    """Every page of ours by its path: the site, and the READMEs."""
    files = [*TOP.glob("docs/**/*.md"), *TOP.glob("*.md"), *TOP.glob("examples/*/README.md"), *TOP.glob("bench/*.md")]
    return {path: read(path) for path in sorted(file.relative_to(TOP).as_posix() for file in files)}


def read(path: str) -> Page:
    """A page, cut up; what is included from other files stands in its place."""
    page = Page(path)
    lines = iter(enumerate(TOP.joinpath(path).read_text("utf-8").splitlines(), 1))
    before = ""
    for number, line in lines:
        if fence := _FENCE.match(line):
            page.blocks.append(_block(page, number, fence, lines, fragment=before.strip() == FRAGMENT))
        else:
            page.prose.append((number, line))
        before = line
    return page


def _block(
    page: Page, number: int, fence: "re.Match[str]", lines: Iterator[tuple[int, str]], *, fragment: bool
) -> Block:
    found: list[str] = []
    for _, line in lines:
        if line.strip() == fence["marks"]:
            break
        found.append(line.removeprefix(fence["indent"]))
    title = _TITLE.search(fence["rest"])
    snippets = _SNIPPET.findall("\n".join(found))
    text = _SNIPPET.sub(lambda snippet: TOP.joinpath(snippet[1]).read_text("utf-8").rstrip("\n"), "\n".join(found))
    return Block(page.path, number, fence["language"], text + "\n", title[1] if title else "", fragment,
                 str(TOP / snippets[0]) if snippets else "")  # fmt: skip


def blocks(*languages: str) -> list[Block]:
    """All blocks of these languages."""
    return [block for page in pages().values() for block in page.blocks if block.language in languages]


def slug(heading: str) -> str:
    """The anchor of a heading."""
    words = re.sub(r"[^\w\s-]", "", re.sub(r"<[^>]+>|\{[^}]*\}", "", heading).strip().lower())
    return re.sub(r"[\s]+", "-", words).strip("-")
