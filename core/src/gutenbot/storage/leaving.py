"""The tables of a module that leaves: how much is in them, all of it as rows to keep, and their end."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gutenbot.storage.copies.owners import tables_of
from gutenbot.storage.errors import MigrationFailed
from gutenbot.storage.migrate import History


def tables_of_module(db: sa.Connection, module: str, folder: Path) -> list[str]:
    """The tables that its migrations have made, as far as they are there."""
    history = History(module, folder)
    there = set(sa.inspect(db).get_table_names())
    return [name for name in tables_of(history) if name in there and name != history.table]


def count_rows(db: sa.Connection, module: str, folder: Path) -> dict[str, int]:
    """Table → how many rows it has."""
    names = tables_of_module(db, module, folder)
    return {name: db.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar() or 0 for name in names}


def rows_after(db: sa.Connection, name: str, after: Any, limit: int) -> tuple[list[dict[str, Any]], Any]:
    """A portion of a table's rows as JSON objects, in the order of its key, and where the next one begins (None: at its end).

    Bytes become `{"base64": …}`, moments ISO texts. `after`: None for the first portion, else what the one before returned.
    """
    table = sa.Table(name, sa.MetaData(), autoload_with=db)
    key = list(table.primary_key.columns) or list(table.columns)
    query = sa.select(table).order_by(*key).limit(limit)
    by_key = bool(table.primary_key.columns) and all(isinstance(one.type, _PLAIN) for one in key)
    if after is not None:
        query = query.where(sa.tuple_(*key) > sa.tuple_(*after)) if by_key else query.offset(after)
    rows = db.execute(query).mappings().all()
    if len(rows) < limit:
        return [_plain(row) for row in rows], None
    last = [rows[-1][one.name] for one in key] if by_key else (after or 0) + len(rows)
    return [_plain(row) for row in rows], last


_PLAIN = (sa.Integer, sa.String)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)


def drop_tables(db: sa.Connection, module: str, folder: Path) -> list[str]:
    """Removes what the migrations of a module have made, with everything in it; returns the names of the tables."""
    gone = tables_of_module(db, module, folder)
    drop(db, [*gone, History(module, folder).table])
    return gone


def yet_to_make(db: sa.Connection, module: str, folder: Path) -> list[str]:
    """The tables that the migrations of a module will make when they run for the first time, with that of their versions; none
    when some of them have run already."""
    there = set(sa.inspect(db).get_table_names())
    history = History(module, folder)
    if history.table in there:
        return []
    try:
        made = tables_of(history)
    except MigrationFailed:  # as it will where it counts
        made = []
    return sorted({*made, history.table} - there)


def drop(db: sa.Connection, wanted: Sequence[str]) -> None:
    """Removes tables, with everything in them, as far as they are there."""
    quote = db.dialect.identifier_preparer.quote
    there = set(sa.inspect(db).get_table_names())
    names = [name for name in dict.fromkeys(wanted) if name in there]
    if db.dialect.name == "postgresql" and names:
        db.execute(sa.text(f"DROP TABLE {', '.join(quote(name) for name in names)}"))
    else:
        for name in names:
            db.execute(sa.text(f"DROP TABLE {quote(name)}"))
