"""API keys: only their hashes are kept."""

from collections.abc import Sequence

from gutenbot.storage import keys
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.postgres.named import translate
from gutenbot.storage.rows import KeyHolder, KeyRow

_ADD, _GET, _USE, _REVOKE = (translate(sql).encode() for sql in (keys.ADD, keys.GET, keys.USE, keys.REVOKE))
_OLD_OFFERS, _OFFER = (translate(sql).encode() for sql in (keys.OLD_OFFERS, keys.OFFER))
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('gutenbot set-up link'))"


class PostgresAccess(Engine):
    """Keys by hash and by name."""

    async def offer_setup(self, digest: bytes, link_id: str, now_ms: int, ends_ms: int) -> bool:
        values = {"hash": digest, "id": link_id, "now": now_ms, "ends": ends_ms}

        def unit(db: Connection) -> bool:
            db.execute(_LOCK)  # of several workers that start together one offers
            db.execute(_OLD_OFFERS, values)
            return bool(db.execute(_OFFER, values).rowcount)

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
