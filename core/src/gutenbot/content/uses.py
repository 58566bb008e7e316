"""Where a bot's code says which content items, and from which collections it picks, read from its source without running it."""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from gutenbot.content.problems import Place

_ITEM = re.compile(r"#(\w[\w.\-]*)")
_VERBS = {"say": frozenset[str](), "send": frozenset[str](), "ask": frozenset({"timeout", "tries", "secret"})}
"""The verbs that say something, with the keywords that are not data."""

_ASKS = frozenset({"pick", "query", "get"})
"""What `chat.content` is asked: for some of a collection, or for one item by its id."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Use:
    """One mention of an item in code."""

    item: str
    place: Place
    names: frozenset[str] = frozenset()
    """The variables that are passed to it."""
    complete: bool = True
    """Whether `names` is all that is passed (not so with `**mapping`)."""
    certain: bool = True
    """Whether it is said there; a text like `#word` elsewhere only may be an item."""
    got: bool = False
    """Whether `chat.content.get` asks for it, which bears that it is missing."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A place where code asks for elements of a collection by what they are."""

    collection: str
    place: Place


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a source has to do with content; in the order of the places."""

    uses: tuple[Use, ...] = ()
    picks: tuple[Pick, ...] = ()


def find_uses(source: str, file: str) -> tuple[Use, ...]:
    """The items that a Python source says or mentions; none when it cannot be parsed."""
    return find_mentions(source, file).uses


@lru_cache(maxsize=200)
def find_mentions(source: str, file: str) -> Mentions:
    """The items that a Python source says or mentions, and where it picks some; nothing when it cannot be parsed."""
    try:
        tree = _parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Mentions()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    said = [use for node in calls for use in _said(node, file)]
    asked = [(verb, name) for node in calls for verb, name in _asked(node)]
    got = [Use(str(name.value).removeprefix("#"), _place(name, file), complete=False, certain=False, got=True)
           for verb, name in asked if verb == "get" and _ITEM.fullmatch("#" + str(name.value).removeprefix("#"))]  # fmt: skip
    spots = {use.place for use in (*said, *got)}
    mentioned = (use for node in ast.walk(tree) for use in _mentioned(node, file) if use.place not in spots)
    picks = (Pick(str(name.value), _place(name, file)) for verb, name in asked if verb != "get")
    return Mentions(
        tuple(sorted([*said, *got, *mentioned], key=lambda use: use.place)),
        tuple(sorted(picks, key=lambda pick: pick.place)),
    )


def _parsed(source: str) -> ast.Module:
    """The source as a tree. Python before 3.13 counts the depth of trees of all threads together, and may so refuse one."""
    for _ in range(_TRIES - 1):
        with suppress(SystemError):
            return ast.parse(source)
    return ast.parse(source)


def _said(call: ast.Call, file: str) -> Iterator[Use]:
    verb = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if verb not in _VERBS:
        return
    names = frozenset(keyword.arg for keyword in call.keywords if keyword.arg) - _VERBS[verb]
    complete = all(keyword.arg for keyword in call.keywords)
    for argument in call.args:
        for node in _literals(argument):
            if match := _ITEM.fullmatch(str(node.value)):
                yield Use(match[1], _place(node, file), names, complete)


def _asked(call: ast.Call) -> Iterator[tuple[str, ast.Constant]]:
    """What of `chat.content` is asked for, by name: the verb, and the name of a collection or an item."""
    verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if verb not in _ASKS or not isinstance(call.func, ast.Attribute):
        return
    of = call.func.value
    if (of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")) != "content":
        return
    named = [keyword.value for keyword in call.keywords if keyword.arg in ("collection", "item_id")]
    for argument in (*call.args[:1], *named):
        yield from ((verb, node) for node in _literals(argument))


def _literals(node: ast.expr) -> Iterator[ast.Constant]:
    """The strings that an argument may be: itself, either side of a condition, the elements of a list."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _literals(value)
    elif isinstance(node, ast.List | ast.Tuple):
        for element in node.elts:
            yield from _literals(element)


def _mentioned(node: ast.AST, file: str) -> Iterator[Use]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and (match := _ITEM.fullmatch(node.value)):
        yield Use(match[1], _place(node, file), complete=False, certain=False)


def _place(node: ast.Constant, file: str) -> Place:
    return Place(file, node.lineno, node.col_offset + 1)
