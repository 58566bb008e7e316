"""What became of each thing that was imported, with its place: the report that the importer owes to who runs it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from gutenbot.content.problems import Place

Outcome = Literal["carried", "changed", "lost"]
"""`carried`: says the same as before. `changed`: works, in another way. `lost`: is not there any more."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """What became of one construct."""

    place: Place
    outcome: Outcome
    construct: str
    """What it was, such as `quick reply` or `section`."""
    message: str = ""
    """What became of it, and what to do; empty when it was carried."""


@dataclass(slots=True)
class Notes:
    """All notes of an import, in the order of their places when read by `sorted`."""

    found: list[Note] = field(default_factory=list)

    def carried(self, place: Place, construct: str) -> None:
        """Notes that it says the same as before."""
        self.found.append(Note(place, "carried", construct))

    def changed(self, place: Place, construct: str, message: str) -> None:
        """Notes that it works, in another way."""
        self.found.append(Note(place, "changed", construct, message))

    def lost(self, place: Place, construct: str, message: str) -> None:
        """Notes that it is not there any more."""
        self.found.append(Note(place, "lost", construct, message))

    def of(self, outcome: Outcome) -> list[Note]:
        """The notes of one outcome, by place, each once."""
        return sorted({note for note in self.found if note.outcome == outcome})

    def counts(self) -> dict[Outcome, int]:
        """How many constructs had which outcome."""
        counted = Counter(note.outcome for note in self.found if note.outcome == "carried")
        return {"carried": counted["carried"], "changed": len(self.of("changed")), "lost": len(self.of("lost"))}
