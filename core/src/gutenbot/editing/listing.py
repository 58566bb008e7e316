"""Which lines of the catalogue somebody wants, in which order, and how many of each kind there are."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gutenbot.editing.catalogue import Catalogue, Line, counted
from gutenbot.editing.errors import ContentMistake

SORTS: dict[str, Callable[[Line], Any]] = {
    "id": lambda line: line.id,
    "edited": lambda line: line.edited_ms,
    "type": lambda line: line.type,
    "state": lambda line: line.state,
    "title": lambda line: (line.title or line.words).casefold(),
}


class WrongSort(ContentMistake):
    """Content is not sorted by {sort}. Take one of: {known}; with a `-` before it the other way round."""

    code = "content.wrong-sort"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which items; empty: any."""

    q: str = ""
    type: str = ""
    state: str = ""
    source: str = ""
    locale: str = ""
    missing: str = ""
    """A locale in which there is no text."""
    stale: str = ""
    """A locale in which the text is older than what it translates."""
    tag: str = ""
    collection: str = ""
    edited_by: str = ""
    unused: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of how items are used: places by item, shown and clicked in seven days by item."""

    used: Mapping[str, int]
    shown: Mapping[str, tuple[int, int]]


Test = Callable[[Line], bool]
_KEPT = 32
"""Lists that are remembered: pages of one list come one after the other, and many people look at the same ones."""


@dataclass(slots=True)
class Lists:
    """Lists in order, kept until a line, a use or a count changes: the pages of one are cut from it."""

    _of: tuple[Catalogue, int, Mapping[str, int], Mapping[str, tuple[int, int]]] | None = None
    _known: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    _by_id: list[Line] = field(default_factory=list)
    _stamp: tuple[Catalogue, int] | None = None

    def page(
        self, catalogue: Catalogue, wanted: Filter, sort: str, limit: int, after: str, seen: Seen
    ) -> tuple[list[Line], str | None]:
        """Some of the lines in order, and the cursor of the following ones. Raises `WrongSort`."""
        key = key_of(sort, seen)
        ordered = self._get((wanted, sort), catalogue, seen, lambda: self._ordered(catalogue, wanted, sort, key, seen))
        return cut(ordered, key, limit, after, back=sort.startswith("-"))

    def facets(self, catalogue: Catalogue, collections: frozenset[str], seen: Seen) -> dict[str, Any]:
        """See `facets`."""
        found = self._get(collections, catalogue, seen, lambda: facets(self._in_order(catalogue), collections))
        return dict(found)

    def _get(self, key: Any, catalogue: Catalogue, seen: Seen, make: Callable[[], Any]) -> Any:
        known = self._of
        same = known is not None and known[0] is catalogue and known[1] == catalogue.stamp
        if known is None or not same or known[2] is not seen.used or known[3] is not seen.shown:
            self._known.clear()
            self._of = (catalogue, catalogue.stamp, seen.used, seen.shown)
        if key not in self._known:
            self._known[key] = make()
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    def _ordered(self, catalogue: Catalogue, wanted: Filter, sort: str, key: "Key", seen: Seen) -> list[Line]:
        found = select(self._in_order(catalogue), wanted, seen)
        return found if sort in ("", "id") else sorted(found, key=key, reverse=sort.startswith("-"))

    def _in_order(self, catalogue: Catalogue) -> list[Line]:
        """All lines by id: what every other order begins with."""
        known = self._stamp
        if known is None or known[0] is not catalogue or known[1] != catalogue.stamp:
            self._by_id = sorted(catalogue.lines.values(), key=lambda line: line.id)
            self._stamp = (catalogue, catalogue.stamp)
        return self._by_id


Key = Callable[[Line], Any]


def tests_of(wanted: Filter, seen: Seen) -> list[Test]:
    """What a line must be; nothing that was not asked for is looked at."""
    one = wanted
    asked: list[tuple[Any, Test]] = [
        (not (one.state or one.archived), lambda line: not line.archived),
        (one.state, lambda line: _in_state(line, one)),
        (one.type, lambda line: line.type == one.type),
        (one.collection, lambda line: line.type == one.collection),
        (one.source, lambda line: line.source == one.source),
        (one.edited_by, lambda line: line.edited_by == one.edited_by),
        (one.locale and not one.state, lambda line: line.locales.get(one.locale, "missing") != "missing"),
        (one.missing, lambda line: line.locales.get(one.missing) == "missing"),
        (one.stale, lambda line: line.locales.get(one.stale) == "stale"),
        (one.tag, lambda line: one.tag in line.tags),
        (one.unused, lambda line: not seen.used.get(line.id) and line.source != "module"),
    ]
    return [test for value, test in asked if value] + [_says(word) for word in _words(one.q)]


def _words(q: str) -> list[str]:
    return q.casefold().removeprefix("#").split()


def _says(word: str) -> Test:
    return lambda line: word in line.search


def _in_state(line: Line, wanted: Filter) -> bool:
    if line.archived or wanted.state == "archived":
        return line.archived and wanted.state == "archived"
    if wanted.locale:
        return line.locales.get(wanted.locale) == wanted.state
    return wanted.state in line.locales.values()


def select(lines: Iterable[Line], wanted: Filter, seen: Seen) -> list[Line]:
    """The lines that are wanted."""
    found = list(lines)
    for test in tests_of(wanted, seen):
        found = [line for line in found if test(line)]
    return found


def key_of(sort: str, seen: Seen) -> Key:
    """What a list is sorted by; what is the same in it comes by id. Raises `WrongSort`."""
    name = sort.removeprefix("-") or "id"
    keys = SORTS | {
        "shown": lambda line: seen.shown.get(line.id, (0, 0))[0],
        "clicked": lambda line: seen.shown.get(line.id, (0, 0))[1],
        "used": lambda line: seen.used.get(line.id, 0),
    }
    key: Key | None = keys.get(name)
    if key is None:
        raise WrongSort(sort=name[:40], known=", ".join(keys))
    return key


def cut(ordered: list[Line], key: Key, limit: int, after: str, *, back: bool) -> tuple[list[Line], str | None]:
    """Some of the lines, and the cursor of the following ones."""
    start = 0
    if after:
        mark, last = _cursor(after)
        start = next(
            (number for number, line in enumerate(ordered) if _is_past(key(line), line.id, mark, last, back=back)),
            len(ordered),
        )
    some = ordered[start : start + limit]
    more = start + limit < len(ordered)
    return some, json.dumps([key(some[-1]), some[-1].id], ensure_ascii=False) if more and some else None


def _is_past(key: Any, line_id: str, mark: Any, last: str, *, back: bool) -> bool:
    if type(key) is not type(mark):
        return True
    if key == mark:
        return line_id > last
    return bool(key < mark if back else key > mark)


def _cursor(after: str) -> tuple[Any, str]:
    try:
        mark, last = json.loads(after)
    except (ValueError, TypeError):
        return "", after
    return mark, str(last)


def facets(lines: Iterable[Line], collections: frozenset[str]) -> dict[str, Any]:
    """How many items there are of each state, type, source, language and collection."""
    lines = list(lines)
    kept = [line for line in lines if not line.archived]
    states = [state for line in kept for state in set(line.locales.values())]
    return {
        "state": counted([*states, *("archived" for line in lines if line.archived)]),
        "type": counted(line.type for line in kept),
        "source": counted(line.source for line in kept),
        "locale": counted(tag for line in kept for tag, state in line.locales.items() if state != "missing"),
        "collection": counted(line.type for line in kept if line.type in collections),
    }
