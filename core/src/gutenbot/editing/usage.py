"""Who uses an item: the code that says it, and what is registered in the database (broadcasts, canned replies)."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gutenbot.content.uses import Mentions, Pick, Use, find_mentions

_SKIPPED = {".venv", "venv", "node_modules", "__pycache__", ".gutenbot", "tests"}
_LARGEST = 2_000_000
_NOTHING = Mentions()


@dataclass(slots=True)
class Usage:
    """The uses in a folder's Python files; files that have not changed are not read again."""

    folder: Path
    _known: dict[Path, tuple[tuple[int, int], Mentions]] = field(default_factory=dict)
    _by_item: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)
    _picks: Mapping[str, tuple[Pick, ...]] = field(default_factory=dict)
    _picked: Mapping[str, int] = field(default_factory=dict)
    _counts: tuple[Any, Any, Mapping[str, int]] = (None, None, MappingProxyType({}))

    def read(self) -> Mapping[str, tuple[Use, ...]]:
        """Item → where code says it."""
        known = {path: self._one(path) for path in sources(self.folder)}
        if known.keys() == self._known.keys() and all(known[path] is self._known[path] for path in known):
            return self._by_item
        self._known = known
        found: dict[str, list[Use]] = defaultdict(list)
        picks: dict[str, list[Pick]] = defaultdict(list)
        for _, mentions in known.values():
            for use in mentions.uses:
                found[use.item].append(use)
            for pick in mentions.picks:
                picks[pick.collection].append(pick)
        self._by_item = {item: tuple(uses) for item, uses in found.items()}
        self._picks = {name: tuple(some) for name, some in picks.items()}
        self._picked = {name: len(some) for name, some in picks.items()}
        return self._by_item

    def picks(self) -> Mapping[str, tuple[Pick, ...]]:
        """Collection → where code picks of it."""
        self.read()
        return self._picks

    @property
    def known_picks(self) -> Mapping[str, int]:
        """Collection → in how many places code picked of it at the last look; the same object as long as code is the same."""
        return self._picked

    def counts(self, others: Mapping[str, int]) -> Mapping[str, int]:
        """Item → how many places use it, in code and elsewhere; the same object as long as they are the same."""
        code = self.read()
        if self._counts[0] is not code or self._counts[1] != others:
            found = Counter({item: len(uses) for item, uses in code.items()})
            found.update(others)
            self._counts = (code, others, found)
        return self._counts[2]

    def _one(self, path: Path) -> tuple[tuple[int, int], Mentions]:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._known.get(path)
            if known is not None and known[0] == stamp:
                return known
            text = path.read_text(encoding="utf-8", errors="replace") if stamp[1] <= _LARGEST else ""
        except OSError:
            return (0, 0), _NOTHING
        return stamp, find_mentions(text, str(path.relative_to(self.folder)))


def sources(folder: Path) -> Iterator[Path]:
    """The Python files of a bot, without what is installed or tests it."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        yield from (Path(where, name) for name in sorted(names) if name.endswith(".py"))
