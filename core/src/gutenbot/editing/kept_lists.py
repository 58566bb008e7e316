"""Lists of content, kept in order: a line that changes is put where it belongs now, and nothing else is looked at again."""

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gutenbot.editing.catalogue import Catalogue, Line, Replaced
from gutenbot.editing.listing import Filter, Key, Seen, Test, cut, key_of, tests_of

_KEPT = 32
"""Lists that are remembered: pages of one list come one after the other, and many people look at the same ones."""
_BY_SEEN = frozenset({"shown", "clicked", "used"})


@dataclass(frozen=True, slots=True)
class _Back:
    """A key of a list that is sorted the other way round."""

    key: Any

    def __lt__(self, other: "_Back") -> bool:
        return bool(other.key < self.key)


@dataclass(slots=True)
class Ordered:
    """One list in order. What is the same in its key comes by id."""

    lines: list[Line]
    key: Key
    back: bool = False
    tests: list[Test] = field(default_factory=list)
    of_seen: bool = False
    """Whether it depends on how often items are used and seen."""

    def replace(self, old: Line | None, new: Line | None) -> None:
        """A line has become another one."""
        if old is not None:
            at = self._place(old)
            if at < len(self.lines) and self.lines[at] is old:
                del self.lines[at]
        if new is not None and all(test(new) for test in self.tests):
            self.lines.insert(self._place(new), new)

    def _place(self, line: Line) -> int:
        return bisect_left(self.lines, self._rank(line), key=self._rank)

    def _rank(self, line: Line) -> tuple[Any, str]:
        key = self.key(line)
        return (_Back(key) if self.back else key), line.id


class Tally:
    """How many items there are of each state, type, source, language and collection."""

    def __init__(self, lines: Iterable[Line], collections: frozenset[str]) -> None:
        self._collections = collections
        self._counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("state", "type", "source", "locale", "collection")
        }
        for line in lines:
            self._count(line, 1)

    def replace(self, old: Line | None, new: Line | None) -> None:
        """A line has become another one."""
        for line, by in ((old, -1), (new, 1)):
            if line is not None:
                self._count(line, by)

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """How often each value is there, by name."""
        return {
            name: [{"value": value, "count": count} for value, count in sorted(counts.items()) if count]
            for name, counts in self._counts.items()
        }

    def _count(self, line: Line, by: int) -> None:
        counts = self._counts
        if line.archived:
            counts["state"]["archived"] += by
            return
        for state in set(line.locales.values()):
            counts["state"][state] += by
        counts["type"][line.type] += by
        counts["source"][line.source] += by
        for tag, state in line.locales.items():
            if state != "missing":
                counts["locale"][tag] += by
        if line.type in self._collections:
            counts["collection"][line.type] += by


@dataclass(slots=True)
class Lists:
    """The lists of one catalogue: the pages of one are cut from it."""

    _catalogue: Catalogue | None = None
    _stamp: int = 0
    _seen: Seen | None = None
    _known: OrderedDict[tuple[Filter, str], Ordered] = field(default_factory=OrderedDict)
    _tallies: dict[frozenset[str], Tally] = field(default_factory=dict)
    _by_id: Ordered | None = None
    """All lines: what every other list begins with."""

    def page(
        self, catalogue: Catalogue, wanted: Filter, sort: str, limit: int, after: str, seen: Seen
    ) -> tuple[list[Line], str | None]:
        """Some of the lines in order, and the cursor of the following ones. Raises `WrongSort`."""
        key = key_of(sort, seen)
        self._follow(catalogue, seen)
        known = self._known.get((wanted, sort))
        if known is None:
            known = self._known[wanted, sort] = self._made(catalogue, wanted, sort, key, seen)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end((wanted, sort))
        return cut(known.lines, key, limit, after, back=known.back)

    def facets(self, catalogue: Catalogue, collections: frozenset[str], seen: Seen) -> dict[str, Any]:
        """See `Tally`."""
        self._follow(catalogue, seen)
        if collections not in self._tallies:  # types were declared anew
            self._tallies = {collections: Tally(self._all(catalogue).lines, collections)}
        return dict(self._tallies[collections].told())

    def _made(self, catalogue: Catalogue, wanted: Filter, sort: str, key: Key, seen: Seen) -> Ordered:
        back, tests = sort.startswith("-"), tests_of(wanted, seen)
        found = self._all(catalogue).lines
        for test in tests:
            found = [line for line in found if test(line)]
        ordered = list(found) if sort in ("", "id") else sorted(found, key=key, reverse=back)
        return Ordered(ordered, key, back, tests, wanted.unused or sort.removeprefix("-") in _BY_SEEN)

    def _all(self, catalogue: Catalogue) -> Ordered:
        if self._by_id is None:
            lines = sorted(catalogue.lines.values(), key=lambda line: line.id)
            self._by_id = Ordered(lines, lambda line: line.id)
        return self._by_id

    def _follow(self, catalogue: Catalogue, seen: Seen) -> None:
        """Brings what is kept up to date, or forgets it."""
        changed = catalogue.since(self._stamp) if catalogue is self._catalogue else None
        if changed is None:
            self._known.clear()
            self._tallies, self._by_id = {}, None
        elif self._seen is None or not self._seen.same(seen):
            for name in [name for name, kept in self._known.items() if kept.of_seen]:
                del self._known[name]
        self._catalogue, self._stamp, self._seen = catalogue, catalogue.stamp, seen
        for replaced in changed or ():
            self._replace(replaced)

    def _replace(self, replaced: Replaced) -> None:
        for ordered in (*self._known.values(), *([self._by_id] if self._by_id else [])):
            ordered.replace(*replaced)
        for tally in self._tallies.values():
            tally.replace(*replaced)
