"""Columns as the migrations of core make them. Moments are milliseconds since 1970 UTC; 0 and "" mean none."""

import sqlalchemy as sa

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, key: bool = False) -> "sa.Column[str]":
    """A text that is never null."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def number(name: str, *, key: bool = False) -> "sa.Column[int]":
    """A whole number that is never null."""
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)


def counter(name: str) -> "sa.Column[int]":
    """A key that the database counts."""
    return sa.Column(name, _BIG, primary_key=True, autoincrement=True)
