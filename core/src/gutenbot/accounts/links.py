"""Links that open one door once: setting up, an invite, a new password. Only hashes of them are kept."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.errors import NoInvite, WrongLink
from gutenbot.accounts.rows import many, one
from gutenbot.accounts.secrets import SETUP_MS, kept, new_secret
from gutenbot.accounts.tables import LINK
from gutenbot.kernel.ids import new_id

Link = Mapping[str, Any]
INVITE_MS = 7 * 24 * 3600_000
RESET_MS = 30 * 60_000
LASTS_MS = {"setup": SETUP_MS, "invite": INVITE_MS, "reset": RESET_MS}
PATHS = {"setup": "/console/setup#", "invite": "/console/invite#", "reset": "/console/reset#"}
"""Where they lead. The secret is behind the `#`, so that it is in no log of a proxy and in no `Referer`."""


def make(db: sa.Connection, kind: str, now_ms: int, **about: str) -> tuple[str, Link]:
    """A new link: its secret, and its row. A second one for the same account (or the set-up) ends the first."""
    secret, digest = new_secret()
    if kind != "invite":
        db.execute(LINK.delete().where(LINK.c.kind == kind, LINK.c.account_id == about.get("account_id", "")))
    values = {
        "hash": digest,
        "id": new_id(),
        "kind": kind,
        "created_ms": now_ms,
        "ends_ms": now_ms + LASTS_MS[kind],
        **about,
    }
    db.execute(LINK.insert().values(values))
    return secret, values


def look(db: sa.Connection, kind: str, secret: str, now_ms: int) -> Link:
    """What a link is about. Raises `WrongLink`."""
    row = one(db, sa.select(LINK).where(LINK.c.hash == kept(secret), LINK.c.kind == kind))
    if row is None or row["ends_ms"] <= now_ms:
        raise WrongLink
    return row


def use(db: sa.Connection, kind: str, secret: str, now_ms: int) -> Link:
    """Uses a link up; of two at once, one gets it. Raises `WrongLink`."""
    row = look(db, kind, secret, now_ms)
    if not db.execute(LINK.delete().where(LINK.c.hash == row["hash"])).rowcount:
        raise WrongLink
    return row


def invites(db: sa.Connection, now_ms: int) -> list[Link]:
    """Open invites, latest first."""
    query = sa.select(LINK).where(LINK.c.kind == "invite", LINK.c.ends_ms > now_ms).order_by(LINK.c.id.desc())
    return list(many(db, query.limit(500)))


def take_back(db: sa.Connection, invite_id: str) -> Link:
    """Ends an invite; returns what it was. Raises `NoInvite`."""
    row = one(db, sa.select(LINK).where(LINK.c.kind == "invite", LINK.c.id == invite_id))
    if row is None:
        raise NoInvite
    db.execute(LINK.delete().where(LINK.c.hash == row["hash"]))
    return row


def sweep(db: sa.Connection, now_ms: int) -> int:
    """Forgets links that are too old."""
    return db.execute(LINK.delete().where(LINK.c.ends_ms <= now_ms)).rowcount
