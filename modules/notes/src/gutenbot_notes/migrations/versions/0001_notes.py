"""Notes on people, and every version of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _table("notes_note", _text("bot_id", key=True), _text("id", key=True), _text("user_id"), _text("text"), _text("folded"),
           _text("author"), _int("created_ms"), _text("edited_by"), _int("edited_ms"), _int("version"), _int("removed_ms"))  # fmt: skip
    op.create_index("notes_of", "notes_note", ["bot_id", "user_id", "created_ms", "id"])
    op.create_index("notes_latest", "notes_note", ["bot_id", "created_ms", "id"])
    _table("notes_edit", _text("bot_id", key=True), _text("note_id", key=True), _int("version", key=True), _text("text"),
           _text("by_whom"), _int("at_ms"))  # fmt: skip


def downgrade() -> None:
    for name in ("notes_edit", "notes_note"):
        op.drop_table(name)


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0"))
