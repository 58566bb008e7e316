"""Which lines of the catalogue somebody wants, in which order, and how many of each kind there are."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gutenbot.editing.catalogue import Line, counted
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


def fits(line: Line, wanted: Filter, words: Sequence[str], seen: Seen) -> bool:
    """Whether a line is wanted."""
    states = line.locales
    if line.archived and not (wanted.archived or wanted.state == "archived"):
        return False
    if wanted.state and not (wanted.state == "archived" if line.archived else _in_state(line, wanted)):
        return False
    simple = (
        (wanted.type, line.type),
        (wanted.collection, line.type),
        (wanted.source, line.source),
        (wanted.edited_by, line.edited_by),
    )
    if any(value and value != found for value, found in simple):
        return False
    if wanted.locale and states.get(wanted.locale, "missing") == "missing" and not wanted.state:
        return False
    if wanted.missing and states.get(wanted.missing) != "missing":
        return False
    if wanted.stale and states.get(wanted.stale) != "stale":
        return False
    if wanted.tag and wanted.tag not in line.tags:
        return False
    if wanted.unused and (seen.used.get(line.id) or line.source == "module"):
        return False
    return all(word in line.search for word in words)


def _in_state(line: Line, wanted: Filter) -> bool:
    if wanted.locale:
        return line.locales.get(wanted.locale) == wanted.state
    return wanted.state in line.locales.values()


def select(lines: Iterable[Line], wanted: Filter, seen: Seen) -> list[Line]:
    """The lines that are wanted."""
    words = wanted.q.casefold().removeprefix("#").split()
    return [line for line in lines if fits(line, wanted, words, seen)]


def page(lines: list[Line], sort: str, limit: int, after: str, seen: Seen) -> tuple[list[Line], str | None]:
    """Some of the lines in order, and the cursor of the following ones."""
    name = sort.removeprefix("-") or "id"
    keys = SORTS | {
        "shown": lambda line: seen.shown.get(line.id, (0, 0))[0],
        "clicked": lambda line: seen.shown.get(line.id, (0, 0))[1],
        "used": lambda line: seen.used.get(line.id, 0),
    }
    key = keys.get(name)
    if key is None:
        raise WrongSort(sort=name[:40], known=", ".join(keys))
    back = sort.startswith("-")
    ordered = sorted(sorted(lines, key=lambda line: line.id), key=key, reverse=back)
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
