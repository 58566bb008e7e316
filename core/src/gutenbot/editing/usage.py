"""Who uses an item: the code that says it, and what is registered in the database (broadcasts, canned replies)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gutenbot.content.uses import Use, find_uses

_SKIPPED = {".venv", "venv", "node_modules", "__pycache__", ".gutenbot", "tests"}
_LARGEST = 2_000_000


@dataclass(slots=True)
class Usage:
    """The uses in a folder's Python files; files that have not changed are not read again."""

    folder: Path
    _known: dict[Path, tuple[tuple[int, int], tuple[Use, ...]]] = field(default_factory=dict)
    _by_item: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)

    def read(self) -> Mapping[str, tuple[Use, ...]]:
        """Item → where code says it."""
        known = {path: self._one(path) for path in sources(self.folder)}
        if known.keys() == self._known.keys() and all(known[path] is self._known[path] for path in known):
            return self._by_item
        self._known = known
        found: dict[str, list[Use]] = defaultdict(list)
        for _, uses in known.values():
            for use in uses:
                found[use.item].append(use)
        self._by_item = {item: tuple(uses) for item, uses in found.items()}
        return self._by_item

    def _one(self, path: Path) -> tuple[tuple[int, int], tuple[Use, ...]]:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._known.get(path)
            if known is not None and known[0] == stamp:
                return known
            text = path.read_text(encoding="utf-8", errors="replace") if stamp[1] <= _LARGEST else ""
        except OSError:
            return (0, 0), ()
        return stamp, find_uses(text, str(path.relative_to(self.folder)))


def sources(folder: Path) -> Iterator[Path]:
    """The Python files of a bot, without what is installed or tests it."""
    for path in sorted(folder.rglob("*.py")):
        if not _SKIPPED & set(path.relative_to(folder).parts):
            yield path
