"""The tables of the media library, as the migrations make them. The bytes are in `blob`, which is storage's."""

import sqlalchemy as sa

META = sa.MetaData()
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def _int(name: str, *, key: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)


MEDIA = sa.Table(
    "media",
    META,
    _text("bot_id", key=True),
    _text("id", key=True),
    _text("name"),
    _text("mime"),
    _int("size"),
    _int("width"),
    _int("height"),
    _text("sha256"),
    _text("blob_id"),
    _text("alt"),
    _int("focus_x"),
    _int("focus_y"),
    _int("version"),
    _int("created_ms"),
    _text("created_by"),
    _int("edited_ms"),
    _text("edited_by"),
)
"""`name` is unique in a bot: what content says. `alt`: JSON, language → words. `focus_x`, `focus_y`: thousandths."""

RENDITION = sa.Table(
    "media_rendition",
    META,
    _text("bot_id", key=True),
    _text("media_id", key=True),
    _text("label", key=True),
    _text("mime"),
    _int("size"),
    _int("width"),
    _int("height"),
    _text("sha256"),
    _text("blob_id"),
    _int("created_ms"),
)
"""A smaller copy of a picture; `label`: its width."""

BLOB = sa.table("blob", sa.column("bot_id", sa.Text), sa.column("blob_id", sa.Text))
"""Storage's table, for taking bytes away that nobody needs any more."""
