"""What a sign-in waits for, between two requests: used once, for a few minutes, with a few tries."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.errors import ChallengeOver
from gutenbot.accounts.rows import one
from gutenbot.accounts.secrets import kept, new_secret
from gutenbot.accounts.tables import CHALLENGE

LASTS_MS = 10 * 60_000
MOST_TRIES = 5


def make(db: sa.Connection, kind: str, now_ms: int, *, account_id: str = "", secret: str = "", **data: Any) -> str:
    """Something to wait for; returns the secret that the caller must bring back."""
    made, digest = (secret, kept(secret)) if secret else new_secret()
    values = {
        "hash": digest,
        "kind": kind,
        "account_id": account_id,
        "data": json.dumps(data),
        "ends_ms": now_ms + LASTS_MS,
    }
    db.execute(CHALLENGE.insert().values(values))
    return made


def look(db: sa.Connection, kind: str, secret: str, now_ms: int, *, most: int = MOST_TRIES) -> Mapping[str, Any]:
    """What it is about: the row, with `data` read. Raises `ChallengeOver`, also when `most` tries were counted."""
    query = sa.select(CHALLENGE).where(CHALLENGE.c.hash == kept(secret), CHALLENGE.c.kind == kind)
    row = one(db, query)
    if row is None or row["ends_ms"] <= now_ms or row["tries"] >= most:
        raise ChallengeOver
    return {**row, "data": json.loads(row["data"])}


def count(db: sa.Connection, secret: str) -> None:
    """One try more."""
    db.execute(CHALLENGE.update().where(CHALLENGE.c.hash == kept(secret)).values(tries=CHALLENGE.c.tries + 1))


def use(db: sa.Connection, kind: str, secret: str, now_ms: int) -> Mapping[str, Any]:
    """The same, counted tries included, and it is gone: of two at once, one gets it. Raises `ChallengeOver`."""
    row = look(db, kind, secret, now_ms, most=MOST_TRIES + 1)
    if not db.execute(CHALLENGE.delete().where(CHALLENGE.c.hash == row["hash"])).rowcount:
        raise ChallengeOver
    return row


def sweep(db: sa.Connection, now_ms: int) -> int:
    """Forgets what nobody came back for."""
    return db.execute(CHALLENGE.delete().where(CHALLENGE.c.ends_ms <= now_ms)).rowcount
