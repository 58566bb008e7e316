"""Content that people edit: items, their texts by language, every revision, releases, comments, and how often they are seen."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    item = (_text("bot_id", key=True), _text("item_id", key=True))
    text = (_text("bot_id", key=True), _text("item_id", key=True), _text("locale", key=True))
    _table("content_item", *item, _text("type"), _text("source"), _text("title"), _text("tags"), _int("archived"),
           _int("version"), _int("edit"), _int("created_ms"), _text("created_by"), _int("edited_ms"), _text("edited_by"))  # fmt: skip
    _table("content_text", *text, _int("live_n"), _int("draft_n"), _int("last_n"), _int("version"), _int("generation"),
           _text("base_hash"), _text("base_source"), _text("stale_of"), _int("go_live_ms"), _int("expire_ms"), _text("zone"),
           _int("planned_n"), _text("planned_by"), _text("review"), _text("reviewer"), _text("reviewed_by"), _int("review_n"))  # fmt: skip
    op.create_index("content_text_generation", "content_text", ["bot_id", "generation"])
    _table("content_revision", *(_text(name, key=True) for name in ("bot_id", "item_id", "locale")), _int("n", key=True),
           _int("version"), _text("source"), _text("kind"), _text("author_id"), _text("author"), _int("at_ms"), _text("reason"),
           _int("release"), _int("of_n"), _int("live_ms"), _int("left_ms"))  # fmt: skip
    _table("content_release", _text("bot_id", key=True), _int("seq", key=True), _text("name"), _text("state"), _int("made_ms"),
           _int("go_ms"), _int("live_ms"), _text("zone"), _text("author_id"), _text("author"), _text("reason"),
           _int("generation"), _int("undoes"), _text("items"))  # fmt: skip
    _table("content_comment", _text("bot_id", key=True), _text("id", key=True), _text("item_id"), _text("locale"),
           _text("field"), _text("author_id"), _text("author"), _int("at_ms"), _text("words"), _int("done_ms"), _text("done_by"))  # fmt: skip
    op.create_index("content_comment_item", "content_comment", ["bot_id", "item_id", "id"])
    _table("content_position", _text("bot_id", key=True), _int("generation"), _int("edit"), _int("last_release"))
    _table("content_worker", _text("worker", key=True), _text("bot_id", key=True), _int("generation"), _int("seen_ms"))
    _table("content_count", *(_text(name, key=True) for name in ("bot_id", "item_id")), _int("day", key=True), _int("shown"),
           _int("clicked"))  # fmt: skip
    _table("content_reference", *(_text(name, key=True) for name in ("bot_id", "item_id", "kind", "place")), _text("title"))


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0"))
