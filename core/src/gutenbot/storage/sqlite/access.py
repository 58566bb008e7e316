"""API keys: only their hashes are kept."""

import sqlite3
from collections.abc import Sequence

from gutenbot.storage import keys
from gutenbot.storage.codec import clean
from gutenbot.storage.rows import KeyHolder, KeyRow
from gutenbot.storage.sqlite.engine import Engine


class SqliteAccess(Engine):
    """Keys by hash and by name."""

    async def offer_setup(self, digest: bytes, link_id: str, now_ms: int, ends_ms: int) -> bool:
        values = {"hash": digest, "id": link_id, "now": now_ms, "ends": ends_ms}

        def unit(db: sqlite3.Connection) -> bool:
            db.execute(keys.OLD_OFFERS, values)
            return bool(db.execute(keys.OFFER, values).rowcount)

        return await self._write(unit)

    async def add_key(
        self,
        key_hash: bytes,
        name: str,
        role: str,
        actor: str,
        now_ms: int,
        *,
        account_id: str = "",
        scopes: Sequence[str] = (),
        prefix: str = "",
        ends_ms: int = 0,
    ) -> None:
        key = KeyRow(
            name=name, role=role, actor=actor, account_id=account_id, scopes=tuple(scopes), prefix=prefix,
            created_ms=now_ms, ends_ms=ends_ms,
        )  # fmt: skip
        values = keys.values(key_hash, key)
        await self._write(lambda db: db.execute(keys.ADD, values).rowcount)

    async def key(self, key_hash: bytes) -> KeyHolder | None:
        row = self._readers.connection().execute(keys.GET, {"hash": key_hash}).fetchone()
        return keys.holder_of(row) if row else None

    async def use_key(self, key_hash: bytes, now_ms: int) -> None:
        await self._write(lambda db: db.execute(keys.USE, {"hash": key_hash, "now": now_ms}).rowcount)

    async def keys(self) -> list[KeyRow]:
        rows = self._read(lambda db: db.execute(keys.ALL).fetchall())
        return [keys.row_of(row) for row in rows]

    async def revoke_key(self, name: str) -> bool:
        return bool(await self._write(lambda db: db.execute(keys.REVOKE, {"name": clean(name)}).rowcount))
