"""Reads a SQLite file: never writes, never checkpoints (a second checkpointing connection could spoil the log)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gutenbot.storage.copies import values
from gutenbot.storage.copies.shapes import (
    LEFT_OUT,
    MOVE_TABLE,
    VERSION_PREFIX,
    Column,
    Counters,
    Identity,
    Shape,
    Table,
)
from gutenbot.storage.copies.sqlite_files import open_reader
from gutenbot.storage.copies.values import Convert, Row

_LIST = "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_COLUMNS = "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid"
_CONVERTERS: dict[str, Convert] = {
    "boolean": values.truth,
    "bool": values.truth,
    "datetime": values.moment,
    "timestamp": values.moment,
    "date": values.day,
    "time": values.clock_time,
    "json": values.document,
    "jsonb": values.document,
    "numeric": values.exact,
    "decimal": values.exact,
}
PORTION_ROWS = 2000
PORTION_BYTES = 4 << 20


class SqliteSource:
    """A file as of the moment when it was opened."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self._db = open_reader(path)

    def shape(self) -> Shape:
        tables: dict[str, Table] = {}
        revisions: dict[str, str] = {}
        derived: list[str] = []
        for name, kind, without_rowid in sorted(self._db.execute(_LIST).fetchall()):
            if name.startswith(VERSION_PREFIX):
                revisions |= self._revision(name)
            elif kind in ("virtual", "shadow"):
                derived.append(name)
            elif kind == "table" and name not in LEFT_OUT and name != MOVE_TABLE:
                tables[name] = self._table(name, without_rowid=bool(without_rowid))
        return Shape(tables, revisions, derived)

    def _revision(self, name: str) -> dict[str, str]:
        row = self._db.execute(f"SELECT version_num FROM {quoted(name)}").fetchone()
        return {name.removeprefix(VERSION_PREFIX): str(row[0])} if row else {}

    def _table(self, name: str, *, without_rowid: bool) -> Table:
        found = self._db.execute(_COLUMNS, (name,)).fetchall()
        columns = tuple(Column(column, base_type(kind)) for column, kind, _, hidden in found if not hidden)
        keys = sorted((pk, column) for column, _, pk, _ in found if pk)
        return Table(name, columns, tuple(column for _, column in keys) if without_rowid else ("rowid",))

    def rows(self, table: Table) -> Iterator[Row]:
        names = ", ".join(map(quoted, table.names))
        found = self._db.execute(f"SELECT {names} FROM {quoted(table.name)}")
        converters = converters_of(table)
        return (values.converted(row, converters) for row in found) if converters else found

    def portions(self, table: Table, after: Sequence[Any] = ()) -> Iterator[tuple[list[Row], list[Any]]]:
        """The rows behind a key in portions of a few megabytes, each with the key of its last row."""
        keys = ", ".join(quoted(name) if name != "rowid" else name for name in table.key)
        names = ", ".join(map(quoted, table.names))
        behind = f" WHERE ({keys}) > ({', '.join('?' * len(after))})" if after else ""
        found = self._db.execute(f"SELECT {keys}, {names} FROM {quoted(table.name)}{behind} ORDER BY {keys}", after)
        converters = converters_of(table)
        split = len(table.key)
        rows: list[Row] = []
        size = 0
        last: list[Any] = []
        for row in found:
            plain = row[split:]
            rows.append(values.converted(plain, converters) if converters else plain)
            size += sum(len(value) for value in plain if isinstance(value, str | bytes))
            last = list(row[:split])
            if len(rows) >= PORTION_ROWS or size >= PORTION_BYTES:
                yield rows, last
                rows, size = [], 0
        if rows:
            yield rows, last

    def count(self, table: Table) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchone()[0])

    def counters(self) -> Counters:
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
            return {}
        found: dict[str, dict[str, int]] = {}
        for name, last in self._db.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            key = next((row[0] for row in self._db.execute(_COLUMNS, (name,)) if row[2]), None)
            if key is not None:
                found[name] = {key: int(last)}
        return found

    def identity(self) -> Identity:
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'instance'").fetchone():
            return Identity()
        row = self._db.execute("SELECT instance_id, host FROM instance").fetchone()
        return Identity(instance_id=row[0], host=row[1]) if row else Identity()

    def close(self) -> None:
        self._db.close()


def base_type(declared: str) -> str:
    """`VARCHAR(20)` is `varchar`."""
    return declared.partition("(")[0].strip().lower()


def converters_of(table: Table) -> list[tuple[int, Convert]]:
    """What makes the columns' values plain; nothing for most of them."""
    return [(at, _CONVERTERS[column.type]) for at, column in enumerate(table.columns) if column.type in _CONVERTERS]


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'
