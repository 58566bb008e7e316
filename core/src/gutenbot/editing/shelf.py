"""One bot's edited content as a process has it: what its files say, what is live over them, and what lists show."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gutenbot.content.items import Item
from gutenbot.content.library import Library
from gutenbot.content.problems import Problem
from gutenbot.content.uses import Pick
from gutenbot.editing.catalogue import Catalogue, Edited, Line
from gutenbot.editing.compiling import compile_source
from gutenbot.editing.defaults import Default, Defaults, Key
from gutenbot.editing.kept_lists import Lists
from gutenbot.editing.layers import Layers, builtin, layers_of
from gutenbot.editing.listing import Filter, Seen
from gutenbot.editing.publishing import Ground
from gutenbot.editing.usage import Usage
from gutenbot.kernel.log import get_logger

log = get_logger("content")


@dataclass(slots=True)
class Shelf:
    """What turns, lists and editors read. `library` is made anew and swapped as a whole: a turn has one of them."""

    bot: str
    files: Library
    folder: Path
    """The bot's folder; its code is read for uses."""
    library: Library
    generation: int = 0
    """How far it has followed what was published."""
    live: dict[Key, Item] = field(default_factory=dict)
    numbers: dict[Key, int] = field(default_factory=dict)
    """Which revision each live text is; one that could not be said keeps the one before, and is not here."""
    behind: Callable[[], Mapping[Key, Default]] = builtin
    """What is said where the files say nothing: the words of modules, and Gutenbot's own; the same object until they change."""
    _taken: dict[Key, int] = field(default_factory=dict)
    """The generation of each text that was taken in: one that was read earlier changes it no more."""
    defaults: Defaults = field(init=False)
    usage: Usage = field(init=False)
    catalogue: Catalogue = field(init=False)
    lists: Lists = field(default_factory=Lists)
    _layers: Layers | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.defaults = Defaults(self.files.folder, self.files.default_locale)
        self.usage = Usage(self.folder)
        self.catalogue = Catalogue(self.bot)

    @property
    def locale(self) -> str:
        """The source language."""
        return self.files.default_locale

    def put_files(self, files: Library, folder: Path, behind: Callable[[], Mapping[Key, Default]]) -> Library:
        """The files are other ones now, or what is behind them; what is live stays over them. Returns what turns get."""
        with self.lock:
            self.behind = behind
            if folder != self.folder:
                self.folder, self.usage = folder, Usage(folder)
            if files.folder != self.files.folder or files.default_locale != self.files.default_locale:
                self.defaults = Defaults(files.folder, files.default_locale)
            self.files = files
            self.library = files.with_items(self.live.values())
            return self.library

    def take(self, rows: Iterable[Mapping[str, Any]], generation: int) -> Library:
        """Takes in what was published up to a generation. A text that cannot be said leaves the last good one in place."""
        with self.lock:
            changed = dict(self.live)
            numbers = dict(self.numbers)
            for row in rows:
                self._take(row, changed, numbers)
            self.live, self.numbers = changed, numbers
            self.generation = max(generation, self.generation)
            self.library = self.files.with_items(changed.values())
            return self.library

    def _take(self, row: Mapping[str, Any], live: dict[Key, Item], numbers: dict[Key, int]) -> None:
        key = (row["item_id"], row["locale"])
        if row["generation"] < self._taken.get(key, 0):
            return
        self._taken[key] = int(row["generation"])
        if row["source"] is None or row["archived"]:
            live.pop(key, None)
            numbers.pop(key, None)
            return
        item, _ = self.compile(key[0], key[1], row["source"])
        if item.broken:
            log.error("content.broken", bot=self.bot, item=key[0], locale=key[1], reason=item.broken)
            numbers.pop(key, None)
            return
        live[key], numbers[key] = item, int(row["live_n"])

    def compile(self, item: str, locale: str, source: str) -> tuple[Item, tuple[Problem, ...]]:
        """A text as this bot's library would have it, and what is wrong with it."""
        return compile_source(item, locale, source, self.files)

    def layers(self) -> Layers:
        """What is said where nobody has edited anything; the same object until files or modules change. Reads the disk."""
        own, behind = self.defaults.read(), self.behind()
        known = self._layers
        if known is None or known.own is not own or known.behind is not behind:
            known = self._layers = layers_of(own, behind)
        return known

    def update(self, edit: int, changed: Iterable[Edited]) -> None:
        """Brings the catalogue up to date. Reads the disk: not for an event loop."""
        with self.lock:
            self.catalogue.update(edit, changed, self.layers(), self.locale)

    def page(self, wanted: Filter, sort: str, limit: int, after: str, seen: Seen) -> tuple[list[Line], str | None]:
        """See `Lists`."""
        with self.lock:
            return self.lists.page(self.catalogue, wanted, sort, limit, after, seen)

    def facets(self, seen: Seen) -> dict[str, Any]:
        """How many items there are of each state, type, source, language and collection."""
        collections = frozenset(name for name, one in self.files.types.items() if one.collection)
        with self.lock:
            return self.lists.facets(self.catalogue, collections, seen)

    def picks_of(self, name: str) -> tuple[Pick, ...]:
        """Where code picks of a collection; nothing for other types. Reads the disk."""
        kind = self.files.types.get(name)
        return self.usage.picks().get(name, ()) if kind is not None and kind.collection else ()

    def picks_of_last(self, item: str) -> tuple[Pick, ...]:
        """The same for an item that is the only one left in its collection: without it, code would pick nothing."""
        line = self.catalogue.lines.get(item)
        if line is None or any(
            one.type == line.type and one.id != item and not one.archived for one in self.catalogue.lines.values()
        ):
            return ()
        return self.picks_of(line.type)

    def ground(self) -> Ground:
        """What publishing stands on. Reads the disk: not for an event loop."""
        return Ground(self.bot, self.locale, self.layers())
