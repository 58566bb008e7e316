"""API keys: only their hashes are kept."""

from collections.abc import Sequence

from gutenbot.storage import keys
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.postgres.named import translate
from gutenbot.storage.rows import KeyHolder, KeyRow

_ADD, _GET, _USE, _REVOKE = (translate(sql).encode() for sql in (keys.ADD, keys.GET, keys.USE, keys.REVOKE))


class PostgresAccess(Engine):
    """Keys by hash and by name."""

    async def owned(self) -> bool:
        return await self._read(lambda db: db.execute(keys.OWNED.encode()).fetchone()) is not None

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
        await self._write(lambda db: db.execute(_ADD, values).rowcount)

    async def key(self, key_hash: bytes) -> KeyHolder | None:
        row = await self._read(lambda db: db.execute(_GET, {"hash": key_hash}).fetchone())
        return keys.holder_of(row) if row else None

    async def use_key(self, key_hash: bytes, now_ms: int) -> None:
        await self._write(lambda db: db.execute(_USE, {"hash": key_hash, "now": now_ms}).rowcount)

    async def keys(self) -> list[KeyRow]:
        rows = await self._read(lambda db: db.execute(keys.ALL.encode()).fetchall())
        return [keys.row_of(row) for row in rows]

    async def revoke_key(self, name: str) -> bool:
        return bool(await self._write(lambda db: db.execute(_REVOKE, {"name": name}).rowcount))
