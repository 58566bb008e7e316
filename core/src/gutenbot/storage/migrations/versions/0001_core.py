"""The first tables: conversations, their queues (inbox, outbox, timers), dialogs, people, and small stores."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Ids and keys sort by their bytes on both engines."""


def upgrade() -> None:
    _conversations()
    _inbox()
    _outbox()
    _dialogs()
    _people()
    _stores()
    if _on_postgres():
        _workers()
        _pace()


def _on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _workers() -> None:
    """Who may hold conversations: an owner without a row here, or with one that has run out, holds nothing any more."""
    op.create_table(
        "worker",
        _text("boot", primary_key=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        _text("host", default=""),
    )


def _pace() -> None:
    """The numbers of the queues, room on the page for new versions of hot rows, and a vacuum that comes before much is dead."""
    op.execute("CREATE SEQUENCE inbox_seq_seq OWNED BY inbox.seq")
    op.execute("CREATE SEQUENCE outbox_id_seq OWNED BY outbox.id")
    op.execute("ALTER TABLE conversation SET (fillfactor = 70)")
    for table in ("conversation", "inbox", "outbox", "journal", "frame", "timer"):
        op.execute(
            f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)"
        )


def _number(name: str) -> sa.Column[int]:
    """The counted key of a queue. On PostgreSQL a sequence is asked for it before the rows are written."""
    return _int(name) if _on_postgres() else sa.Column(name, _BIG, primary_key=True, autoincrement=True)


def _key(name: str) -> list[sa.PrimaryKeyConstraint]:
    """On PostgreSQL the bot leads the key, so that the table can be distributed."""
    return [sa.PrimaryKeyConstraint("bot_id", name)] if _on_postgres() else []


def _conversations() -> None:
    _table(
        "conversation",
        _text("conversation_id", primary_key=True),
        _text("bot_id"),
        _text("channel_id"),
        _text("user_id"),
        _text("thread"),
        _text("sender"),
        _int("rev"),
        _int("fence"),
        sa.Column("owner", _TEXT),
        _int("backlog"),
        _int("last_n"),
        _int("head"),
        _text("title", default=""),
        _int("read_n"),
        _text("mode", default="bot"),
        _int("mode_epoch"),
        _text("variables", default="{}"),
        _int("state_size"),
        _int("created_ms"),
        _int("updated_ms"),
        _int("seen_ms"),
        rowid=True,
    )
    op.create_index("conversation_sender", "conversation", ["bot_id", "channel_id", "sender"])
    op.create_index("conversation_user", "conversation", ["bot_id", "user_id"])


def _inbox() -> None:
    """A thread is a chain: `conversation.head` is its newest entry and `prev` the one before, as the seq of an inbox
    row or minus the id of an outbox row. An index by conversation and position would cost each turn two pages of
    its own in the log; the chain costs none, and what is read is nearly always the end of a thread."""
    _table(
        "inbox",
        _number("seq"),
        _text("bot_id"),
        _text("conversation_id"),
        _text("channel_id"),
        _text("sender"),
        _text("external_id"),
        sa.Column("natural_key", _TEXT),
        _text("lane"),
        _text("event"),
        sa.Column("n", _BIG),
        sa.Column("prev", _BIG),
        _text("state", default="open"),
        _int("attempts"),
        _int("failures"),
        _int("not_before_ms"),
        _int("received_ms"),
        sa.Column("provider_ms", _BIG),
        sa.Column("done_ms", _BIG),
        sa.Column("error", _TEXT),
        sa.Column("trace", sa.LargeBinary()),
        *_key("seq"),
        rowid=True,
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_external", "inbox", ["bot_id", "channel_id", "external_id"], unique=True)
    _partial("inbox_natural", "inbox", ["bot_id", "channel_id", "natural_key"], "natural_key IS NOT NULL", unique=True)
    _partial("inbox_open", "inbox", ["conversation_id", "seq"], "state = 'open'")
    _partial("inbox_dead", "inbox", ["bot_id", "seq"], "state = 'dead'")


def _outbox() -> None:
    _table(
        "outbox",
        _number("id"),
        _text("conversation_id"),
        _int("n"),
        _int("prev"),
        _text("bot_id"),
        _text("cause"),
        _int("k"),
        _text("message"),
        _text("state"),
        sa.Column("owner", _TEXT),
        _int("tries"),
        _int("due_ms"),
        _int("mode_epoch"),
        _int("created_ms"),
        sa.Column("done_ms", _BIG),
        sa.Column("error", _TEXT),
        sa.Column("provider_id", _TEXT),
        *_key("id"),
        rowid=True,
    )
    _partial("outbox_send", "outbox", ["conversation_id", "cause", "k"], "cause >= 'send:'", unique=True)
    _partial("outbox_waiting", "outbox", ["conversation_id", "n"], "state IN ('queued', 'claimed')")


def _dialogs() -> None:
    _table(
        "frame",
        _text("conversation_id", primary_key=True),
        _text("frame_id", primary_key=True),
        _text("bot_id"),
        _int("depth"),
        _text("dialog"),
        _bytes("args"),
        _bytes("start"),
        _bytes("pending"),
        _int("started_ms"),
        _int("revision"),
    )
    _table(
        "journal",
        _text("conversation_id", primary_key=True),
        _text("frame_id", primary_key=True),
        _int("n", primary_key=True),
        _text("bot_id"),
        _bytes("entries"),
    )
    _table(
        "timer",
        _text("conversation_id", primary_key=True),
        _text("name", primary_key=True),
        _text("bot_id"),
        _int("due_ms"),
        _int("generation"),
    )
    op.create_index("timer_due", "timer", ["due_ms"])


def _people() -> None:
    _table(
        "bot_user",
        _text("bot_id", primary_key=True),
        _text("user_id", primary_key=True),
        _int("rev"),
        _text("profile", default="{}"),
        _int("profile_ms"),
        _text("attributes", default="{}"),
        _int("created_ms"),
    )
    _table(
        "identity",
        _text("bot_id", primary_key=True),
        _text("channel_id", primary_key=True),
        _text("sender", primary_key=True),
        _text("user_id"),
        _user_key(),
    )
    op.create_index("identity_user", "identity", ["bot_id", "user_id"])
    _table(
        "tag",
        _text("bot_id", primary_key=True),
        _text("user_id", primary_key=True),
        _text("name", primary_key=True),
        _text("value", default=""),
        _int("set_ms"),
        _user_key(),
    )
    op.create_index("tag_name", "tag", ["bot_id", "name", "user_id"])


def _stores() -> None:
    _table("kv", _text("scope", primary_key=True), _text("key", primary_key=True), _text("value"))
    _table(
        "blob",
        _text("bot_id", primary_key=True),
        _text("blob_id", primary_key=True),
        _text("mime"),
        _text("name"),
        _int("created_ms"),
        _bytes("data"),
        rowid=True,
    )
    _table(
        "access_key",
        sa.Column("key_hash", sa.LargeBinary(), primary_key=True),
        _text("name"),
        _text("role"),
        _text("actor"),
        _int("created_ms"),
    )
    op.create_index("access_key_name", "access_key", ["name"], unique=True)


def _table(name: str, *parts: Any, rowid: bool = False, **options: Any) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=rowid, **options)


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _text(name: str, *, primary_key: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=primary_key, nullable=False, server_default=default)


def _int(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    default = None if primary_key else "0"
    return sa.Column(
        name, _BIG, primary_key=primary_key, autoincrement=False, nullable=False, server_default=default and sa.text(default)
    )


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _user_key() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["bot_id", "user_id"], ["bot_user.bot_id", "bot_user.user_id"])
