"""What a bot says where nobody has edited anything: its files, and behind them the words of modules and of Gutenbot itself."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from gutenbot.editing.defaults import Default, Key, builtin_defaults

_NONE: Mapping[str, Default] = {}


@dataclass(frozen=True, slots=True)
class Layers:
    """The defaults of a bot. It never changes: when files or modules do there is another one."""

    own: Mapping[Key, Default]
    """What the bot's files say."""
    behind: Mapping[Key, Default]
    """What is said where they say nothing."""
    all: Mapping[Key, Default]
    """Both, the files first."""
    by_item: Mapping[str, Mapping[str, Default]]
    """Item → language → what is said."""
    locales: frozenset[str]
    """The languages of the bot's files."""

    def of_item(self, item: str) -> Mapping[str, Default]:
        """An item by language; empty where there is none."""
        return self.by_item.get(item, _NONE)


def layers_of(own: Mapping[Key, Default], behind: Mapping[Key, Default]) -> Layers:
    """These files over these words."""
    by_item: dict[str, dict[str, Default]] = {}
    for layer in (behind, own):
        for (item, locale), default in layer.items():
            by_item.setdefault(item, {})[locale] = default
    found: ChainMap[Key, Default] = ChainMap(dict(own), dict(behind))
    return Layers(own, behind, found, by_item, frozenset(locale for _, locale in own))


_BUILTIN: dict[Key, Default] = {}


def builtin() -> Mapping[Key, Default]:
    """Gutenbot's own words."""
    if not _BUILTIN:
        _BUILTIN.update(builtin_defaults())
    return _BUILTIN
