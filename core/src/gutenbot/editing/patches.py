"""Proposals for a bot's files, as unified diffs: another id in code and content."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gutenbot.content.uses import Use
from gutenbot.editing.defaults import Default


@dataclass(frozen=True, slots=True)
class Patch:
    """A unified diff, and the files that it changes."""

    text: str
    files: tuple[str, ...] = ()


def renaming(folder: Path, item: str, to: str, uses: Iterable[Use], defaults: Iterable[Default]) -> Patch:
    """The patch that gives an item another id in a bot's files. Nothing is written."""
    lines: dict[str, set[int]] = defaultdict(set)
    for use in uses:
        lines[use.place.file].add(use.place.line)
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for file, numbers in sorted(lines.items()):
        text = _read(folder / file)
        said = re.compile(rf"(?<=#){re.escape(item)}(?![\w.\-])|(?<=content\.get\([\"']){re.escape(item)}(?=[\"'])")
        before[file], after[file] = text, _changed(text, numbers, said, to)
    for default in defaults:
        name = _relative(default.path, folder)
        if not name:
            continue
        text = after.get(name) or _read(default.path)
        key = re.compile(rf"^([\"']?){re.escape(item)}\1(?=\s*:)")
        before.setdefault(name, text)
        after[name] = _changed(text, {default.line}, key, to)
    return Patch(unified(before, after), tuple(name for name in before if before[name] != after[name]))


def unified(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The differences of files as `diff -u` and `git apply` know them."""
    found: list[str] = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new:
            continue
        start = f"a/{name}" if name in before else "/dev/null"
        lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
        found += [
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(lines, others, start, f"b/{name}")
        ]
    return "".join(found)


def _changed(text: str, numbers: Iterable[int], pattern: re.Pattern[str], new: str) -> str:
    lines = text.splitlines(keepends=True)
    for number in numbers:
        if number <= len(lines):
            lines[number - 1] = pattern.sub(lambda _: new, lines[number - 1])
    return "".join(lines)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _relative(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return ""
