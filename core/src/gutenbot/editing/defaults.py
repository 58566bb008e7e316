"""What the files say: of each item its YAML as it stands there, its value and its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import as_file
from importlib.resources import files as resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from gutenbot.content.files import MAX_BYTES, content_files
from gutenbot.content.locales import canonical, locale_of_stem
from gutenbot.content.nodes import MapNode, Scalar, compose
from gutenbot.content.problems import Report
from gutenbot.content.reading import Source, items_of, read_items
from gutenbot.editing.written import TROUBLE, ended, hash_of, read_value, value_of, written

Key = tuple[str, str]
"""An item's id and a locale."""


@dataclass(frozen=True, slots=True)
class Default:
    """An item of a file in one language."""

    file: str
    """As problems name it: `content/order.fr.yaml`."""
    path: Path
    line: int
    """Where its key is, from 1."""
    end: int
    """The last line that belongs to it."""
    lines: str = field(repr=False)
    """What stands in the file behind and below its key."""
    value: Any = field(repr=False)
    hash: str
    """Of the value; empty where there is none."""
    _alone: str | None = field(default=None, repr=False, compare=False)

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"

    @property
    def source(self) -> str:
        """The YAML of the value, as it is written there where that says the same on its own. Found out when first asked for."""
        known = self._alone
        if known is None:
            known = self.lines if not self.hash or _says(self.lines, self.value) else written(self.value)
            object.__setattr__(self, "_alone", known)
        return known


@dataclass(slots=True)
class Defaults:
    """All items of a folder; files that have not changed are not read again."""

    folder: Path
    locale: str
    name: str = ""
    """How places call the folder; empty: by its name."""
    _known: dict[Path, tuple[tuple[int, int], dict[Key, Default]]] = field(default_factory=dict)
    _found: dict[Key, Default] = field(default_factory=dict)

    def read(self) -> Mapping[Key, Default]:
        """What the files say now; the same object as long as nothing changed."""
        stamps = {path: stamp for path in content_files(self.folder) if (stamp := _stamp(path))}
        if {path: known[0] for path, known in self._known.items()} == stamps:
            return self._found
        self._known = {path: self._one(path, stamp) for path, stamp in stamps.items()}
        found: dict[Key, Default] = {}
        for path in stamps:
            for key, default in self._known[path][1].items():
                found.setdefault(key, default)
        self._found = found
        return found

    def _one(self, path: Path, stamp: tuple[int, int]) -> tuple[tuple[int, int], dict[Key, Default]]:
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            return known
        shown = f"{self.name or self.folder.name}/{path.relative_to(self.folder).as_posix()}"
        locale = locale_of_stem(path.stem)[1] or canonical(self.locale)
        try:
            text = path.read_bytes().decode("utf-8-sig") if stamp[1] <= MAX_BYTES else ""
        except (OSError, UnicodeDecodeError):
            text = ""
        return stamp, {(item, locale): default for item, default in defaults_of(text, shown, path).items()}


def builtin_defaults() -> dict[Key, Default]:
    """Gutenbot's own words, as if they were a bot's."""
    with as_file(resources("gutenbot.content") / "builtin") as folder:
        found: dict[Key, Default] = {}
        for path in sorted(folder.glob("system.*.yaml")):
            name, locale = locale_of_stem(path.stem)
            if name == "system":
                text = path.read_text("utf-8")
                found |= {(item, locale): one for item, one in defaults_of(text, f"gutenbot/{path.name}", path).items()}
        return found


def defaults_of(text: str, file: str, path: Path) -> dict[str, Default]:
    """The items of one file's text by id; of an id that is there twice, the first."""
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    sources, keys = _read(text, file)
    starts = sorted({*keys, *(source.id.place.line for source in sources), len(lines) + 1})
    after = dict(pairwise(starts))
    found: dict[str, Default] = {}
    for source in sources:
        line = source.id.place.line
        if source.id.value in found:
            continue
        end = _last_line(lines, line, after[line])
        value = None if source.lost else value_of(source.node)
        known = hash_of(value) if not source.lost else ""
        found[source.id.value] = Default(
            file, path, line, end, _fragment(lines[line - 1 : end], source.id), value, known
        )
    return found


def _read(text: str, file: str) -> tuple[list[Source], set[int]]:
    """The items of a text, and the lines of all keys at the left margin, also of those that are there twice."""
    try:
        nodes = list(compose(text, file, Report()))
    except TROUBLE:
        return read_items(text, file, Report()), set()
    lines = {key.place.line for node in nodes if isinstance(node, MapNode) for key in node.keys.values()}
    lines |= {key.place.line for node in nodes if isinstance(node, MapNode) for key, _ in node.repeated}
    return [source for node in nodes for source in items_of(node, Report())], lines


def _last_line(lines: list[str], start: int, after: int) -> int:
    """The last line of a block that says something: what follows belongs to the next item, or to nobody."""
    end = after - 1
    for number in range(start, end):
        if lines[number].startswith(("---", "...")):
            end = number
            break
    while end > start and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _fragment(lines: list[str], key: Scalar) -> str:
    """What stands behind and below the key, moved to the left margin."""
    head, rest = lines[0], lines[1:]
    colon = head.find(":", key.place.column - 1 + len(key.value))
    first = head[colon + 1 :].strip()
    widths = [len(line) - len(line.lstrip(" ")) for line in rest if line.strip()]
    width = min(widths, default=0)
    moved = [line[width:] if line.strip() else "" for line in rest]
    if not first or first.startswith("#"):
        return ended("\n".join([*([first] if first else []), *moved]))
    return ended("\n".join([first, *(f"  {line}" if line else "" for line in moved)]))


def _says(source: str, value: Any) -> bool:
    try:
        return bool(read_value(source) == value)
    except TROUBLE:
        return False


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
