"""What the console has set: values of settings, and which modules and wraps are switched on or off."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _table("setting", _text("section", key=True), _text("name", key=True), _text("value"), _text("key_id"), _int("revision"),
           _int("changed_ms"), _text("changed_by"))  # fmt: skip
    _table("switch", _text("kind", key=True), _text("name", key=True), _int("is_on"), _text("reason"), _int("revision"),
           _int("changed_ms"), _text("changed_by"))  # fmt: skip
    _table("setting_head", _int("one", key=True), _int("revision"))


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0"))
