"""What a note is, without the tables: they take long to import, and a start needs none."""

import unicodedata
from dataclasses import dataclass

from gutenbot_notes.errors import EmptyNote

LONGEST = 5000
"""Characters of a note."""
OVERDUE = "SELECT count(*) FROM notes_note WHERE removed_ms > 0 AND removed_ms <= :before_ms"
"""A small question: how many notes were removed before a moment."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is now. Moments are milliseconds; 0: it never was."""

    bot_id: str
    id: str
    user_id: str
    text: str
    author: str
    created_ms: int
    edited_by: str
    edited_ms: int
    version: int

    @property
    def cursor(self) -> str:
        """Where it stands in lists."""
        return f"{self.created_ms}.{self.id}"


@dataclass(frozen=True, slots=True)
class Edit:
    """What a note said, from a moment on."""

    version: int
    text: str
    by: str
    at_ms: int


def checked(text: str) -> str:
    """The text without blanks at its ends and without characters that no database keeps. Raises `EmptyNote`."""
    found = _plain(text).strip()
    if not 0 < len(found) <= LONGEST:
        raise EmptyNote(most=LONGEST, length=len(found))
    return found


def folded(text: str) -> str:
    """As it is searched: case and width do not count."""
    return unicodedata.normalize("NFKC", _plain(text)).casefold()


def _plain(text: str) -> str:
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
