"""Categories, their words by language, each word once, and the people in them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _table("subscriptions_category", _text("bot_id", key=True), _text("id", key=True), _text("language"), _int("passes_on"),
           _int("version"), _int("created_ms"), _text("created_by"), _int("changed_ms"), _text("changed_by"), _int("removed_ms"))  # fmt: skip
    _table("subscriptions_words", _text("bot_id", key=True), _text("category", key=True), _text("language", key=True),
           _text("name"), _text("about"), _text("join_words"), _text("leave_words"), _text("joined"), _text("gone"))  # fmt: skip
    _table("subscriptions_word", _text("bot_id", key=True), _text("word", key=True), _text("category"))
    _table("subscriptions_person", _text("bot_id", key=True), _text("category", key=True), _text("user_id", key=True),
           _int("subscribed"), _int("since_ms"), _text("changed_by"))  # fmt: skip
    op.create_index("subscriptions_in", "subscriptions_person", ["bot_id", "category", "subscribed", "user_id"])
    op.create_index("subscriptions_of", "subscriptions_person", ["bot_id", "user_id"])


def downgrade() -> None:
    for name in ("subscriptions_person", "subscriptions_word", "subscriptions_words", "subscriptions_category"):
        op.drop_table(name)


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, nullable=False, server_default=sa.text("0"))
