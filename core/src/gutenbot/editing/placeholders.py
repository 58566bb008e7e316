"""What stands in a text for the bot to fill in: translators move it, and do not change it."""

import re
from collections import Counter
from collections.abc import Iterator

_HOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def split(text: str) -> Iterator[tuple[bool, str]]:
    """(is a placeholder, its words) of the parts of a text, in order."""
    place = 0
    for match in _HOLDER.finditer(text):
        if match.start() > place:
            yield False, text[place : match.start()]
        yield True, match[0]
        place = match.end()
    if place < len(text):
        yield False, text[place:]


def holders(text: str) -> list[str]:
    """The placeholders of a text, in order."""
    return _HOLDER.findall(text)


def difference(source: str, target: str) -> str:
    """What is wrong with the placeholders of a translation, in words; empty when nothing is."""
    wanted, found = (Counter(_plain(one) for one in holders(text)) for text in (source, target))
    missing, strange = wanted - found, found - wanted
    told = [f"`{one}` is missing" for one in list(missing)[:3]] + [
        f"`{one}` is not in the source" for one in list(strange)[:3]
    ]
    return " and ".join(told)


def _plain(holder: str) -> str:
    """Without spaces that mean nothing: `{{n}}` is `{{ n }}`. Words in quotes are translated too: `default('you')`."""
    return re.sub(r"\s+", "", re.sub(r"'[^']*'|\"[^\"]*\"", "''", holder))
