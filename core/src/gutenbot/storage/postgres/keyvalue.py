"""A small store for bots and modules: JSON by scope and key, changed under a lock of its row, so no change is lost."""

from collections.abc import Callable
from typing import Any

from gutenbot.storage.codec import clean, decode_any, encode_any
from gutenbot.storage.errors import NotANumber
from gutenbot.storage.paths import part_of, replaced_in, steps_of
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Engine

_GET = "SELECT value FROM kv WHERE scope = %s AND key = %s"
_MAKE = "INSERT INTO kv (scope, key, value) VALUES (%s, %s, 'null') ON CONFLICT DO NOTHING"
_LOCK = f"{_GET} FOR UPDATE"
_SET = "UPDATE kv SET value = %s WHERE scope = %s AND key = %s"
_DELETE = "DELETE FROM kv WHERE scope = %s AND key = %s"
_LIST = "SELECT key, value FROM kv WHERE scope = %s AND key >= %s AND key < %s ORDER BY key LIMIT %s"
_LAST = "\U0010ffff"


class PostgresKeyValue(Engine):
    """Values, and parts of values at dotted paths."""

    async def kv_get(self, scope: str, key: str, path: str = "") -> Any:
        row = await self._read(lambda db: db.execute(_GET, (scope, key)).fetchone())
        return part_of(decode_any(row[0]), steps_of(path)) if row else None

    async def kv_set(self, scope: str, key: str, value: Any, path: str = "") -> None:
        encode_any(value)  # a mistake is the caller's alone, not the whole group's
        await self._write(lambda db: _change(db, scope, key, path, lambda _: value), f"~kv {scope} {key}")

    async def kv_make(self, scope: str, key: str, value: Any) -> Any:
        encode_any(value)

        def make(before: Any) -> Any:
            return value if before is None else before

        return await self._write(lambda db: _change(db, scope, key, "", make), f"~kv {scope} {key}")

    async def kv_add(self, scope: str, key: str, amount: float, path: str = "") -> float:
        def add(before: Any) -> Any:
            if before is not None and (isinstance(before, bool) or not isinstance(before, int | float)):
                raise NotANumber(place=f"{scope}/{key} {path}".strip())
            return (before or 0) + amount

        total: float = await self._write(lambda db: _change(db, scope, key, path, add), f"~kv {scope} {key}")
        return total

    async def kv_delete(self, scope: str, key: str) -> None:
        await self._write(lambda db: db.execute(_DELETE, (scope, key)).rowcount, f"~kv {scope} {key}")

    async def kv_list(self, scope: str, prefix: str = "", limit: int = 1000) -> dict[str, Any]:
        start = clean(prefix)
        values = (scope, start, start + _LAST, limit)
        rows = await self._read(lambda db: db.execute(_LIST, values).fetchall())
        return {key: decode_any(value) for key, value in rows}


def _change(db: Connection, scope: str, key: str, path: str, change: Callable[[Any], Any]) -> Any:
    """Replaces the part at the path by what `change` makes of it; returns that."""
    steps = steps_of(path)
    row = db.execute(_LOCK, (scope, key)).fetchone()
    if row is None:
        db.execute(_MAKE, (scope, key))
        row = db.execute(_LOCK, (scope, key)).fetchone()
    whole = decode_any(row[0]) if row else None
    part = change(part_of(whole, steps))
    db.execute(_SET, (encode_any(replaced_in(whole, steps, part)), scope, key))
    return part
