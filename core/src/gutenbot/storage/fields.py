"""Columns of the tables that core's packages describe, as the migrations make them: never NULL; 0 and "" mean none.

Moments are milliseconds since 1970 UTC.
"""

import sqlalchemy as sa

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, key: bool = False) -> "sa.Column[str]":
    """Words, or JSON."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def number(name: str, *, key: bool = False) -> "sa.Column[int]":
    """A whole number of 64 bits."""
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)


def data(name: str, *, key: bool = False) -> "sa.Column[bytes]":
    """Bytes."""
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=False, default=b"")


def counter(name: str) -> "sa.Column[int]":
    """A key that the database counts."""
    return sa.Column(name, _BIG, primary_key=True, autoincrement=True)
