"""YAML text as a tree in which every value keeps its place. Plain values follow YAML 1.2: only `true` and `false` are
booleans, so that `on`, `no` and `yes` are words. Tags are refused, and aliases cannot blow up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

from gutenbot.content.problems import Place, Report

MAX_DEPTH = 40
MAX_ALIASED = 20_000  # values that the aliases of one text stand for, all in all

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_HASHTAG = re.compile(r"[ \t]+#[^\s#]")
BRACES_HINT = 'Text that begins with {{ … }} needs quotes: "{{ … }}".'


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: its raw words, and whether they stood without quotes."""

    value: str
    plain: bool
    place: Place
    size: int = 1

    def typed(self) -> str | int | float | bool | None:
        """The value as YAML 1.2 reads it; quoted words are always text."""
        if not self.plain:
            return self.value
        if self.value in _NULL:
            return None
        if self.value in _TRUE or self.value in _FALSE:
            return self.value in _TRUE
        if _INT.fullmatch(self.value):
            return int(self.value)
        return float(self.value) if _FLOAT.fullmatch(self.value) else self.value


@dataclass(frozen=True, slots=True)
class ListNode:
    """Values in order."""

    items: tuple["Node", ...]
    place: Place
    size: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """Values by key; a key that is there twice keeps its first value, the others are in `repeated`."""

    entries: dict[str, "Node"]
    keys: dict[str, Scalar]
    place: Place
    size: int
    repeated: tuple[tuple[Scalar, "Node"], ...] = ()


Node = Scalar | ListNode | MapNode


@dataclass(slots=True)
class Anchors:
    """What aliases may name, and for how many values they have stood so far."""

    nodes: dict[str, Node] = field(default_factory=dict)
    aliased: int = 0


class Refused(Exception):
    """The text is YAML, but of a kind that content does not allow."""

    def __init__(self, place: Place, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.place, self.code, self.message, self.hint = place, code, message, hint


def compose(
    text: str, file: str, report: Report, *, first_line: int = 1, anchors: "Anchors | None" = None
) -> Iterator[Node]:
    """The documents of a YAML text; raises `yaml.YAMLError` or `Refused` at the first that cannot be read. `anchors`: what aliases
    may name in a text that is a part of a document; those of the text are added."""
    composer = _Composer(text, file, report, first_line, anchors)
    yield from composer.documents()


def is_null(node: Node) -> bool:
    """Whether nothing was written."""
    return isinstance(node, Scalar) and node.plain and node.value in _NULL


class _Composer:
    def __init__(self, text: str, file: str, report: Report, first_line: int, anchors: Anchors | None = None) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._lines = text.split("\n")
        self._file, self._report, self._first_line = file, report, first_line
        self._around = anchors
        self._anchors = anchors or Anchors()

    def documents(self) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                if self._around is None:
                    self._anchors.nodes = {}
                yield self._node(next(self._events), 0)

    def _place(self, mark: Any) -> Place:
        return Place(self._file, mark.line + self._first_line, mark.column + 1)

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event.start_mark)
        if isinstance(event, events.AliasEvent):
            return self._alias(str(event.anchor), place)
        if event.tag not in (None, "!"):
            raise Refused(place, "tag", f"The YAML tag `{event.tag}` is not allowed in content.", "Remove it.")
        if depth > MAX_DEPTH:
            raise Refused(place, "too-deep", f"This is nested more than {MAX_DEPTH} levels deep.", "Flatten it.")
        node = self._plain_node(event, depth, place)
        if event.anchor is not None:
            self._anchors.nodes[str(event.anchor)] = node
        return node

    def _plain_node(self, event: Any, depth: int, place: Place) -> Node:
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, events.SequenceStartEvent):
            return self._list(depth, place)
        return self._map(depth, place)

    def _alias(self, anchor: str, place: Place) -> Node:
        if anchor not in self._anchors.nodes:
            raise Refused(
                place, "unknown-anchor", f"Nothing complete is called `&{anchor}` before this.", "Write it out."
            )
        node = self._anchors.nodes[anchor]
        self._anchors.aliased += node.size
        if self._anchors.aliased > MAX_ALIASED:
            message = f"The aliases of this file stand for more than {MAX_ALIASED} values."
            raise Refused(place, "too-large", message, "Use fewer aliases.")
        return node

    def _scalar(self, event: Any, place: Place) -> Scalar:
        plain = event.style in (None, "") and event.tag is None
        if plain and event.value:
            self._warn_of_cut_hashtag(event)
        return Scalar(str(event.value), plain, place)

    def _warn_of_cut_hashtag(self, event: Any) -> None:
        end = event.end_mark
        line = self._lines[end.line] if end.line < len(self._lines) else ""
        if _HASHTAG.match(line, end.column):
            rest = line[end.column :]
            hint = "YAML takes ` #` for the start of a comment: put the text in quotes."
            self._report.warning(self._place(end), "hashtag", f"`{rest.strip()[:40]}` is cut off as a comment.", hint)

    def _list(self, depth: int, place: Place) -> ListNode:
        items: list[Node] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return ListNode(tuple(items), place, 1 + sum(item.size for item in items))

    def _map(self, depth: int, place: Place) -> MapNode:
        entries: dict[str, Node] = {}
        keys: dict[str, Scalar] = {}
        repeated: list[tuple[Scalar, Node]] = []
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            key = self._key(event, depth)
            value = self._node(next(self._events), depth + 1)
            if key.value in keys:
                first = keys[key.value].place
                hint = f"It is already at line {first.line}; keep one of the two."
                self._report.error(key.place, "duplicate-key", f"`{key.value}` is there twice.", hint)
                repeated.append((key, value))
            else:
                entries[key.value], keys[key.value] = value, key
        size = 1 + sum(value.size for value in entries.values())
        return MapNode(entries, keys, place, size, tuple(repeated))

    def _key(self, event: Any, depth: int) -> Scalar:
        key = self._node(event, depth + 1)
        if isinstance(key, Scalar):
            return key
        raise Refused(key.place, "key", "A key must be a word.", BRACES_HINT if isinstance(key, MapNode) else "")
