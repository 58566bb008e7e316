"""Answers of writes with an `Idempotency-Key`, kept for a day, encrypted with that key, of which only a hash is kept."""

import os
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from gutenbot.accounts.errors import KeyReused, StillRunning
from gutenbot.accounts.rows import one
from gutenbot.accounts.tables import ANSWER

LASTS_MS = 24 * 3600_000
_TAKEN_OVER_MS = 60_000
"""A request that has not been answered after so long died with its process: another try may run."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer of a request is kept, and what opens it."""

    key: bytes
    request: bytes
    cipher: bytes


def place_of(actor: str, route: str, key: str, body: bytes) -> Place:
    """The place of a request: of this actor, this route, this key."""
    parts = f"{actor}\x1f{route}\x1f{key}".encode("utf-8", "replace")
    return Place(sha256(b"place" + parts).digest(), sha256(body).digest(), sha256(b"cipher" + parts).digest())


def begin(db: sa.Connection, place: Place, now_ms: int) -> tuple[int, bytes] | None:
    """The (sealed) answer that the request got before; None: it runs now. Raises `KeyReused`, `StillRunning`."""
    db.execute(ANSWER.delete().where(ANSWER.c.created_ms < now_ms - LASTS_MS))
    row = one(db, sa.select(ANSWER).where(ANSWER.c.key == place.key))
    if row is None:
        db.execute(ANSWER.insert().values(key=place.key, request=place.request, status=0, created_ms=now_ms))
        return None
    if bytes(row["request"]) != place.request:
        raise KeyReused
    if row["status"]:
        return row["status"], bytes(row["answer"])
    if row["created_ms"] > now_ms - _TAKEN_OVER_MS:
        raise StillRunning
    db.execute(ANSWER.update().where(ANSWER.c.key == place.key).values(created_ms=now_ms))
    return None


def sealed(place: Place, answer: bytes) -> bytes:
    """The answer as it is kept."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    return nonce + AESGCM(place.cipher).encrypt(nonce, answer, place.key)


def keep(db: sa.Connection, place: Place, status: int, sealed: bytes) -> None:
    """Keeps a sealed answer."""
    db.execute(ANSWER.update().where(ANSWER.c.key == place.key).values(status=status, answer=sealed))


def forget(db: sa.Connection, place: Place) -> None:
    """It failed in a way that another try may not: it is as if it had not been made."""
    db.execute(ANSWER.delete().where(ANSWER.c.key == place.key))


def opened(place: Place, sealed: bytes) -> bytes:
    """The answer that was sealed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(place.cipher).decrypt(sealed[:12], sealed[12:], place.key)
