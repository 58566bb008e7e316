"""All content of a bot, ready to be rendered: the folder's items on top of Gutenbot's own words."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from gutenbot.content.compile import compile_text
from gutenbot.content.errors import BrokenItem, UnknownItem
from gutenbot.content.files import FileCache, ParsedFile, content_files
from gutenbot.content.items import Item
from gutenbot.content.locales import canonical, fallbacks
from gutenbot.content.problems import Problem, Report
from gutenbot.content.shapes import BUILT_IN
from gutenbot.content.system import system_items
from gutenbot.content.types import Types
from gutenbot.content.variants import Memory
from gutenbot.events.messages import Outgoing, TextMessage

_MAX_FOUND = 50_000

Items = dict[str, dict[str, Item]]
"""Items by id, then by locale."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an item says, in order, and the locale in which it was found."""

    messages: tuple[Outgoing, ...]
    locale: str


@dataclass(frozen=True, slots=True)
class Library:
    """A bot's content. It never changes: a reload gives another one."""

    folder: Path
    default_locale: str
    problems: tuple[Problem, ...]
    locales: frozenset[str]
    """The locales of the folder's own files."""
    own: Items = field(repr=False)
    """The folder's items, with what was put over them."""
    base: Items = field(repr=False)
    """What stands behind them: Gutenbot's own words."""
    cache: FileCache = field(repr=False)
    collected: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    """What collections were found to have, by name and locale: see `content/collections.py`."""
    _found: dict[tuple[str, str], Item] = field(default_factory=dict, repr=False)
    _constant: dict[tuple[str, str], Rendered] = field(default_factory=dict, repr=False)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self.own or item_id in self.base

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)

    def find(self, item_id: str, locale: str = "") -> Item:
        """The item in the best locale there is; raises `UnknownItem` or `BrokenItem`. A leading `#` is no part of the id."""
        found = self._found.get((item_id, locale))
        if found is None:
            if len(self._found) > _MAX_FOUND:  # locales come from outside: what is remembered must not grow with them
                self._found.clear()
                self._constant.clear()
            found = self._found[item_id, locale] = self._search(
                item_id.removeprefix("#"), locale or self.default_locale
            )
        return found

    @property
    def types(self) -> Types:
        """The types of content that its items may be of."""
        return self.cache.types

    def compiled(self, text: str, file: str, locale: str) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
        """The items of a YAML text that is not in the folder, with this library's types. Never raises."""
        return compile_text(text, file, locale, self.cache.engine, self.types)

    def render(
        self,
        item_id: str,
        data: Mapping[str, Any],
        *,
        locale: str,
        channel: str,
        random: Random,
        memory: Memory | None = None,
    ) -> Rendered:
        """What the item says. Raises `UnknownItem`, `BrokenItem`, `MissingVariable` or `TemplateFailed`."""
        constant = self._constant.get((item_id, locale))
        if constant is not None:
            return constant
        item = self.find(item_id, locale)
        messages = item.constant()
        if messages is None:
            return Rendered(item.render(data, channel, random, memory), item.locale)
        return self._constant.setdefault((item_id, locale), Rendered(messages, item.locale))

    def reload(self) -> "Library":
        """The folder's content as it is now; files that have not changed are not read again.

        An item that was sound and is now broken keeps its last good words until it is mended; its problems are there.
        """
        fresh = load_library(self.folder, default_locale=self.default_locale, cache=self.cache)
        return fresh.with_items(
            self.own[item.id][item.locale]
            for locales in fresh.own.values()
            for item in locales.values()
            if item.broken and item.locale in self.own.get(item.id, {})
        )

    def with_items(self, items: Iterable[Item]) -> "Library":
        """A library in which these items stand in place of the folder's, each in its locale."""
        items = list(items)
        if not items:
            return self
        own = {item_id: dict(locales) for item_id, locales in self.own.items()}
        for item in items:
            own.setdefault(item.id, {})[item.locale] = item
        return Library(self.folder, self.default_locale, self.problems, self.locales, own, self.base, self.cache)

    def over(self, items: Iterable[Item]) -> "Library":
        """A library behind whose own items these stand, beside Gutenbot's: they are said where the bot has no words."""
        base = {item_id: dict(locales) for item_id, locales in system_items().items()}
        for item in items:
            base.setdefault(item.id, {})[item.locale] = item
        return Library(self.folder, self.default_locale, self.problems, self.locales, self.own, base, self.cache)

    def _search(self, item_id: str, locale: str) -> Item:
        candidates = list(self._candidates(item_id, locale))
        for item in candidates:
            if not item.broken:
                return item
        if candidates:
            raise BrokenItem(item=item_id, place=candidates[0].place, reason=candidates[0].broken.rstrip("."))
        raise UnknownItem(item=item_id, suggestion=self._suggestion(item_id), file=self._file_for(item_id))

    def _candidates(self, item_id: str, locale: str) -> Iterator[Item]:
        own, base = self.own.get(item_id, {}), self.base.get(item_id, {})
        for tag in fallbacks(locale, self.default_locale):
            yield from (layer[tag] for layer in (own, base) if tag in layer)
        yield from own.values()

    def _suggestion(self, item_id: str) -> str:
        close = difflib.get_close_matches(item_id, sorted({*self.own, *self.base}), n=3, cutoff=0.6)
        return (
            f"Did you mean {' or '.join(f'`#{match}`' for match in close)}?" if close else "No item is called like it."
        )

    def _file_for(self, item_id: str) -> str:
        """Where it would belong: beside the items with the same first word, else in a file of that name."""
        prefix = item_id.partition(".")[0]
        files = Counter(
            item.place.file for key in self.own if key.partition(".")[0] == prefix for item in self._default(key)
        )
        return files.most_common(1)[0][0] if files else f"{self.folder.name}/{prefix}.yaml"

    def _default(self, item_id: str) -> Iterator[Item]:
        return (item for item in self.own[item_id].values() if item.locale == self.default_locale)


def load_library(
    folder: Path, *, default_locale: str = "en", cache: FileCache | None = None, types: Types = BUILT_IN
) -> Library:
    """The content of a folder. Never raises for what is in the files: see `problems`. A given cache has its own types."""
    cache = cache or FileCache(types=types)
    default = canonical(default_locale)
    parsed = [cache.parse(path, folder, default) for path in content_files(folder)]
    report = Report()
    own = _collect(parsed, report)
    found = sorted([*report.problems, *(problem for file in parsed for problem in file.problems)])
    locales = frozenset(file.locale for file in parsed if file.items)
    return Library(folder, default, tuple(found), locales, own, system_items(), cache)


def render_text(text: str, data: Mapping[str, Any] | None = None) -> TextMessage:
    """Literal words said by code, as they are: only content is templated, code has f-strings. `data` is not looked at."""
    return TextMessage(text=text)


def _collect(parsed: Iterable[ParsedFile], report: Report) -> Items:
    items: Items = {}
    for file in parsed:
        for item in file.items:
            first = items.setdefault(item.id, {}).setdefault(item.locale, item)
            if first is not item:
                message = f"`{item.id}` is already defined at {first.place}."
                report.error(
                    item.place, "duplicate-id", message, f"This one at {item.place} is not used: rename or remove it."
                )
    return items
