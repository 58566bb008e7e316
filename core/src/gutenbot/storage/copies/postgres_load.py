"""Rows into a table of PostgreSQL by COPY: in the server's own form where all columns are of plain types, else as text."""

from collections.abc import Iterable, Sequence

import psycopg

from gutenbot.storage.copies.errors import ValueUnfit
from gutenbot.storage.copies.shapes import Table
from gutenbot.storage.copies.sqlite_source import quoted
from gutenbot.storage.copies.values import Row
from gutenbot.storage.postgres.driver import Connection

_PLAIN = {
    "bigint": "int8",
    "integer": "int4",
    "smallint": "int2",
    "text": "text",
    "character varying": "varchar",
    "bytea": "bytea",
    "double precision": "float8",
}
"""Types whose values are the same on both engines. The server is asked to read no other ones but as text."""


def load(db: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row], *, frozen: bool) -> None:
    """Adds rows. `frozen`: they need no clean-up later; only where this transaction emptied the table. Raises `ValueUnfit`."""
    names = ", ".join(map(quoted, columns))
    types = _binary(table, columns)
    how = (["FORMAT BINARY"] if types else []) + (["FREEZE"] if frozen else [])
    options = f" ({', '.join(how)})" if how else ""
    texts = [(at, name) for at, name in enumerate(columns) if types is None or types[at] in ("text", "varchar")]
    with db.cursor().copy(f"COPY {quoted(table.name)} ({names}) FROM STDIN{options}".encode()) as copy:
        if types:
            copy.set_types(types)
        write = copy.write_row
        try:
            for row in rows:
                for at, name in texts:
                    value = row[at]
                    if value.__class__ is str and "\x00" in value:
                        raise ValueUnfit(table=table.name, column=name)
                write(row)
        except (TypeError, OverflowError, UnicodeError) as error:
            raise psycopg.DataError(
                f"a row of {table.name} has a value of another type than its column: {error}"
            ) from error


def _binary(table: Table, columns: Sequence[str]) -> list[str] | None:
    """The types of the columns as the server's own form names them; None: as text."""
    types = [_PLAIN.get(column.type) for column in table.only(columns).columns]
    return None if None in types else [kind for kind in types if kind is not None]
