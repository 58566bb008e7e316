"""Reads a PostgreSQL database as of one moment: a snapshot that waits for nobody and that nobody waits for."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import capabilities

from gutenbot.storage.copies import values
from gutenbot.storage.copies.errors import DatabaseRefused, UnknownType
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
from gutenbot.storage.copies.sqlite_source import quoted
from gutenbot.storage.copies.values import Convert, Row
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.postgres.driver import Connection, connect

_TYPES: dict[str, tuple[str, Convert | None]] = {
    "bigint": ("int8", None),
    "integer": ("int4", None),
    "smallint": ("int2", None),
    "text": ("text", None),
    "character varying": ("varchar", None),
    "character": ("bpchar", None),
    "bytea": ("bytea", None),
    "double precision": ("float8", None),
    "real": ("float4", None),
    "boolean": ("bool", values.truth),
    "timestamp with time zone": ("timestamptz", values.moment),
    "timestamp without time zone": ("timestamp", values.moment),
    "date": ("date", values.day),
    "time without time zone": ("time", values.clock_time),
    "numeric": ("numeric", values.exact),
    "uuid": ("uuid", lambda value: value.hex),
    "json": ("text", values.document),
    "jsonb": ("text", values.document),
    "enum": ("text", None),
}
_AS_TEXT = frozenset({"json", "jsonb", "enum"})

_OURS = """c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition AND NOT EXISTS (
SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"""
_TABLES = f"SELECT c.relname, c.oid FROM pg_class c WHERE c.relkind IN ('r', 'p') AND {_OURS} ORDER BY 1"
RELATIONS = f"SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {_OURS} ORDER BY 1"
_COLUMNS = """SELECT a.attname, CASE WHEN t.typtype = 'e' THEN 'enum' ELSE format_type(a.atttypid, NULL) END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum"""
SEQUENCES = f"""SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {_OURS}
AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"""
_APART = """SELECT coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0) FROM pg_class WHERE oid = to_regclass(%s)"""
_MOST_APART = 16 << 20
_TOGETHER = 1000
_ABOUT = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass"


@contextmanager
def speaking_of(place: str) -> Generator[None]:
    """Errors of the driver in our words: `StorageAway`, `DatabaseRefused`."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise StorageAway(reason=" ".join(str(error).split())) from error
    except psycopg.Error as error:
        raise DatabaseRefused(place=place, reason=" ".join(str(error).split())) from error


class PostgresSource:
    """A database as of the moment when it was opened. Raises `StorageAway` when it cannot be reached."""

    engine = "postgresql"

    def __init__(self, url: str) -> None:
        with speaking_of("PostgreSQL"):
            self._db = connect(url)
        self._db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        self._db.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")

    def shape(self) -> Shape:
        return shape_of(self._db)

    def rows(self, table: Table) -> Iterator[Row]:
        return rows_of(self._db, table)

    def count(self, table: Table) -> int:
        row = self._db.execute(_ABOUT, (quoted(table.name),)).fetchone()
        return int(row[0]) if row else 0

    def counters(self) -> Counters:
        found: dict[str, dict[str, int]] = {}
        for table, column, sequence in self._db.execute(SEQUENCES.encode()).fetchall():
            row = self._db.execute(f"SELECT last_value, is_called FROM {sequence}".encode()).fetchone()
            if row is not None and row[1]:
                found.setdefault(table, {})[column] = int(row[0])
        return found

    def identity(self) -> Identity:
        if self._db.execute("SELECT to_regclass('instance')::text").fetchone() == (None,):
            return Identity()
        row = self._db.execute("SELECT instance_id, host FROM instance").fetchone()
        return Identity(instance_id=row[0], host=row[1]) if row else Identity()

    def close(self) -> None:
        self._db.close()


def shape_of(db: Connection) -> Shape:
    """What is in the current schema."""
    tables: dict[str, Table] = {}
    revisions: dict[str, str] = {}
    for name, number in db.execute(_TABLES.encode()).fetchall():
        if name.startswith(VERSION_PREFIX):
            row = db.execute(f"SELECT version_num FROM {quoted(name)}".encode()).fetchone()
            revisions |= {name.removeprefix(VERSION_PREFIX): str(row[0])} if row else {}
        elif name not in LEFT_OUT and name != MOVE_TABLE:
            columns = tuple(Column(column, kind) for column, kind in db.execute(_COLUMNS, (number,)).fetchall())
            tables[name] = Table(name, columns)
    return Shape(tables, revisions)


def table_of(db: Connection, name: str) -> Table:
    """One table as it is now."""
    found = db.execute(_COLUMNS.replace("a.attrelid = %s", "a.attrelid = to_regclass(%s)"), (quoted(name),)).fetchall()
    return Table(name, tuple(Column(column, kind) for column, kind in found))


def rows_of(db: Connection, table: Table) -> Iterator[Row]:
    """All rows as plain values, one after the other as the server sends them."""
    types, converters = _readers(table)
    names = ", ".join(f"{quoted(c.name)}{'::text' if c.type in _AS_TEXT else ''}" for c in table.columns)
    statement = f"SELECT {names} FROM {quoted(table.name)}"
    rows = _many(db, statement) if _is_small(db, table.name) else _one_by_one(db, statement, types)
    if converters:
        for row in rows:
            yield values.converted(row, converters)
    else:
        yield from rows


def _is_small(db: Connection, name: str) -> bool:
    """Whether so many rows as are read at once cannot take much memory: what is large lies apart from its row."""
    if not capabilities.has_stream_chunked():
        return False
    row = db.execute(_APART, (quoted(name),)).fetchone()
    return row is not None and row[0] <= _MOST_APART


def _many(db: Connection, statement: str) -> Iterator[Row]:
    return db.cursor().stream(statement.encode(), binary=True, size=_TOGETHER)


def _one_by_one(db: Connection, statement: str, types: list[str]) -> Iterator[Row]:
    with db.cursor().copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)".encode()) as copy:
        copy.set_types(types)
        yield from copy.rows()


def _readers(table: Table) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    types: list[str] = []
    converters: list[tuple[int, Callable[[Any], Any]]] = []
    for at, column in enumerate(table.columns):
        if column.type not in _TYPES:
            raise UnknownType(table=table.name, column=column.name, type=column.type)
        kind, convert = _TYPES[column.type]
        types.append(kind)
        if convert is not None:
            converters.append((at, convert))
    return types, converters
