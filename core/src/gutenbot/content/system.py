"""Gutenbot's own words: what it says when an answer is not valid, and the words that repair a conversation."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from gutenbot.content.compile import compile_text
from gutenbot.content.engine import Engine
from gutenbot.content.items import Item
from gutenbot.content.locales import fallbacks, locale_of_stem
from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar, compose
from gutenbot.content.problems import Report

_BUILT_IN = files("gutenbot.content") / "builtin"


@cache
def system_items() -> dict[str, dict[str, Item]]:
    """Gutenbot's own items by id and locale. A bot says them otherwise by defining the same ids. Not to be changed."""
    engine = Engine()
    found: dict[str, dict[str, Item]] = {}
    for path in sorted(_BUILT_IN.iterdir(), key=lambda path: path.name):
        name, locale = locale_of_stem(path.name.removesuffix(".yaml"))
        if name != "system":
            continue
        items, problems = compile_text(path.read_text("utf-8"), f"builtin/{path.name}", locale, engine)
        assert not problems, problems
        for item in items:
            found.setdefault(item.id, {})[locale] = item
    return found


@cache
def repair_words(locale: str) -> Mapping[str, frozenset[str]]:
    """The words for cancel, back, repeat, skip, help, person, yes and no in a locale, case-folded.

    A locale without words of its own has those of its language, then English.
    """
    words = _all_repair_words()
    best = next(tag for tag in fallbacks(locale, "en") if tag in words)
    return words[best]


@cache
def _all_repair_words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    (document,) = compose((_BUILT_IN / "repair.yaml").read_text("utf-8"), "builtin/repair.yaml", Report())
    return {locale: MappingProxyType(_kinds(node)) for locale, node in _entries(document).items()}


def _kinds(node: Node) -> dict[str, frozenset[str]]:
    return {kind: frozenset(_words(words)) for kind, words in _entries(node).items()}


def _words(node: Node) -> Iterator[str]:
    assert isinstance(node, ListNode)
    for item in node.items:
        assert isinstance(item, Scalar)
        yield item.value.casefold()


def _entries(node: Node) -> dict[str, Node]:
    assert isinstance(node, MapNode)
    return node.entries
