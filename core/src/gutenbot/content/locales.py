"""Language tags (BCP 47): how they are written, found in file names, and fallen back from."""

import re
from functools import lru_cache

_TAG = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|[0-9]{3}))?")
_THREE_LETTERS = frozenset("ast ceb ckb fil gsw haw hmn kab kok mai nds rup sah szl yue".split())
LAST_RESORT = "en"
"""The locale in which everything of Gutenbot's own exists."""


@lru_cache(maxsize=4096)
def canonical(tag: str) -> str:
    """The tag in its usual letters (`pt_br` → `pt-BR`); a tag of another form as it is."""
    if not (match := _TAG.fullmatch(tag)):
        return tag
    language, script, region = match.groups()
    return "-".join(part for part in (language.lower(), (script or "").title(), (region or "").upper()) if part)


def is_tag(text: str) -> bool:
    """Whether it has the form of a language tag: `fr`, `pt-BR`, `zh-Hant-TW`."""
    return _TAG.fullmatch(text) is not None


def locale_of_stem(stem: str) -> tuple[str, str]:
    """A file's name without its locale, and the locale (empty: none): `order.fr` → (`order`, `fr`)."""
    name, dot, tag = stem.rpartition(".")
    match = _TAG.fullmatch(tag) if dot and name else None
    if match and (len(match[1]) == 2 or match[1].lower() in _THREE_LETTERS):
        return name, canonical(tag)
    return stem, ""


@lru_cache(maxsize=4096)
def fallbacks(locale: str, default: str) -> tuple[str, ...]:
    """Where to look for an item, best first: `fr-CA`, `fr`, then the default and its language, then English."""
    chain = [*_ancestry(canonical(locale)), *_ancestry(canonical(default)), LAST_RESORT]
    return tuple(dict.fromkeys(chain))


def parents(locale: str) -> tuple[str, ...]:
    """The wider tags of a tag: `zh-Hant-TW` → `zh-Hant`, `zh`."""
    return _ancestry(locale)[1:]


def _ancestry(tag: str) -> tuple[str, ...]:
    parts = [part for part in tag.split("-") if part]
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))
