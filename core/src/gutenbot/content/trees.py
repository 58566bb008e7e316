"""YAML trees as plain values, and plain values as trees: what a type of content is filled from, and what it says."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar
from gutenbot.content.problems import Place

Path = tuple[str | int, ...]
"""Where a value is inside another: keys, and positions from 0."""


def value_of(node: Node) -> Any:
    """The tree as JSON has it."""
    if isinstance(node, Scalar):
        return node.typed()
    if isinstance(node, ListNode):
        return [value_of(item) for item in node.items]
    return {key: value_of(value) for key, value in node.entries.items()}


def node_of(value: Any, place: Place, known: Mapping[str, Place] | None = None) -> Node:
    """A plain value as a tree. Words that are among the `known` ones keep their place; all else is at `place`.

    Raises TypeError for what is no plain value.
    """
    if isinstance(value, Mapping):
        entries = {str(key): node_of(item, place, known) for key, item in value.items() if item is not None}
        keys = {key: Scalar(key, False, place) for key in entries}
        return MapNode(entries, keys, place, 1 + sum(item.size for item in entries.values()))
    if isinstance(value, str):
        return Scalar(value, False, (known or {}).get(value, place))
    if isinstance(value, Sequence):
        items = tuple(node_of(item, place, known) for item in value)
        return ListNode(items, place, 1 + sum(item.size for item in items))
    return Scalar(_word(value), True, place)


def at(node: Node, path: Path) -> Node:
    """The node at a path; the last one on the way where it ends before."""
    for part in path:
        inner = _inner(node, part)
        if inner is None:
            return node
        node = inner
    return node


def words_in(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Every single value in a tree, with its path, in order."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from words_in(item, (*path, index))
    else:
        for key, item in node.entries.items():
            yield from words_in(item, (*path, key))


def _inner(node: Node, part: str | int) -> Node | None:
    if isinstance(node, MapNode):
        return node.entries.get(str(part))
    if isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot be said")
