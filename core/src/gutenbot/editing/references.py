"""What else than code says an item: texts of subscriptions, replies, whatever modules keep. Each is asked when somebody wants
to know, in the same transaction, so that nothing can be out of date."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that says an item."""

    item: str
    kind: str
    """What the place is, in a word: `subscription`, `reply`."""
    place: str
    """Which one, as whoever keeps it knows it."""
    words: str = ""
    """What people call it."""

    @property
    def named(self) -> str:
        """In words."""
        return f"{self.kind} {self.words or self.place}"


@dataclass(frozen=True, slots=True)
class ContentUser:
    """Somebody whose rows name content items, and how to look and to rename there. Both work inside somebody's transaction."""

    uses: "Callable[[sa.Connection, str], Iterable[Reference]]"
    """All of a bot, by its id."""
    rename: "Callable[[sa.Connection, str, str, str], None]"
    """An item of a bot (its id, the old name, the new one) is called otherwise from now on."""
    renamed: "Callable[[Any, str], Awaitable[None]] | None" = None
    """Is told the app and the bot after the commit: what was kept at hand is to be read again."""


Users = Callable[[], Sequence[ContentUser]]


def nobody() -> Sequence[ContentUser]:
    """There is nobody else than code."""
    return ()


def references(db: "sa.Connection", users: Iterable[ContentUser], bot: str, item: str = "") -> list[Reference]:
    """All of a bot; with `item` those of one item. In order."""
    found = {one for user in users for one in user.uses(db, bot) if item in ("", one.item)}
    return sorted(found, key=lambda one: (one.item, one.kind, one.words, one.place))


def counted(found: Iterable[Reference]) -> Mapping[str, int]:
    """Item → how many say it."""
    return Counter(one.item for one in found)


def rename(db: "sa.Connection", users: Sequence[ContentUser], bot: str, item: str, to: str) -> list[Reference]:
    """Calls an item otherwise wherever it is said; returns where that was."""
    found = references(db, users, bot, item)
    if found:
        for user in users:
            user.rename(db, bot, item, to)
    return found
