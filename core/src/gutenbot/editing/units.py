"""The texts of an item that are translated, each with its path in the item's value: words that people read, and nothing else."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_origin

from gutenbot.content.types import ContentType

Path = tuple[str | int, ...]
_SHORTHAND = re.compile(r"(\s*<[^<>\n]{1,200}>\s*)(\S.*)", re.DOTALL)
_WORDS = ("text", "caption", "alt")
_NOT_WORDS = frozenset({"media", "link", "condition", "duration", "channels"})
_DEPTH = 30
_OfObject = Callable[[dict[str, Any], Path, int], Iterator[tuple[Path, str]]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One text."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The path in one word, such as `0.quick_replies.1`."""
        return name_of(self.path)


def name_of(path: Path) -> str:
    """A path in one word; dots inside of keys are doubled."""
    return ".".join(str(part).replace(".", "..") for part in path)


def units(value: Any, kind: ContentType | None = None) -> list[Unit]:
    """The texts of a value, in order. `kind`: its type, when it has fields of its own."""
    if kind is not None and not kind.natural and isinstance(value, dict):
        found = _typed(value, kind)
    else:
        found = _entry(value, (), 0)
    return [Unit(path, _title(text)) for path, text in found if _title(text).strip()]


def replaced(value: Any, texts: Mapping[Path, str]) -> Any:
    """The value with other texts in their places; payloads that stand before a title (`<YES> Yes`) stay."""
    if () in texts:
        return texts[()]
    changed = copy.deepcopy(value)
    for path, text in texts.items():
        holder = changed
        for part in path[:-1]:
            holder = holder[part]
        match = _SHORTHAND.fullmatch(str(holder[path[-1]])) if _may_be_short(path) else None
        holder[path[-1]] = f"{match[1]}{text}" if match else text
    return changed


def _title(text: str) -> str:
    match = _SHORTHAND.fullmatch(text)
    return match[2] if match else text


def _may_be_short(path: Path) -> bool:
    return isinstance(path[-1], int)


def _entry(value: Any, path: Path, depth: int) -> Iterator[tuple[Path, str]]:
    return _texts(value, path, depth, _message)


def _texts(value: Any, path: Path, depth: int, of_object: _OfObject) -> Iterator[tuple[Path, str]]:
    """The texts in lists in lists, and those that `of_object` finds in what has names."""
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*path, index), depth + 1, of_object)
    elif isinstance(value, dict):
        yield from of_object(value, path, depth)


def _message(value: dict[str, Any], path: Path, depth: int) -> Iterator[tuple[Path, str]]:
    if "entries" in value or "variants" in value:
        for name in ("entries", "variants"):
            yield from _entry(value.get(name), (*path, name), depth + 1)
        return
    for name in (*_WORDS, *(("name",) if "file" in value else ())):
        yield from _words(value.get(name), (*path, name))
    for name in ("quick_replies", "choices"):
        yield from _replies(value.get(name), (*path, name))
    yield from _buttons(value.get("buttons"), (*path, "buttons"))
    for name in ("card", "carousel", "list"):
        yield from _cards(value.get(name), (*path, name))
    yield from _form(value.get("form"), (*path, "form"))
    yield from _named(value.get("location"), (*path, "location"), ("title", "address"))
    on = value.get("on")
    if isinstance(on, dict):
        for channel, change in on.items():
            if isinstance(change, dict):
                yield from _entry(change, (*path, "on", channel), depth + 1)


def _words(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, index), one) for index, one in enumerate(value) if isinstance(one, str))


def _named(value: Any, path: Path, names: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for name in names:
            yield from _words(value.get(name), (*path, name))


def _replies(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict) and "title" not in value:  # payloads with their titles
        for payload, title in value.items():
            yield from _words(title, (*path, payload))
            yield from _named(title, (*path, payload), ("title",))
    elif isinstance(value, dict):
        yield from _named(value, path, ("title",))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from [((*path, index), one)] if isinstance(one, str) else _named(one, (*path, index), ("title",))


def _buttons(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    for index, one in enumerate(value if isinstance(value, list) else []):
        yield from [((*path, index), one)] if isinstance(one, str) else _named(one, (*path, index), ("title", "say"))


def _cards(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict) and "cards" in value:
        value, path = value["cards"], (*path, "cards")
    if isinstance(value, dict):
        yield from _named(value, path, ("title", "subtitle", "alt"))
        yield from _buttons(value.get("buttons"), (*path, "buttons"))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            if isinstance(one, dict):
                yield from _cards(one, (*path, index))


def _form(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    yield from _named(value, path, ("title", "submit"))
    fields = value.get("fields") if isinstance(value, dict) else None
    for index, one in enumerate(fields if isinstance(fields, list) else []):
        place = (*path, "fields", index)
        yield from _named(one, place, ("label", "placeholder"))
        if isinstance(one, dict):
            yield from _replies(one.get("options"), (*place, "options"))


def _typed(value: dict[str, Any], kind: ContentType) -> Iterator[tuple[Path, str]]:
    """Every text in the fields of a type, but not addresses, choices of the code, and what says that it is no text."""
    for name, field in kind.model.model_fields.items():
        key = field.alias or name
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        fixed = extra.get("x-translate") is False or extra.get("x-widget") in _NOT_WORDS or _is_fixed(field.annotation)
        if not fixed and key not in ("type", "tags"):
            yield from _all(value.get(key), (key,), 0)


def _is_fixed(annotation: Any) -> bool:
    """Whether only certain values may stand there."""
    kind = get_origin(annotation)
    return str(kind) == "typing.Literal" or (isinstance(annotation, type) and issubclass(annotation, Enum))


def _all(value: Any, path: Path, depth: int) -> Iterator[tuple[Path, str]]:
    return _texts(value, path, depth, _fields)


def _fields(value: dict[str, Any], path: Path, depth: int) -> Iterator[tuple[Path, str]]:
    for key, one in value.items():
        yield from _all(one, (*path, key), depth + 1)
