"""The words of people's names, by which they are found. They are filled in portions after the start (`app/names.py`)."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """No foreign key: releases before this one merge people without knowing of their words."""
    _table("user_word", _text("bot_id"), _text("user_id"), _text("word"))
    op.create_index("user_word_word", "user_word", ["bot_id", "word", "user_id"])


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=True, nullable=False)
