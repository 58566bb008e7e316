"""The tables of accounts, as the migrations make them. Moments are milliseconds since 1970 UTC; 0 and "" mean none."""

import sqlalchemy as sa

from gutenbot.storage.fields import data, number, text

META = sa.MetaData()

ACCOUNT = sa.Table(
    "account",
    META,
    text("id", key=True),
    text("email"),
    text("name"),
    text("role"),
    text("password"),
    text("locale"),
    text("preferences"),
    data("totp_secret"),
    data("totp_offered"),
    number("totp_step"),
    number("disabled_ms"),
    number("created_ms"),
    number("seen_ms"),
)
"""`email` is lower case and unique. `totp_offered`: not confirmed yet. `totp_step`: the last time step that was used."""

SESSION = sa.Table(
    "account_session",
    META,
    data("hash", key=True),
    text("id"),
    text("account_id"),
    data("former_hash"),
    number("former_until_ms"),
    text("csrf"),
    text("view_as"),
    text("address"),
    text("agent"),
    text("means"),
    number("renew"),
    number("created_ms"),
    number("seen_ms"),
    number("ends_ms"),
)
"""`former_hash`: what the cookie was before it was renewed, good for a moment more. `means`: how they signed in."""

RECOVERY = sa.Table("account_recovery", META, text("account_id", key=True), data("hash", key=True), number("used_ms"))

PASSKEY = sa.Table(
    "account_passkey",
    META,
    text("id", key=True),
    text("account_id"),
    text("name"),
    data("public_key"),
    number("counter"),
    number("created_ms"),
    number("used_ms"),
)

IDENTITY = sa.Table(
    "account_identity",
    META,
    text("provider", key=True),
    text("subject", key=True),
    text("account_id"),
    number("created_ms"),
)
"""Who somebody is at another service that they sign in with."""

LINK = sa.Table(
    "account_link",
    META,
    data("hash", key=True),
    text("id"),
    text("kind"),
    text("account_id"),
    text("role"),
    text("email"),
    text("name"),
    text("made_by"),
    number("created_ms"),
    number("ends_ms"),
)
"""Links that open one door once: `setup`, `invite`, `reset`. Used ones are gone."""

CHALLENGE = sa.Table(
    "account_challenge",
    META,
    data("hash", key=True),
    text("kind"),
    text("account_id"),
    text("data"),
    number("tries"),
    number("ends_ms"),
)
"""What a sign-in waits for: a second factor, a passkey, an answer of another service."""

ROLE = sa.Table(
    "account_role",
    META,
    text("name", key=True),
    text("title"),
    text("description"),
    text("permissions"),
    text("scopes"),
)
"""Roles that were made or changed in the console; JSON."""

ATTEMPT = sa.Table("account_attempt", META, text("subject", key=True), number("window_ms", key=True), number("count"))
"""How often something was tried in a span of time, and (`known …`) from where somebody signed in well before."""

ANSWER = sa.Table(
    "request_answer",
    META,
    data("key", key=True),
    data("request"),
    number("status"),
    data("answer"),
    number("created_ms"),
)
"""What a write with an `Idempotency-Key` was answered. Status 0: it runs."""

AUDIT = sa.Table(
    "audit",
    META,
    number("n", key=True),
    text("id"),
    number("at_ms"),
    text("actor_kind"),
    text("actor_id"),
    text("actor_name"),
    text("verb"),
    text("object"),
    text("object_id"),
    text("what"),
    text("before"),
    text("after"),
    text("address"),
    data("previous"),
    data("hash"),
)
"""One chain: `hash` is over the line and `previous`, the hash of line n - 1. No line is ever changed."""

AUDIT_HEAD = sa.Table("audit_head", META, number("one", key=True), number("n"), data("hash"))
"""The end of the chain, so that cutting it off is seen."""

KEY = sa.Table(
    "access_key",
    META,
    data("key_hash", key=True),
    text("name"),
    text("role"),
    text("actor"),
    text("account_id"),
    text("scopes"),
    text("prefix"),
    number("created_ms"),
    number("ends_ms"),
    number("used_ms"),
)
"""`scopes`: JSON list of permissions; "": all of the role's. `account_id`: whose it is; it ends with the account."""
