"""What bots and other modules ask of notes: `from gutenbot_notes import Notes`, and name it by its type."""

from collections.abc import Sequence
from typing import Protocol

from gutenbot_notes.note import Note


class Notes(Protocol):
    """Notes on people. In a dialog, use it inside `chat.step`."""

    async def add(self, bot: str, user: str, text: str, *, by: str = "bot", idempotency_key: str = "") -> str:
        """Writes a note on a person; returns its id. The same key again writes nothing and returns the same id.

        Raises `UnknownPerson` and `EmptyNote`.
        """
        ...

    async def notes(self, bot: str, user: str, *, after: str = "", limit: int = 50) -> Sequence[Note]:
        """The notes on a person, the latest first; `after` is the `cursor` of the last one of the page before."""
        ...

    async def remove(self, bot: str, note: str, *, by: str = "bot") -> None:
        """Takes a note away; for some days it can be brought back. Raises `UnknownNote`."""
        ...
