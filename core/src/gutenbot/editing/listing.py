"""Which lines of the catalogue somebody wants, and in which order."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gutenbot.editing.catalogue import Line
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


_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of how items are used: places by item, shown and clicked in seven days by item."""

    used: Mapping[str, int]
    shown: Mapping[str, tuple[int, int]]
    picked: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    """In how many places code picks of a collection, by its name."""

    def same(self, other: "Seen") -> bool:
        """Whether it is known to say the same, without looking at all of it."""
        return self.used is other.used and self.shown is other.shown and self.picked is other.picked

    def used_by(self, line: Line) -> int:
        """How many places say an item, or pick of the collection that it is in."""
        return self.used.get(line.id, 0) + self.picked.get(line.type, 0)


Test = Callable[[Line], bool]
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
        (one.unused, lambda line: not seen.used_by(line) and line.source != "module"),
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


def key_of(sort: str, seen: Seen) -> Key:
    """What a list is sorted by; what is the same in it comes by id. Raises `WrongSort`."""
    name = sort.removeprefix("-") or "id"
    keys = SORTS | {
        "shown": lambda line: seen.shown.get(line.id, (0, 0))[0],
        "clicked": lambda line: seen.shown.get(line.id, (0, 0))[1],
        "used": seen.used_by,
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
