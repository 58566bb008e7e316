"""The texts that modules bring: YAML files in `content/` beside their code. A bot says them where it has no words of its own,
and people edit them like all others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gutenbot.content import load_library
from gutenbot.content.items import Item
from gutenbot.content.shapes import BUILT_IN
from gutenbot.editing.defaults import Default, Defaults, Key
from gutenbot.editing.layers import builtin
from gutenbot.kernel.log import get_logger
from gutenbot.modules.bot import Bot
from gutenbot.modules.content_types import declared
from gutenbot.modules.module import Module

log = get_logger("content")

FOLDER = "content"
LANGUAGE = "en"
"""Of files whose name tells none."""
OURS = "gutenbot."
"""Ids that begin like this are Gutenbot's own words: a bot may replace them, a module may not."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What stands behind the files of bots."""

    defaults: Mapping[Key, Default] = field(default_factory=builtin)
    """As editors see it, Gutenbot's own words among it."""
    items: tuple[Item, ...] = ()
    """As turns say it."""


def texts_of(modules: Iterable[Module], *, but: Iterable[Path] = ()) -> Texts:
    """The texts of all these modules; of an id that two of them have, the first one's. `but`: folders of bots' own content."""
    defaults: dict[Key, Default] = dict(builtin())
    items: list[Item] = []
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
        own = {
            item
            for item in library.own
            if not item.startswith(OURS) and owners.setdefault(item, module.name) == module.name
        }
        items += [one for item in sorted(own) for one in library.own[item].values() if not one.broken]
        found = Defaults(folder, LANGUAGE, module.name).read()
        defaults |= {key: default for key, default in found.items() if key[0] in own}
    return Texts(defaults, tuple(items))
