"""The media library: pictures, sounds, films and files of a bot, and smaller copies of them. The bytes are in `blob`."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    file = (_text("mime"), _int("size"), _int("width"), _int("height"), _text("sha256"), _text("blob_id"))
    _table("media", _text("bot_id", key=True), _text("id", key=True), _text("name"), *file, _text("alt"), _int("focus_x"),
           _int("focus_y"), _int("version"), _int("created_ms"), _text("created_by"), _int("edited_ms"), _text("edited_by"))  # fmt: skip
    op.create_index("media_name", "media", ["bot_id", "name"], unique=True)
    file = (_text("mime"), _int("size"), _int("width"), _int("height"), _text("sha256"), _text("blob_id"))
    _table("media_rendition", _text("bot_id", key=True), _text("media_id", key=True), _text("label", key=True), *file,
           _int("created_ms"))  # fmt: skip


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0"))
