"""The tables of accounts, as the migrations make them. Moments are milliseconds since 1970 UTC; 0 and "" mean none."""

import sqlalchemy as sa

META = sa.MetaData()
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def _int(name: str, *, key: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)


def _bytes(name: str, *, key: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary, primary_key=key, nullable=False, default=b"")


ACCOUNT = sa.Table(
    "account",
    META,
    _text("id", key=True),
    _text("email"),
    _text("name"),
    _text("role"),
    _text("password"),
    _text("locale"),
    _text("preferences"),
    _bytes("totp_secret"),
    _bytes("totp_offered"),
    _int("totp_step"),
    _int("disabled_ms"),
    _int("created_ms"),
    _int("seen_ms"),
)
"""`email` is lower case and unique. `totp_offered`: not confirmed yet. `totp_step`: the last time step that was used."""

SESSION = sa.Table(
    "account_session",
    META,
    _bytes("hash", key=True),
    _text("id"),
    _text("account_id"),
    _bytes("former_hash"),
    _int("former_until_ms"),
    _text("csrf"),
    _text("view_as"),
    _text("address"),
    _text("agent"),
    _text("means"),
    _int("renew"),
    _int("created_ms"),
    _int("seen_ms"),
    _int("ends_ms"),
)
"""`former_hash`: what the cookie was before it was renewed, good for a moment more. `means`: how they signed in."""

RECOVERY = sa.Table("account_recovery", META, _text("account_id", key=True), _bytes("hash", key=True), _int("used_ms"))

PASSKEY = sa.Table(
    "account_passkey",
    META,
    _text("id", key=True),
    _text("account_id"),
    _text("name"),
    _bytes("public_key"),
    _int("counter"),
    _int("created_ms"),
    _int("used_ms"),
)

IDENTITY = sa.Table(
    "account_identity",
    META,
    _text("provider", key=True),
    _text("subject", key=True),
    _text("account_id"),
    _int("created_ms"),
)
"""Who somebody is at another service that they sign in with."""

LINK = sa.Table(
    "account_link",
    META,
    _bytes("hash", key=True),
    _text("id"),
    _text("kind"),
    _text("account_id"),
    _text("role"),
    _text("email"),
    _text("name"),
    _text("made_by"),
    _int("created_ms"),
    _int("ends_ms"),
)
"""Links that open one door once: `setup`, `invite`, `reset`. Used ones are gone."""

CHALLENGE = sa.Table(
    "account_challenge",
    META,
    _bytes("hash", key=True),
    _text("kind"),
    _text("account_id"),
    _text("data"),
    _int("tries"),
    _int("ends_ms"),
)
"""What a sign-in waits for: a second factor, a passkey, an answer of another service."""

ROLE = sa.Table(
    "account_role",
    META,
    _text("name", key=True),
    _text("title"),
    _text("description"),
    _text("permissions"),
    _text("scopes"),
)
"""Roles that were made or changed in the console; JSON."""

ATTEMPT = sa.Table("account_attempt", META, _text("subject", key=True), _int("window_ms", key=True), _int("count"))
"""How often something was tried in a span of time, and (`known …`) from where somebody signed in well before."""

ANSWER = sa.Table(
    "request_answer",
    META,
    _bytes("key", key=True),
    _bytes("request"),
    _int("status"),
    _bytes("answer"),
    _int("created_ms"),
)
"""What a write with an `Idempotency-Key` was answered. Status 0: it runs."""

AUDIT = sa.Table(
    "audit",
    META,
    _int("n", key=True),
    _text("id"),
    _int("at_ms"),
    _text("actor_kind"),
    _text("actor_id"),
    _text("actor_name"),
    _text("verb"),
    _text("object"),
    _text("object_id"),
    _text("what"),
    _text("before"),
    _text("after"),
    _text("address"),
    _bytes("previous"),
    _bytes("hash"),
)
"""One chain: `hash` is over the line and `previous`, the hash of line n - 1. No line is ever changed."""

AUDIT_HEAD = sa.Table("audit_head", META, _int("one", key=True), _int("n"), _bytes("hash"))
"""The end of the chain, so that cutting it off is seen."""

KEY = sa.Table(
    "access_key",
    META,
    _bytes("key_hash", key=True),
    _text("name"),
    _text("role"),
    _text("actor"),
    _text("account_id"),
    _text("scopes"),
    _text("prefix"),
    _int("created_ms"),
    _int("ends_ms"),
    _int("used_ms"),
)
"""`scopes`: JSON list of permissions; "": all of the role's. `account_id`: whose it is; it ends with the account."""
