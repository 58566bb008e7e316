"""Content on its way out: whole items as JSON or YAML, or their texts with translations as XLIFF or a table."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gutenbot.content.glance import type_of
from gutenbot.content.types import ContentType
from gutenbot.editing import sheets, xliff
from gutenbot.editing.catalogue import Line
from gutenbot.editing.shelf import Shelf
from gutenbot.editing.standing import Standing
from gutenbot.editing.units import name_of, units
from gutenbot.editing.written import written
from gutenbot.editing.xliff import Pair

Format = Literal["json", "yaml", "csv", "xliff"]
Only = Literal["all", "missing", "stale", "todo"]
"""`todo`: what is missing and what is stale."""
FORMAT = 1
_SYSTEM = "gutenbot/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall go out."""

    format: Format
    source: str
    target: str = ""
    """The language of the translation; for whole items: the only language, "" for all."""
    only: Only = "all"
    drafts: bool = False


def exported(shelf: Shelf, found: Standing, wanted: Wanted) -> Iterator[str]:
    """The file, in pieces. The shelf's catalogue must be fresh."""
    if wanted.format == "xliff":
        return xliff.write(shelf.bot, wanted.source, wanted.target, _pairs(shelf, found, wanted))
    if wanted.format == "csv":
        return sheets.write(wanted.source, wanted.target, _pairs(shelf, found, wanted))
    return _whole(shelf, found, wanted)


def unit_id(item: str, path: tuple[str | int, ...]) -> str:
    """By which a text is found again."""
    return f"{item}#{name_of(path)}" if path else item


def kind_of(shelf: Shelf, value: Any) -> ContentType | None:
    """The type of a value, when it names one."""
    name = value.get("type") if isinstance(value, dict) else None
    return shelf.files.types.get(str(name)) if name else None


def _pairs(shelf: Shelf, found: Standing, wanted: Wanted) -> Iterator[Pair]:
    for line in _lines(shelf, found, wanted):
        source = found.text(line.id, wanted.source).value(drafts=wanted.drafts)
        if source is None:
            continue
        value = found.text(line.id, wanted.target).value(drafts=wanted.drafts)
        texts = {one.path: one.text for one in units(value, kind_of(shelf, value))} if value is not None else {}
        state = line.locales.get(wanted.target, "missing")
        for unit in units(source, kind_of(shelf, source)):
            yield Pair(unit_id(line.id, unit.path), unit.text, texts.get(unit.path, ""), state)


def _lines(shelf: Shelf, found: Standing, wanted: Wanted) -> Iterator[Line]:
    """The items of the bot that were asked for, in order of their ids; Gutenbot's own words only where they were edited."""
    states = {"missing": {"missing"}, "stale": {"stale"}, "todo": {"missing", "stale"}}.get(wanted.only)
    for line in sorted(shelf.catalogue.lines.values(), key=lambda one: one.id):
        if line.archived or (line.source == "module" and line.place.startswith(_SYSTEM)):
            continue
        if states is None or line.locales.get(wanted.target, "missing") in states:
            yield line


def _whole(shelf: Shelf, found: Standing, wanted: Wanted) -> Iterator[str]:
    items: dict[str, Any] = {}
    locales: dict[str, list[str]] = {}
    for item, locale in sorted(found.texts):
        locales.setdefault(item, []).append(locale)
    for line in _lines(shelf, found, wanted):
        texts = _texts(found, line.id, [wanted.target] if wanted.target else locales.get(line.id, []), wanted.drafts)
        if texts:
            first = texts.get(wanted.source, next(iter(texts.values())))
            items[line.id] = {"type": line.type or type_of(first), "texts": texts}
    document = {"gutenbot": FORMAT, "bot": shelf.bot, "locale": wanted.source, "items": items}
    if wanted.format == "yaml":
        yield written(document)
    else:
        yield json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _texts(found: Standing, item: str, locales: Sequence[str], drafts: bool) -> Mapping[str, Any]:
    values = {locale: found.text(item, locale).value(drafts=drafts) for locale in locales}
    return {locale: value for locale, value in values.items() if value is not None}
