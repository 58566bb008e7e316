"""What is in a database: its tables with their columns, and how far each history of migrations has come."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gutenbot.storage.copies.values import Row

VERSION_PREFIX = "alembic_version__"
LEFT_OUT = frozenset({"worker", "live_event", "live_presence", "content_worker"})
"""Tables of what runs at this moment, and of what was told to those who look: a copy has nobody running or looking."""
MOVE_TABLE = "gutenbot_move"
"""Where a move that is not finished keeps how far it came."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is stored. `type` is the engine's own name of its type, in lower case."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is copied."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """The columns by which its rows can be read in order and in portions."""

    def only(self, names: Sequence[str]) -> "Table":
        """The same table with these columns, in this order."""
        known = {column.name: column for column in self.columns}
        return Table(self.name, tuple(known[name] for name in names), self.key)

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return [column.name for column in self.columns]


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that a database holds, by name."""

    tables: Mapping[str, Table]
    revisions: Mapping[str, str]
    """Module → how far its migrations have come."""
    derived: Sequence[str] = ()
    """What is made from other tables (search indexes of SQLite and the like): not copied."""


@dataclass(frozen=True, slots=True)
class Owned:
    """The tables of a database by whom they belong to."""

    tables: Mapping[str, str]
    """Table → module."""
    unknown: Sequence[str] = ()
    """Tables that belong to no installed module."""
    missing: Sequence[str] = ()
    """Modules that the database knows and that are not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a database says of itself, for the manifest and for what may be copied onto what."""

    instance_id: str = ""
    host: str = ""


class Source(Protocol):
    """A database that is read, as of one moment."""

    engine: str

    def shape(self) -> Shape:
        """What is in it. Raises `UnknownType`."""
        ...

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows as plain values, one after the other: memory stays flat."""
        ...

    def count(self, table: Table) -> int:
        """How many rows, or about how many."""
        ...

    def counters(self) -> "Counters":
        """The last numbers given out by the tables' counters."""
        ...

    def identity(self) -> Identity:
        """Which instance it is and where it ran; empty when it was never opened."""
        ...

    def close(self) -> None:
        """Lets go of it."""
        ...


Counters = Mapping[str, Mapping[str, int]]
"""Numbers that are given out once: table → column → the last one."""

Progress = Callable[[str, int, int], None]
"""Told the table, how many of its rows are done, and how many there are."""


def silent(table: str, done: int, rows: int) -> None:
    """Nobody looks."""
