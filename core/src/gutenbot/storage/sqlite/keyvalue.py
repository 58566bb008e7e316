"""A small store for bots and modules: JSON by scope and key, changed inside the writer, so no change is lost."""

import sqlite3
from collections.abc import Callable
from typing import Any

from gutenbot.storage.codec import clean, decode_any, encode_any
from gutenbot.storage.errors import NotANumber
from gutenbot.storage.paths import part_of, replaced_in, steps_of
from gutenbot.storage.sqlite.engine import Engine

_GET = "SELECT value FROM kv WHERE scope = ? AND key = ?"
_SET = """INSERT INTO kv (scope, key, value) VALUES (?, ?, ?)
ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value"""
_DELETE = "DELETE FROM kv WHERE scope = ? AND key = ?"
_LIST = "SELECT key, value FROM kv WHERE scope = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?"
_LAST = "\U0010ffff"


class SqliteKeyValue(Engine):
    """Values, and parts of values at dotted paths."""

    async def kv_get(self, scope: str, key: str, path: str = "") -> Any:
        return part_of(_value(self._readers.connection(), scope, key), steps_of(path))

    async def kv_set(self, scope: str, key: str, value: Any, path: str = "") -> None:
        encode_any(value)  # a mistake is the caller's alone, not the whole group's
        await self._write(lambda db: _change(db, scope, key, path, lambda _: value))

    async def kv_make(self, scope: str, key: str, value: Any) -> Any:
        encode_any(value)

        def make(before: Any) -> Any:
            return value if before is None else before

        return await self._write(lambda db: _change(db, scope, key, "", make))

    async def kv_add(self, scope: str, key: str, amount: float, path: str = "") -> float:
        def add(before: Any) -> Any:
            if before is not None and (isinstance(before, bool) or not isinstance(before, int | float)):
                raise NotANumber(place=f"{scope}/{key} {path}".strip())
            return (before or 0) + amount

        total: float = await self._write(lambda db: _change(db, scope, key, path, add))
        return total

    async def kv_delete(self, scope: str, key: str) -> None:
        await self._write(lambda db: db.execute(_DELETE, (clean(scope), clean(key))).rowcount)

    async def kv_list(self, scope: str, prefix: str = "", limit: int = 1000) -> dict[str, Any]:
        start = clean(prefix)
        values = (clean(scope), start, start + _LAST, limit)
        rows = self._read(lambda db: db.execute(_LIST, values).fetchall())
        return {key: decode_any(value) for key, value in rows}


def _value(db: sqlite3.Connection, scope: str, key: str) -> Any:
    row = db.execute(_GET, (clean(scope), clean(key))).fetchone()
    return decode_any(row[0]) if row else None


def _change(db: sqlite3.Connection, scope: str, key: str, path: str, change: Callable[[Any], Any]) -> Any:
    """Replaces the part at the path by what `change` makes of it; returns that."""
    steps = steps_of(path)
    whole = _value(db, scope, key)
    part = change(part_of(whole, steps))
    db.execute(_SET, (clean(scope), clean(key), encode_any(replaced_in(whole, steps, part))))
    return part
