"""Rows as plain dictionaries."""

from typing import Any

import sqlalchemy as sa

Row = dict[str, Any]
"""One row, by column."""


def one(db: sa.Connection, query: "sa.Select[Any]") -> Row | None:
    """The first row."""
    found = db.execute(query).mappings().first()
    return None if found is None else {str(key): value for key, value in found.items()}


def many(db: sa.Connection, query: "sa.Select[Any]") -> list[Row]:
    """All rows."""
    return [{str(key): value for key, value in found.items()} for found in db.execute(query).mappings()]
