"""Repair words: cancel, back, repeat, skip, help, a person please; in the user's language."""

from functools import lru_cache

from gutenbot.dialogs.answers.answer import folded
from gutenbot.dialogs.host import Host
from gutenbot.events.incoming import Incoming, MessageEvent, PayloadEvent


def repair_of(event: Incoming, host: Host, enabled: frozenset[str]) -> str | None:
    """The repair that the user asks for, if the whole message is one of its words."""
    if not isinstance(event, (MessageEvent, PayloadEvent)) or len(event.text) > 60:
        return None
    exact, said = event.text.strip().casefold(), folded(event.text)
    words = host.context(()).words
    for name in sorted(enabled):
        known = words.get(name, frozenset())
        if exact in known or (said and said in _all_folded(known)):
            return name
    return None


@lru_cache(maxsize=256)
def _all_folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(folded, words)) - {""}
