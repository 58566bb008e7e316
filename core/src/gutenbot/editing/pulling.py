"""Edited texts written back into a bot's files: each in its place, everything around it letter by letter as it was."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gutenbot.editing.compiling import as_block
from gutenbot.editing.defaults import Default, Defaults, Key, defaults_of
from gutenbot.editing.errors import NotInPlace
from gutenbot.editing.patches import unified
from gutenbot.editing.written import TROUBLE, hash_of, is_plain, read_value
from gutenbot.kernel import crashpoints

_MARK = ".pulling"


@dataclass(frozen=True, slots=True)
class Override:
    """A text of the console that is live."""

    item: str
    locale: str
    source: str
    revision: int = 0
    at_ms: int = 0
    by: str = ""
    base_hash: str = ""
    behind: str = ""
    """Where the text is that users get when the bot's files say nothing: that of a module, or Gutenbot's own; "" without one."""
    behind_hash: str = ""


@dataclass(slots=True)
class Pulled:
    """Files as they are and as they would be, by their names below the content folder; and what could not be written."""

    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    items: list[Override] = field(default_factory=list)
    """Texts that differ from the files."""
    conflicts: list[Override] = field(default_factory=list)
    """Those whose file was changed since they were written on top of it."""
    problems: list[str] = field(default_factory=list)
    added: list[tuple[Override, str]] = field(default_factory=list)
    """Those that no file had, and the file that has them now."""

    def diff(self, folder: str = "content") -> str:
        """What pulling changes."""
        named = ({f"{folder}/{name}": text for name, text in files.items()} for files in (self.before, self.after))
        return unified(*named)


def pull(folder: Path, locale: str, overrides: Iterable[Override]) -> Pulled:
    """What the files would be with these texts. Nothing is written."""
    defaults = Defaults(folder, locale).read()
    found = Pulled()
    for one in sorted(overrides, key=lambda one: (one.item, one.locale)):
        default = defaults.get((one.item, one.locale))
        if default is not None and default.hash == _hash(one.source):
            continue
        found.items.append(one)
        if one.base_hash and (default.hash if default is not None else one.behind_hash) != one.base_hash:
            found.conflicts.append(one)
        try:
            _put(found, folder, locale, one, default, defaults)
        except NotInPlace as error:
            found.problems.append(str(error))
    return found


def write(folder: Path, pulled: Pulled) -> list[str]:
    """Writes the files that change; each is old or new, never half, whatever happens (CRA-16). Returns their names."""
    changed = [name for name, text in pulled.after.items() if pulled.before.get(name) != text]
    for name in sorted(changed):
        path = folder.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, pulled.after[name].encode("utf-8"))
        crashpoints.reach("content.pulled")
    return sorted(changed)


def _put(
    found: Pulled, folder: Path, locale: str, one: Override, default: Default | None, defaults: Mapping[Key, Default]
) -> None:
    name = default.path.relative_to(folder).as_posix() if default else file_for(folder, locale, one, defaults)
    text = found.after.get(name)
    if text is None:
        path = folder.joinpath(*name.split("/"))
        text = found.after[name] = path.read_bytes().decode("utf-8") if path.exists() else ""
        if path.exists():
            found.before[name] = text
    if default is None:
        found.after[name] = _appended(text, one)
        found.added.append((one, name))
        return
    line_end = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    bom = "\ufeff" if plain.startswith("\ufeff") else ""
    now = defaults_of(plain.removeprefix(bom), name, default.path).get(one.item)  # others may have moved it
    if now is None:
        raise NotInPlace(item=one.item, place=default.place, reason="it is not there any more")
    lines = plain.removeprefix(bom).split("\n")
    old = lines[now.line - 1 : now.end]
    new = _block(one, old)
    changed = "\n".join([*lines[: now.line - 1], *new, *lines[now.end :]])
    again = defaults_of(changed, name, default.path).get(one.item)
    if again is None or again.hash != _hash(one.source):
        raise NotInPlace(item=one.item, place=default.place, reason="it is written in one line with others")
    found.after[name] = bom + changed.replace("\n", line_end)


def _block(one: Override, old: list[str]) -> list[str]:
    """The lines of an item: key and value in one line where that is possible, as indented as before."""
    key = old[0].partition(":")[0] if old else one.item
    source = one.source.rstrip("\n")
    lines = source.split("\n")
    if len(lines) == 1 and not source.startswith(("- ", "#")) and (is_plain(source) or source[:1] in "\"'[{"):
        return [f"{key}: {source}"]
    if source.startswith(("|", ">")):
        return [f"{key}: {lines[0]}", *lines[1:]]
    body = as_block(one.item, one.source).rstrip("\n").split("\n")[1:]
    flat = source.startswith("- ") and len(old) > 1 and any(line.startswith("- ") for line in old[1:])
    if flat:
        body = [line.removeprefix("  ") for line in body]
    head = old[0].rstrip() if old and old[0].partition(":")[2].strip().startswith("#") else f"{key}:"
    return [head, *body]


def _appended(text: str, one: Override) -> str:
    body = "\n".join(_block(one, [])) + "\n"
    if not text.strip():
        return text + body
    return text + ("" if text.endswith("\n") else "\n") + "\n" + body


def file_for(folder: Path, locale: str, one: Override, defaults: Mapping[Key, Default]) -> str:
    """Where an item that no file has belongs: beside its other languages, else beside items with the same first word."""
    suffix = "" if one.locale == locale else f".{one.locale}"
    others = [default for (item, _), default in defaults.items() if item == one.item]
    prefix = one.item.partition(".")[0]
    others = others or [
        default for (item, tag), default in defaults.items() if tag == locale and item.partition(".")[0] == prefix
    ]
    if others:
        from gutenbot.content.locales import locale_of_stem

        first = others[0].path.relative_to(folder)
        stem = locale_of_stem(first.stem)[0]
        existing = next(
            (tag for tag in (locale, "") if folder.joinpath(first.with_name(_named(stem, tag))).exists()), ""
        )
        if one.locale == locale and existing:
            return first.with_name(_named(stem, existing)).as_posix()
        return first.with_name(f"{stem}{suffix}{first.suffix}").as_posix()
    return f"{prefix}{suffix}.yaml"


def _named(stem: str, tag: str) -> str:
    return f"{stem}.{tag}.yaml" if tag else f"{stem}.yaml"


def _replace(path: Path, data: bytes) -> None:
    """The file with other bytes, at once."""
    hidden = path.with_name(f".{path.name}{_MARK}-{os.getpid()}")
    for left in [one for one in path.parent.iterdir() if one.name.startswith(f".{path.name}{_MARK}-")]:
        left.unlink(missing_ok=True)  # of one that was cut off
    try:
        with hidden.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        crashpoints.reach("content.pulling")
        if path.exists():
            hidden.chmod(path.stat().st_mode & 0o777)
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)
    if os.name == "posix":
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hash(source: str) -> str:
    try:
        return hash_of(read_value(source))
    except TROUBLE:
        return ""
