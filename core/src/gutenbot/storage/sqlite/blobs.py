"""Bytes with a type: uploads and media, up to a limit, kept in the database so that one backup has everything."""

from gutenbot.kernel.ids import BotId, new_id
from gutenbot.storage.codec import clean
from gutenbot.storage.errors import BlobTooLarge, StorageFull
from gutenbot.storage.sqlite.engine import Engine

_PUT = "INSERT INTO blob (bot_id, blob_id, mime, name, created_ms, data) VALUES (?, ?, ?, ?, ?, ?)"
_GET = "SELECT mime, name, data FROM blob WHERE bot_id = ? AND blob_id = ?"


class SqliteBlobs(Engine):
    """Uploads stop before messages do when the disk gets full (DSK-02)."""

    async def put_blob(self, bot_id: BotId, mime: str, name: str, data: bytes, now_ms: int) -> str:
        if len(data) > self._limits.blob_bytes:
            raise BlobTooLarge(size=len(data), limit=self._limits.blob_bytes)
        if self._room.is_low():
            raise StorageFull(path=self._path)
        blob_id = new_id()
        values = (bot_id, blob_id, clean(mime), clean(name), now_ms, data)
        await self._write(lambda db: db.execute(_PUT, values).rowcount, taking_in=True)
        return blob_id

    async def get_blob(self, bot_id: BotId, blob_id: str) -> tuple[str, str, bytes] | None:
        row = await self._aside(lambda db: db.execute(_GET, (bot_id, blob_id)).fetchone())
        return (row[0], row[1], row[2]) if row else None
