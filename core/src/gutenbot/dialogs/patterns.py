"""Regular expressions on what strangers send: matched with a time limit, without holding up other threads (INP-17)."""

import re
from collections.abc import Callable
from functools import lru_cache
from re import Pattern

import regex

from gutenbot.dialogs.waits import Match

LIMIT_S = 0.1
MAX_TEXT = 8000


@lru_cache(maxsize=4096)
def _compiled(pattern: Pattern[str]) -> "regex.Pattern[str] | None":
    flags = pattern.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE)
    if pattern.flags & re.ASCII:
        flags |= regex.A
    try:
        return regex.compile(pattern.pattern, flags | regex.V0)
    except regex.error:
        return None


def search(pattern: Pattern[str], text: str, on_timeout: Callable[[], None] = lambda: None) -> Match | None:
    """What the pattern finds in the text, or None; a pattern that takes over 0.1 s finds nothing, and is reported."""
    text = text[:MAX_TEXT]
    engine = _compiled(pattern)
    try:
        found = (
            pattern.search(text) if engine is None else engine.search(text, timeout=LIMIT_S, concurrent=len(text) > 64)
        )
    except TimeoutError:
        on_timeout()
        return None
    if found is None:
        return None
    return Match(found.group(), tuple(found.groups()), found.groupdict())


def fully_matches(pattern: Pattern[str], text: str) -> bool:
    """Whether the whole text matches, within the time limit."""
    engine = _compiled(pattern)
    if engine is None:
        return pattern.fullmatch(text) is not None
    try:
        return engine.fullmatch(text[:MAX_TEXT], timeout=LIMIT_S, concurrent=len(text) > 64) is not None
    except TimeoutError:
        return False
