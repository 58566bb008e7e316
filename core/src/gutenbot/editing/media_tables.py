"""The tables of the media library, as the migrations make them. The bytes are in `blob`, which is storage's."""

import sqlalchemy as sa

from gutenbot.storage.fields import number, text

META = sa.MetaData()

MEDIA = sa.Table(
    "media",
    META,
    text("bot_id", key=True),
    text("id", key=True),
    text("name"),
    text("mime"),
    number("size"),
    number("width"),
    number("height"),
    text("sha256"),
    text("blob_id"),
    text("alt"),
    number("focus_x"),
    number("focus_y"),
    number("version"),
    number("created_ms"),
    text("created_by"),
    number("edited_ms"),
    text("edited_by"),
)
"""`name` is unique in a bot: what content says. `alt`: JSON, language → words. `focus_x`, `focus_y`: thousandths."""

RENDITION = sa.Table(
    "media_rendition",
    META,
    text("bot_id", key=True),
    text("media_id", key=True),
    text("label", key=True),
    text("mime"),
    number("size"),
    number("width"),
    number("height"),
    text("sha256"),
    text("blob_id"),
    number("created_ms"),
)
"""A smaller copy of a picture; `label`: its width."""

BLOB = sa.table("blob", sa.column("bot_id", sa.Text), sa.column("blob_id", sa.Text))
"""Storage's table, for taking bytes away that nobody needs any more."""
