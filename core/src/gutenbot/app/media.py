"""The media libraries of bots, for those who show files to people: channels, the console.

Its tables are imported when a file is first asked for.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gutenbot.editing.media_errors import WrongMediaName
from gutenbot.editing.media_files import Examined, checked_name, examine
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import BotId
from gutenbot.storage.port import Storage

if TYPE_CHECKING:
    from gutenbot.accounts.rows import Row
    from gutenbot.editing.media import Kept

MAX_BYTES = 25 << 20


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of a library, or a smaller copy of it."""

    name: str
    mime: str
    data: bytes
    etag: str
    """The same as long as the bytes are the same."""


class MediaShelf:
    """Files of bots by the names that content gives them."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def find(self, bot: str, name: str, *, width: int = 0, limit: int = 0) -> MediaFile | None:
        """The file of a name, or None: the smallest copy that is at least so wide, with at most so many bytes (0: any)."""
        from gutenbot.editing import media

        try:
            wanted = checked_name(name)
        except WrongMediaName:
            return None
        row = await self._storage.read(lambda db: media.by_name(db, bot, wanted))
        return None if row is None else await self.open(row, width=width, limit=limit)

    async def open(self, row: "Row", *, width: int = 0, limit: int = 0) -> MediaFile | None:
        """The bytes of a row of the library."""
        from gutenbot.editing import media

        copies = await self._storage.read(lambda db: media.renditions(db, row["bot_id"], [row["id"]]))
        chosen = media.chosen(row, copies, width=width, limit=limit)
        if chosen is None:
            return None
        blob = await self._storage.get_blob(BotId(row["bot_id"]), chosen["blob_id"])
        return None if blob is None else MediaFile(row["name"], chosen["mime"], blob[2], chosen["sha256"][:32])

    async def keep(self, bot: str, name: str, data: bytes) -> "Kept":
        """Examines a file and puts its bytes down. Raises `NotMedia`, `MediaTooLarge`, `WrongMediaName`."""
        found = examine(name, data, limit=MAX_BYTES)
        return await self._keep(bot, found)

    async def drop(self, bot: str, kept: "Kept") -> None:
        """Takes the bytes of a file away that did not get into the library."""
        from gutenbot.editing import media

        await self._storage.write(lambda db: media.forget_blobs(db, bot, [kept.blob]))

    async def add(
        self, bot: str, name: str, data: bytes, *, alt: Mapping[str, str] | None = None, by: str = ""
    ) -> "Row":
        """Takes a file in, as `POST /media` does. Raises what `keep` raises, and `MediaNameTaken`."""
        from gutenbot.editing import media

        kept = await self.keep(bot, name, data)
        change = media.Change(by, to_ms(self._clock.now()))
        try:
            return await self._storage.write(lambda db: media.add(db, bot, kept, alt or {}, change))
        except BaseException:
            await self.drop(bot, kept)
            raise

    async def _keep(self, bot: str, found: Examined) -> "Kept":
        from gutenbot.editing.media import Kept

        now = to_ms(self._clock.now())
        blob = await self._storage.put_blob(BotId(bot), found.mime, found.name, found.data, now)
        return Kept(found, blob, hashlib.sha256(found.data).hexdigest())
