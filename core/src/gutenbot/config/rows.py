"""What the console has set, as data: what a running app holds, also where it never looks into a table."""

from collections.abc import Sequence
from dataclasses import dataclass

REVISION = "SELECT revision FROM setting_head"
"""A small question (`Storage.peek`): the number of the last change."""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as it is kept."""

    section: str
    """`""`: the server's own; else such as `console`, `modules.NAME`, `modules.NAME.bots.BOT`."""
    name: str
    value: str
    """JSON, sealed when there is a `key_id`."""
    key_id: str = ""
    revision: int = 0
    changed_ms: int = 0
    changed_by: str = ""

    @property
    def path(self) -> str:
        """Section and name."""
        return f"{self.section}.{self.name}" if self.section else self.name


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that was switched."""

    kind: str
    name: str
    is_on: bool
    reason: str = ""
    changed_ms: int = 0
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that the console has set, at one moment."""

    revision: int = 0
    rows: Sequence[Row] = ()
    switches: Sequence[Switch] = ()

    def switch(self, kind: str, name: str) -> Switch | None:
        """How something was switched, if it was."""
        return next((one for one in self.switches if (one.kind, one.name) == (kind, name)), None)
