"""Bytes with a type: uploads and media, up to a limit, kept in the database so that one backup has everything."""

from gutenbot.kernel.ids import BotId, new_id
from gutenbot.storage.errors import BlobTooLarge
from gutenbot.storage.postgres.engine import Engine

_PUT = "INSERT INTO blob (bot_id, blob_id, mime, name, created_ms, data) VALUES (%s, %s, %s, %s, %s, %s)"
_GET = "SELECT mime, name, data FROM blob WHERE bot_id = %s AND blob_id = %s"


class PostgresBlobs(Engine):
    """Uploads of a bot and its people."""

    async def put_blob(self, bot_id: BotId, mime: str, name: str, data: bytes, now_ms: int) -> str:
        if len(data) > self._limits.blob_bytes:
            raise BlobTooLarge(size=len(data), limit=self._limits.blob_bytes)
        blob_id = new_id()
        await self._write(lambda db: db.execute(_PUT, (bot_id, blob_id, mime, name, now_ms, data)).rowcount)
        return blob_id

    async def get_blob(self, bot_id: BotId, blob_id: str) -> tuple[str, str, bytes] | None:
        row = await self._read(lambda db: db.execute(_GET, (bot_id, blob_id)).fetchone())
        return (row[0], row[1], row[2]) if row else None
