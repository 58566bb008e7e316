"""What was said to a person before, as far as chance needs it: which elements were picked, which variant comes next.

It is kept with the person, under names that start with an underscore, and stays small: old picks are forgotten first.
"""

from collections.abc import Sequence
from typing import Any

from gutenbot.content.collections import Element
from gutenbot.turns.subjects import UserSubject
from gutenbot.turns.turn import Turn

MAX_PICKED = 500
"""Picks that are remembered for each collection: among the last 500 none comes twice while there is another."""
MAX_SEQUENCES = 100
_SEQUENCES = "_sequences"


class Said:
    """The memory of one person. Its changes are written with the turn."""

    def __init__(self, turn: Turn, user: UserSubject) -> None:
        self._turn = turn
        self._user = user

    def draw(self, collection: str, found: Sequence[Element], count: int) -> list[Element]:
        """That many elements at random, in random order (or all there are): first those that had no turn in this round.

        When all had theirs, another round begins; it does not begin with what was said last.
        """
        key = f"_picked.{collection}"
        before: list[str] = self._read(key, [])
        known = set(before)
        shuffled = self._turn.random.sample(list(found), len(found))
        drawn = [one for one in shuffled if one.mark not in known][:count]
        if len(drawn) < count:
            over = {one.mark for one in found}
            seen = [one for one in shuffled if one.mark in known]
            drawn += sorted(seen, key=lambda one: one.mark == before[-1])[: count - len(drawn)]
            before = [mark for mark in before if mark not in over]
        self._user.write(key, [*before, *(one.mark for one in drawn)][-MAX_PICKED:])
        return drawn

    def position(self, item: str) -> int:
        """See `gutenbot.content.variants.Memory`."""
        known: dict[str, int] = dict(self._read(_SEQUENCES, {}))
        position = int(known.pop(item, 0))
        kept = dict(list(known.items())[-(MAX_SEQUENCES - 1) :])
        self._user.write(_SEQUENCES, {**kept, item: position + 1})
        return position

    def chose(self, item: str, variant: str) -> None:
        """See `gutenbot.content.variants.Memory`."""
        self._turn.trace.notes.append(("variant", f"{item}: {variant}"))

    def _read(self, key: str, default: Any) -> Any:
        try:
            found = self._user.read(key)
        except KeyError:
            return default
        return found if isinstance(found, type(default)) else default
