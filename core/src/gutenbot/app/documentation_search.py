"""Finds words in the documentation: the best parts of pages first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from gutenbot.app.documentation import Page, Part, plain

PER_PAGE = 3
"""So that a long page leaves room for the others."""
AROUND = 70
"""Characters of an excerpt before and after the first word that was found."""
_TITLE, _HEADING, _TEXT, _OFTEN = 40, 25, 2, 4
_SMALL = frozenset(
    "a an and are as at be by can do does for from how i in is it my of on or that the this to what when where why with".split()
)
_READ_FIRST = {"start": 6, "how-to": 6, "explanation": 3}
"""Pages to read come before those to look things up in."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A part of a page, and some of its words around the first that was found."""

    page: Page
    heading: str
    anchor: str
    excerpt: str


def search(parts: Sequence[Part], words: str, limit: int = 20) -> list[Hit]:
    """The parts that have all words, the best first; where none has all, those that have most of them."""
    asked = dict.fromkeys(re.findall(r"[^\W_]+", words.casefold()))
    terms = ([word for word in asked if word not in _SMALL] or list(asked))[:12]
    if not terms:
        return []
    begins = {term: _begins(term) for term in terms}
    rated = [(*_rate(part, begins), number) for number, part in enumerate(parts)]
    most = max((having for having, _, _ in rated), default=0)
    best = sorted((-score, number) for having, score, number in rated if having == most and having > 0)
    return [_hit(part, terms) for part in _spread(parts[number] for _, number in best)][:limit]


def _begins(term: str) -> re.Pattern[str]:
    """The word, or another that begins like it; `database_url` is two words."""
    return re.compile(rf"(?<![^\W_]){re.escape(term)}")


def _rate(part: Part, begins: Mapping[str, re.Pattern[str]]) -> tuple[int, int]:
    """How many of the words it has, and how well they fit."""
    title, heading, text = part.page.title.casefold(), part.heading.casefold(), part.words.casefold()
    having, score = 0, 0
    for term, word in begins.items():
        points = sum(
            often * len(list(islice(word.finditer(where), most)))
            for where, often, most in ((title, _TITLE, 1), (heading, _HEADING, 1), (text, _TEXT, _OFTEN))
            if term in where
        )
        having += points > 0
        score += points
    return having, score + (_READ_FIRST.get(part.page.group, 0) if score else 0)


def _spread(parts: Iterable[Part]) -> Iterable[Part]:
    seen = dict[str, int]()
    for part in parts:
        seen[part.page.name] = seen.get(part.page.name, 0) + 1
        if seen[part.page.name] <= PER_PAGE:
            yield part


def _hit(part: Part, terms: list[str]) -> Hit:
    text = " ".join(_line(line) for line in part.words.splitlines()).strip()
    text = re.sub(r"\s+", " ", text)
    found = re.search("|".join(_begins(term).pattern for term in terms), text, re.IGNORECASE)
    start, end = _edges(text, found.start() if found else 0)
    cut = ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
    return Hit(part.page, part.heading, part.anchor, cut)


def _line(line: str) -> str:
    """A line of Markdown as words: rows of tables lose their frame."""
    if line.lstrip().startswith("|"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        return "" if all(set(cell) <= {"-", ":"} for cell in cells) else plain(" · ".join(cells))
    return plain(re.sub(r"^\s*(?:[>*-]\s+)?", "", line))


def _edges(text: str, at: int) -> tuple[int, int]:
    """Whole words around a place."""
    start, end = max(at - AROUND, 0), min(at + 2 * AROUND, len(text))
    start = text.rfind(" ", 0, start) + 1 if start else 0
    return start, end if end == len(text) else max(text.rfind(" ", at, end), at + 1)
