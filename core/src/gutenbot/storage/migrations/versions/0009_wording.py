"""Words that a bot does not use, by language; and how often each variant of an item is said and answered."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _table("content_wording", _text("bot_id", key=True), _text("locale", key=True), _text("forbidden"), _text("instead"),
           _int("version"), _int("edited_ms"), _text("edited_by"))  # fmt: skip
    _table("content_variant", *(_text(name, key=True) for name in ("bot_id", "item_id", "variant")), _int("day", key=True),
           _int("shown"), _int("clicked"))  # fmt: skip


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0")
    )
