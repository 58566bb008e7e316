"""The content files of a folder, each parsed once: a file is parsed again when its time or its size has changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from os import scandir, stat_result
from pathlib import Path

from gutenbot.content.compile import compile_text
from gutenbot.content.engine import Engine
from gutenbot.content.items import Item
from gutenbot.content.locales import locale_of_stem
from gutenbot.content.problems import Place, Problem, Report
from gutenbot.content.shapes import BUILT_IN
from gutenbot.content.types import Types

MAX_BYTES = 5_000_000
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file gave."""

    file: str
    locale: str
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class FileCache:
    """What was parsed before, by path, with the engine that holds its templates."""

    engine: Engine = field(default_factory=Engine)
    types: Types = field(default_factory=lambda: BUILT_IN)
    """The types of content that items may be of."""
    parsed: dict[tuple[Path, str], tuple[tuple[int, int], ParsedFile]] = field(default_factory=dict)

    def parse(self, path: Path, folder: Path, default_locale: str) -> ParsedFile:
        """The parsed file; from memory when it has not changed."""
        key = (path, default_locale)
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if (known := self.parsed.get(key)) and known[0] == stamp:
                return known[1]
            found = self._parse(path, _shown(path, folder), default_locale, status)
        except OSError as error:
            return _unreadable(_shown(path, folder), f"The file cannot be read: {error.strerror}.")
        self.parsed[key] = (stamp, found)
        return found

    def _parse(self, path: Path, shown: str, default_locale: str, status: stat_result) -> ParsedFile:
        if status.st_size > MAX_BYTES:
            return _unreadable(shown, f"The file is larger than {MAX_BYTES} bytes.")
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return _unreadable(shown, "The file is not UTF-8.", data.count(b"\n", 0, error.start) + 1)
        locale = locale_of_stem(path.stem)[1] or default_locale
        return ParsedFile(shown, locale, *compile_text(text, shown, locale, self.engine, self.types))


def content_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder and the folders in it, in order of their names; hidden ones are left out."""
    try:
        with scandir(folder) as found:
            entries = sorted((one for one in found if not one.name.startswith(".")), key=lambda one: one.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from content_files(folder / entry.name)
        elif entry.name.endswith(SUFFIXES) and not (entry.is_symlink() and entry.is_dir()):
            yield folder / entry.name


def _shown(path: Path, folder: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _unreadable(shown: str, message: str, line: int = 1) -> ParsedFile:
    report = Report()
    report.error(Place(shown, line), "unreadable", message, "Save it as UTF-8 text.")
    return ParsedFile(shown, "", (), tuple(report.problems))
