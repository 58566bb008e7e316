"""API keys: only their hashes are kept."""

from gutenbot.storage.postgres.engine import Engine

_ADD = "INSERT INTO access_key (key_hash, name, role, actor, created_ms) VALUES (%s, %s, %s, %s, %s)"
_GET = "SELECT name, role, actor FROM access_key WHERE key_hash = %s"
_ALL = "SELECT name, role, actor, created_ms FROM access_key ORDER BY created_ms, name"
_REVOKE = "DELETE FROM access_key WHERE name = %s"


class PostgresAccess(Engine):
    """Keys by hash and by name."""

    async def add_key(self, key_hash: bytes, name: str, role: str, actor: str, now_ms: int) -> None:
        await self._write(lambda db: db.execute(_ADD, (key_hash, name, role, actor, now_ms)).rowcount)

    async def key(self, key_hash: bytes) -> tuple[str, str, str] | None:
        row = await self._read(lambda db: db.execute(_GET, (key_hash,)).fetchone())
        return (row[0], row[1], row[2]) if row else None

    async def keys(self) -> list[tuple[str, str, str, int]]:
        rows = await self._read(lambda db: db.execute(_ALL).fetchall())
        return [(name, role, actor, created_ms) for name, role, actor, created_ms in rows]

    async def revoke_key(self, name: str) -> bool:
        return bool(await self._write(lambda db: db.execute(_REVOKE, (name,)).rowcount))
