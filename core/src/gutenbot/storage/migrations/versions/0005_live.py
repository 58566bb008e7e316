"""What the console hears while it is open: news by topic, who is present, jobs, notifications."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    seq = _int("seq") if postgres else sa.Column("seq", _BIG, primary_key=True, autoincrement=True)
    key = [sa.PrimaryKeyConstraint("seq", name="live_event_pkey")] if postgres else []
    op.create_table(
        "live_event", seq, _text("topic"), _text("audience"), _int("at_ms"), _text("data"), *key, sqlite_strict=True,
        sqlite_autoincrement=True,
    )  # fmt: skip
    if postgres:
        op.execute("CREATE SEQUENCE live_event_seq_seq OWNED BY live_event.seq")
        op.execute("ALTER TABLE live_event ALTER COLUMN seq SET DEFAULT nextval('live_event_seq_seq')")
    op.create_index("live_event_topic", "live_event", ["topic", "seq"])
    _table("live_presence", _text("object", key=True), _text("connection", key=True), _text("account_id"), _text("name"),
           _text("data"), _int("since_ms"), _int("until_ms"))  # fmt: skip
    _jobs()
    _notifications()


def _jobs() -> None:
    _table("job", _text("id", key=True), _text("kind"), _text("title"), _text("bot_id"), _text("actor_kind"), _text("actor_id"),
           _text("actor_name"), _text("account_id"), _text("needs"), _text("state"), _text("wanted"), _int("done"), _int("total"),
           _text("unit"), _text("params"), _text("cursor"), _text("result"), _text("error"), _int("failures"), _text("owner"),
           _int("lease_until_ms"), _int("created_ms"), _int("started_ms"), _int("changed_ms"), _int("ended_ms"))  # fmt: skip
    op.create_index("job_state", "job", ["state", "id"])
    _table(
        "job_piece", _text("job_id", key=True), _int("n", key=True), sa.Column("data", sa.LargeBinary(), nullable=False)
    )


def _notifications() -> None:
    _table("notification", _text("id", key=True), _text("level"), _text("message"), _text("link"), _text("module"),
           _text("bot_id"), _text("needs"), _text("same"), _int("times"), _int("created_ms"), _int("last_ms"))  # fmt: skip
    op.create_index("notification_same", "notification", ["same", "id"])
    _table("notification_read", _text("account_id", key=True), _text("notification_id", key=True), _int("read_ms"))
    _table("notification_seen", _text("account_id", key=True), _text("up_to"), _int("read_ms"))


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0")
    )
