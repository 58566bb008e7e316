"""Words that a bot does not use: those that are forbidden, and those for which there is a better one. Pure functions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gutenbot.content.locales import parents
from gutenbot.content.nodes import Node, Scalar
from gutenbot.content.trees import words_in

_FILLED_IN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Letters of scripts that put no blanks between words."""
_NOT_SAID = frozenset(
    "type tags if unless each as choose share random description url payload image audio video file typing wait latitude "
    "longitude link call postback raw".split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that a bot does not use in a language."""

    forbidden: tuple[str, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    """A word, and what is said instead of it; "" where it is only left out."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Such a word in a text."""

    word: str
    """As the list has it."""
    better: str
    forbidden: bool
    scalar: Scalar
    """The value that it stands in."""


def slips(node: Node, lists: Mapping[str, Wording], locale: str) -> Iterator[Slip]:
    """The words of a text that its bot does not use. `lists`: by language; that of `fr` counts in `fr-CA` too."""
    wanted = [lists[tag] for tag in (locale, *parents(locale)) if tag in lists]
    if not wanted:
        return
    for said in said_words(node):
        text = _FILLED_IN.sub(" ", said.value)
        for one in wanted:
            for word in one.forbidden:
                if _pattern(word).search(text):
                    yield Slip(word, "", True, said)
            for word, better in one.instead:
                if _pattern(word).search(text):
                    yield Slip(word, better, False, said)


def said_words(node: Node) -> Iterator[Scalar]:
    """The words of an item that people read: neither addresses nor conditions nor what it is called."""
    for path, scalar in words_in(node):
        names = [part for part in path if isinstance(part, str)]
        if isinstance(scalar.typed(), str) and not _NOT_SAID & set(names):
            yield scalar


@lru_cache(maxsize=2000)
def _pattern(word: str) -> "re.Pattern[str]":
    """The word on its own, in any case, with any blanks in it."""
    inner = r"\s+".join(re.escape(part) for part in word.split())
    before = "" if re.match(rf"[{_UNSPACED}]|\W", word) else r"(?<!\w)"
    after = "" if re.search(rf"([{_UNSPACED}]|\W)$", word) else r"(?!\w)"
    return re.compile(before + inner + after, re.IGNORECASE)
