"""Columns as the tables of editing have them: never NULL; 0 and "" mean none."""

import sqlalchemy as sa

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, key: bool = False) -> "sa.Column[str]":
    """Words, or JSON."""
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def number(name: str, *, key: bool = False) -> "sa.Column[int]":
    """A whole number of 64 bits."""
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)
