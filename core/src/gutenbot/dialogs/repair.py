"""Repair words: cancel, back, repeat, skip, help, a person please; in the user's language."""

from gutenbot.dialogs.answers.answer import folded
from gutenbot.dialogs.host import Host
from gutenbot.events.incoming import Incoming, MessageEvent, PayloadEvent


def repair_of(event: Incoming, host: Host, enabled: frozenset[str]) -> str | None:
    """The repair that the user asks for, if the whole message is one of its words."""
    if not isinstance(event, (MessageEvent, PayloadEvent)) or len(event.text) > 60:
        return None
    said = folded(event.text)
    words = host.context(()).words
    return next((name for name in sorted(enabled) if said in words.get(name, frozenset())), None)
