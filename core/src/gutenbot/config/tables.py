"""The tables of settings that are made in the console, as the migrations make them."""

import sqlalchemy as sa

META = sa.MetaData()
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def _int(name: str, *, key: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)


SETTING = sa.Table(
    "setting",
    META,
    _text("section", key=True),
    _text("name", key=True),
    _text("value"),
    _text("key_id"),
    _int("revision"),
    _int("changed_ms"),
    _text("changed_by"),
)
"""`value` is JSON; sealed by the key `key_id`, unless that is empty."""

SWITCH = sa.Table(
    "switch",
    META,
    _text("kind", key=True),
    _text("name", key=True),
    _int("is_on"),
    _text("reason"),
    _int("revision"),
    _int("changed_ms"),
    _text("changed_by"),
)
"""`kind`: `module`, or `wrap` with the name `stage/wrap`. What has no row is as it comes."""

HEAD = sa.Table("setting_head", META, _int("one", key=True), _int("revision"))
"""Counts the changes of both tables, so that workers see by one number that there is something new."""
