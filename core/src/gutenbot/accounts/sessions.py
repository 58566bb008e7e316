"""Sessions of signed-in people: rows with the hash of a cookie. They end when idle, when old, and when somebody says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.errors import NoSession
from gutenbot.accounts.permissions import SELF, Role, Scopes, narrowed
from gutenbot.accounts.roles import role_of
from gutenbot.accounts.rows import many, one
from gutenbot.accounts.secrets import kept, new_secret
from gutenbot.accounts.span import Span
from gutenbot.accounts.tables import ACCOUNT, SESSION
from gutenbot.kernel.ids import new_id

GRACE_MS = 20_000
"""A cookie that was renewed is good for requests that are on their way."""
TOUCH_MS = 60_000
"""How exactly it is known when somebody was seen: one write a minute at most."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is valid now, its account, and what they may."""

    session: Mapping[str, Any]
    account: Mapping[str, Any]
    role: Role
    view: Role | None
    """The role that the console is seen as."""

    @property
    def permissions(self) -> frozenset[str]:
        """What they may now: of another role, as which they see the console, only what is theirs too."""
        seen = self.role.permissions if self.view is None else self.role.permissions & self.view.permissions
        return seen | {SELF}

    @property
    def scopes(self) -> Scopes:
        """Within which limits."""
        return self.role.scopes if self.view is None else narrowed(self.role.scopes, self.view.scopes)


def open_session(
    db: sa.Connection, account_id: str, now_ms: int, span: Span, *, address: str = "", agent: str = "", means: str = ""
) -> str:
    """A new session; returns the secret for the cookie (AUT-01: nothing of an earlier session goes on)."""
    secret, digest = new_secret()
    csrf, _ = new_secret()
    values = {
        "hash": digest,
        "id": new_id(),
        "account_id": account_id,
        "csrf": csrf,
        "address": address[:100],
        "agent": agent[:300],
        "means": means,
        "created_ms": now_ms,
        "seen_ms": now_ms,
        "ends_ms": now_ms + span.whole_ms,
    }
    db.execute(SESSION.insert().values(values))
    db.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(seen_ms=now_ms))
    return secret


def find(db: sa.Connection, secret: str, now_ms: int, span: Span) -> Opened | None:
    """The session of a cookie, if it is valid."""
    digest = kept(secret)
    former = sa.and_(SESSION.c.former_hash == digest, SESSION.c.former_until_ms > now_ms)
    alive = sa.and_(SESSION.c.ends_ms > now_ms, SESSION.c.seen_ms > now_ms - span.idle_ms)
    query = sa.select(SESSION).where(sa.or_(SESSION.c.hash == digest, former), alive)
    return _opened(db, one(db, query))


def by_id(db: sa.Connection, session_id: str, now_ms: int, span: Span) -> Opened | None:
    """A session by its id, if it is valid."""
    alive = sa.and_(SESSION.c.ends_ms > now_ms, SESSION.c.seen_ms > now_ms - span.idle_ms)
    return _opened(db, one(db, sa.select(SESSION).where(SESSION.c.id == session_id, alive)))


def _opened(db: sa.Connection, session: Mapping[str, Any] | None) -> Opened | None:
    if session is None:
        return None
    account = one(db, sa.select(ACCOUNT).where(ACCOUNT.c.id == session["account_id"]))
    if account is None or account["disabled_ms"]:
        return None
    view = role_of(db, session["view_as"]) if session["view_as"] else None
    return Opened(session, account, role_of(db, account["role"]), view)


def touch(db: sa.Connection, session_id: str, account_id: str, now_ms: int) -> None:
    """They were seen: the session lasts on."""
    late = sa.and_(SESSION.c.id == session_id, SESSION.c.seen_ms < now_ms - TOUCH_MS)
    if db.execute(SESSION.update().where(late).values(seen_ms=now_ms)).rowcount:
        db.execute(ACCOUNT.update().where(ACCOUNT.c.id == account_id).values(seen_ms=now_ms))


def renew(db: sa.Connection, session_id: str, now_ms: int) -> str:
    """Another secret for the same session; the old one is good for a moment. Raises `NoSession`."""
    session = db.execute(sa.select(SESSION.c.hash).where(SESSION.c.id == session_id)).first()
    if session is None:
        raise NoSession
    secret, digest = new_secret()
    values = {"hash": digest, "former_hash": session.hash, "former_until_ms": now_ms + GRACE_MS, "renew": 0}
    db.execute(SESSION.update().where(SESSION.c.id == session_id).values(values))
    return secret


def listed(db: sa.Connection, account_id: str, now_ms: int, span: Span) -> list[Mapping[str, Any]]:
    """The valid sessions of an account, latest first (AUT-13)."""
    alive = sa.and_(SESSION.c.ends_ms > now_ms, SESSION.c.seen_ms > now_ms - span.idle_ms)
    query = sa.select(SESSION).where(SESSION.c.account_id == account_id, alive).order_by(SESSION.c.id.desc()).limit(200)
    return list(many(db, query))


def end(db: sa.Connection, account_id: str, session_id: str) -> None:
    """Ends one session of this account. Raises `NoSession`."""
    query = SESSION.delete().where(SESSION.c.account_id == account_id, SESSION.c.id == session_id)
    if not db.execute(query).rowcount:
        raise NoSession


def end_all(db: sa.Connection, account_id: str, *, but: str = "") -> int:
    """Ends all sessions of an account, but one; returns how many."""
    query = SESSION.delete().where(SESSION.c.account_id == account_id, SESSION.c.id != but)
    return db.execute(query).rowcount


def sweep(db: sa.Connection, now_ms: int, span: Span) -> int:
    """Forgets sessions that are over."""
    over = sa.or_(SESSION.c.ends_ms <= now_ms, SESSION.c.seen_ms <= now_ms - span.idle_ms)
    return db.execute(SESSION.delete().where(over)).rowcount
