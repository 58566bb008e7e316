"""Where a bot's code says which content items, read from its source without running it."""

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


@lru_cache(maxsize=200)
def find_uses(source: str, file: str) -> tuple[Use, ...]:
    """The items that a Python source says or mentions; none when it cannot be parsed."""
    try:
        tree = _parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    said = [use for node in ast.walk(tree) if isinstance(node, ast.Call) for use in _said(node, file)]
    spots = {use.place for use in said}
    mentioned = (use for node in ast.walk(tree) for use in _mentioned(node, file) if use.place not in spots)
    return tuple(sorted([*said, *mentioned], key=lambda use: use.place))


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
