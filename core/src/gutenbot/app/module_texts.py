"""The texts that modules bring: YAML files in `content/` beside their code. A bot says them where it has no words of its own,
and people edit them like all others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gutenbot.content import load_library
from gutenbot.content.items import Item
from gutenbot.content.shapes import BUILT_IN
from gutenbot.kernel.log import get_logger
from gutenbot.modules.bot import Bot
from gutenbot.modules.content_types import declared
from gutenbot.modules.module import Module

if TYPE_CHECKING:
    from gutenbot.editing.defaults import Default, Key

log = get_logger("content")

FOLDER = "content"
LANGUAGE = "en"
"""Of files whose name tells none."""
OURS = "gutenbot."
"""Ids that begin like this are Gutenbot's own words: a bot may replace them, a module may not."""


@dataclass(frozen=True, slots=True)
class Own:
    """The texts of one module."""

    module: str
    folder: Path
    items: frozenset[str]
    """Those that count: the others are another module's, or Gutenbot's."""


@dataclass(slots=True)
class Texts:
    """What stands behind the files of bots."""

    items: tuple[Item, ...] = ()
    """As turns say it."""
    owners: tuple[Own, ...] = ()
    _defaults: "Mapping[Key, Default] | None" = field(default=None, repr=False)

    def defaults(self) -> "Mapping[Key, Default]":
        """As editors see it, Gutenbot's own words among it; always the same object. Reads the disk at first."""
        if self._defaults is None:
            from gutenbot.editing.defaults import Defaults
            from gutenbot.editing.layers import builtin

            found: dict[Key, Default] = dict(builtin())
            for own in self.owners:
                texts = Defaults(own.folder, LANGUAGE, own.module).read()
                found |= {key: default for key, default in texts.items() if key[0] in own.items}
            self._defaults = found
        return self._defaults


def texts_of(modules: Iterable[Module], *, but: Iterable[Path] = ()) -> Texts:
    """The texts of all these modules; of an id that two of them have, the first one's. `but`: folders of bots' own content."""
    items: list[Item] = []
    found: list[Own] = []
    owners: dict[str, str] = {}
    taken = {path.resolve() for path in but}
    for module in sorted((one for one in modules if not isinstance(one, Bot)), key=lambda one: one.name):
        folder = module.folder / FOLDER
        if not folder.is_dir() or folder.resolve() in taken:
            continue
        library = load_library(
            folder, default_locale=LANGUAGE, types={**BUILT_IN, **{kind.name: kind for kind in declared(module)}}
        )
        for problem in library.problems:
            if problem.severity == "error":
                log.error("content.module_text", module=module.name, place=str(problem), reason=problem.message)
        own = frozenset(
            item
            for item in library.own
            if not item.startswith(OURS) and owners.setdefault(item, module.name) == module.name
        )
        items += [one for item in sorted(own) for one in library.own[item].values() if not one.broken]
        found.append(Own(module.name, folder, own))
    return Texts(tuple(items), tuple(found))
