"""People who run bots: accounts, sessions, roles, links, the audit log, answers of repeated writes; more about keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _accounts()
    _ways_in()
    _roles()
    _audit()
    for column in (_text("account_id"), _text("scopes"), _text("prefix"), _int("ends_ms"), _int("used_ms")):
        op.add_column("access_key", column)
    for former, role in (("operator", "agent"), ("viewer", "analyst")):
        op.execute(f"UPDATE access_key SET role = '{role}' WHERE role = '{former}'")
    if op.get_bind().dialect.name == "postgresql":
        _append_only()
    else:
        _append_only_here()


def _accounts() -> None:
    _table("account", _text("id", key=True), _text("email"), _text("name"), _text("role"), _text("password"), _text("locale"),
           _text("preferences"), _bytes("totp_secret"), _bytes("totp_offered"), _int("totp_step"), _int("disabled_ms"),
           _int("created_ms"), _int("seen_ms"))  # fmt: skip
    op.create_index("account_email", "account", ["email"], unique=True)
    _table("account_session", _bytes("hash", key=True), _text("id"), _of_account(), _bytes("former_hash"),
           _int("former_until_ms"), _text("csrf"), _text("view_as"), _text("address"), _text("agent"), _text("means"),
           _int("renew"), _int("created_ms"), _int("seen_ms"), _int("ends_ms"))  # fmt: skip
    op.create_index("account_session_account", "account_session", ["account_id"])
    op.create_index("account_session_former", "account_session", ["former_hash"])


def _ways_in() -> None:
    _table("account_recovery", _of_account(key=True), _bytes("hash", key=True), _int("used_ms"))
    _table("account_passkey", _text("id", key=True), _of_account(), _text("name"), _bytes("public_key"), _int("counter"),
           _int("created_ms"), _int("used_ms"))  # fmt: skip
    op.create_index("account_passkey_account", "account_passkey", ["account_id"])
    _table("account_identity", _text("provider", key=True), _text("subject", key=True), _of_account(), _int("created_ms"))
    op.create_index("account_identity_account", "account_identity", ["account_id"])
    _table("account_link", _bytes("hash", key=True), _text("id"), _text("kind"), _text("account_id"), _text("role"),
           _text("email"), _text("name"), _text("made_by"), _int("created_ms"), _int("ends_ms"))  # fmt: skip
    _table("account_challenge", _bytes("hash", key=True), _text("kind"), _text("account_id"), _text("data"), _int("tries"),
           _int("ends_ms"))  # fmt: skip
    _table("account_attempt", _text("subject", key=True), _int("window_ms", key=True), _int("count"))
    op.create_index("account_attempt_window", "account_attempt", ["window_ms"])


def _roles() -> None:
    _table("account_role", _text("name", key=True), _text("title"), _text("description"), _text("permissions"),
           _text("scopes"))  # fmt: skip
    _table("request_answer", _bytes("key", key=True), _bytes("request"), _int("status"), _bytes("answer"), _int("created_ms"))
    op.create_index("request_answer_created", "request_answer", ["created_ms"])


def _audit() -> None:
    _table("audit", _int("n", key=True), _text("id"), _int("at_ms"), _text("actor_kind"), _text("actor_id"),
           _text("actor_name"), _text("verb"), _text("object"), _text("object_id"), _text("what"), _text("before"),
           _text("after"), _text("address"), _bytes("previous"), _bytes("hash"), rowid=True)  # fmt: skip
    op.create_index("audit_object", "audit", ["object", "object_id", "n"])
    op.create_index("audit_actor", "audit", ["actor_id", "n"])
    _table("audit_head", _int("one", key=True), _int("n"), _bytes("hash"))


def _append_only() -> None:
    """PostgreSQL itself refuses to change what is written, whoever asks."""
    op.execute("""CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""")
    op.execute("""CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""")


def _append_only_here() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(f"""CREATE TRIGGER audit_append_only_{change.lower()} BEFORE {change} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""")


def _table(name: str, *parts: Any, rowid: bool = False) -> None:
    op.create_table(name, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _of_account(*, key: bool = False) -> sa.Column[str]:
    ends_with_it = sa.ForeignKey("account.id", ondelete="CASCADE")
    return sa.Column("account_id", _TEXT, ends_with_it, primary_key=key, nullable=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=key, nullable=False, server_default=None if key else "")


def _int(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=key, autoincrement=False, nullable=False, server_default=None if key else sa.text("0"))


def _bytes(name: str, *, key: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), primary_key=key, nullable=False)
