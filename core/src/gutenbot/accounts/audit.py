"""The record of who changed what: one chain of lines, each with the hash of the one before, none ever changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts.lines import Line, Who
from gutenbot.accounts.rows import many
from gutenbot.accounts.tables import AUDIT, AUDIT_HEAD
from gutenbot.kernel.clock import from_ms
from gutenbot.kernel.ids import new_id

MASK = "•••"
_SECRET = ("password", "secret", "token", "key", "code", "cookie", "credential")
_LOCK = sa.text("SELECT pg_advisory_xact_lock(7167111497)")
_FIELDS = (
    "n", "id", "at_ms", "actor_kind", "actor_id", "actor_name", "verb", "object", "object_id", "what", "before", "after",
    "address",
)  # fmt: skip
_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines."""

    actor: str = ""
    verb: str = ""
    object: str = ""
    object_id: str = ""
    since_ms: int = 0
    until_ms: int = 0
    words: str = ""


def append(db: sa.Connection, who: Who, line: Line, now_ms: int) -> str:
    """Adds a line as the last one; returns its id. Call it at the end of the transaction: others wait for it."""
    if db.dialect.name == "postgresql":
        db.execute(_LOCK)
    head = db.execute(sa.select(AUDIT_HEAD.c.n, AUDIT_HEAD.c.hash)).first()
    n, previous = (head.n + 1, bytes(head.hash)) if head else (1, b"")
    row: dict[str, Any] = {
        "n": n,
        "id": new_id(),
        "at_ms": now_ms,
        "actor_kind": who.kind,
        "actor_id": _storable(who.id, 200),
        "actor_name": _storable(who.name, 200),
        "verb": line.verb,
        "object": line.object,
        "object_id": _storable(line.object_id, 200),
        "what": _storable(line.what, 500),
        "before": _json(line.before),
        "after": _json(line.after),
        "address": who.address[:100],
    }
    digest = hash_of(row, previous)
    db.execute(AUDIT.insert().values(**row, previous=previous, hash=digest))
    if head:
        db.execute(AUDIT_HEAD.update().values(n=n, hash=digest))
    else:
        db.execute(AUDIT_HEAD.insert().values(one=1, n=n, hash=digest))
    return str(row["id"])


def hash_of(row: Mapping[str, Any], previous: bytes) -> bytes:
    """The hash of a line that comes after the one with this hash."""
    text = json.dumps([row[name] for name in _FIELDS], ensure_ascii=False, separators=(",", ":"))
    return sha256(previous + text.encode("utf-8", "surrogatepass")).digest()


def page(db: sa.Connection, wanted: Wanted, limit: int, before_n: int = 0) -> list[dict[str, Any]]:
    """Lines, the latest first; `before_n` is the last number of the page before."""
    query = _where(sa.select(AUDIT), wanted).order_by(AUDIT.c.n.desc()).limit(limit)
    if before_n:
        query = query.where(AUDIT.c.n < before_n)
    return [shown(row) for row in many(db, query)]


def batch(db: sa.Connection, wanted: Wanted, after_n: int) -> list[dict[str, Any]]:
    """Up to 1,000 lines, oldest first, after a number: exports go on from the last one."""
    query = _where(sa.select(AUDIT), wanted).where(AUDIT.c.n > after_n).order_by(AUDIT.c.n).limit(_PAGE)
    return [shown(row) for row in many(db, query)]


def written(row: Mapping[str, Any]) -> bytes:
    """A line of `batch` as exports have it: one JSON object without its number, and the end of the line."""
    told = {**row, "at": from_ms(row["at"]).isoformat()}
    del told["n"]
    return f"{json.dumps(told, ensure_ascii=False)}\n".encode("utf-8", "replace")


def count(db: sa.Connection, wanted: Wanted) -> int:
    """How many lines there are of these."""
    return int(db.execute(_where(sa.select(sa.func.count()).select_from(AUDIT), wanted)).scalar_one())


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line as the API tells it."""
    return {
        "id": row["id"],
        "n": row["n"],
        "at": row["at_ms"],
        "actor": {"kind": row["actor_kind"], "id": row["actor_id"], "name": row["actor_name"]},
        "verb": row["verb"],
        "object": row["object"],
        "object_id": row["object_id"],
        "what": row["what"],
        "before": json.loads(row["before"]) if row["before"] else None,
        "after": json.loads(row["after"]) if row["after"] else None,
        "address": row["address"],
    }


def check_some(db: sa.Connection, after_n: int, previous: bytes) -> tuple[int, bytes, int | None, bool]:
    """Checks up to 1,000 lines on: (last good number, its hash, the number of a broken line or None, whether it is the end)."""
    rows = many(db, sa.select(AUDIT).where(AUDIT.c.n > after_n).order_by(AUDIT.c.n).limit(_PAGE))
    for row in rows:
        right = row["n"] == after_n + 1 and bytes(row["previous"]) == previous
        if not right or hash_of(row, previous) != bytes(row["hash"]):
            return after_n, previous, after_n + 1, True
        after_n, previous = row["n"], bytes(row["hash"])
    if len(rows) == _PAGE:
        return after_n, previous, None, False
    head = db.execute(sa.select(AUDIT_HEAD.c.n, AUDIT_HEAD.c.hash)).first()
    ends = (head.n, bytes(head.hash)) if head else (0, b"")
    return after_n, previous, None if ends == (after_n, previous) else min(ends[0], after_n) + 1, True


def masked(value: Any, name: str = "") -> Any:
    """The same without secrets: what bears a telling name is replaced."""
    if name and any(word in name.lower() for word in _SECRET) and value not in (None, "", True, False):
        return MASK
    if isinstance(value, Mapping):
        return {str(key): masked(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(one) for one in value]
    return value


def _json(value: Mapping[str, Any] | None) -> str:
    if value is None:
        return ""
    return _storable(json.dumps(masked(value), ensure_ascii=False, default=str), 16_000)


def _storable(text: str, limit: int) -> str:
    """What both engines can keep, byte for byte: the hash must be the same when it is read again."""
    cleaned = text.replace("\x00", "�").encode("utf-8", "replace").decode()
    return (
        cleaned
        if len(cleaned) <= limit
        else json.dumps({"cut": cleaned[: limit // 2]})
        if limit > 500
        else cleaned[:limit]
    )


def _where(query: "sa.Select[Any]", wanted: Wanted) -> "sa.Select[Any]":
    for part in _parts(wanted):
        query = query.where(part)
    return query


def _parts(wanted: Wanted) -> "Iterator[sa.ColumnElement[bool]]":
    for column, value in (
        (AUDIT.c.actor_id, wanted.actor),
        (AUDIT.c.verb, wanted.verb),
        (AUDIT.c.object, wanted.object),
        (AUDIT.c.object_id, wanted.object_id),
    ):
        if value:
            yield column == value
    if wanted.since_ms:
        yield AUDIT.c.at_ms >= wanted.since_ms
    if wanted.until_ms:
        yield AUDIT.c.at_ms < wanted.until_ms
    if wanted.words:
        yield sa.or_(*(one.icontains(wanted.words, autoescape=True) for one in (AUDIT.c.what, AUDIT.c.actor_name)))
