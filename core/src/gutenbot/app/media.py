"""The media libraries of bots, for those who show files to people: channels, the console.

Its tables are imported when a file is first asked for.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gutenbot.app.folder_pictures import FolderPictures
from gutenbot.editing.media_errors import WrongMediaName
from gutenbot.editing.media_files import Examined, checked_name, examine
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import BotId
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Storage

if TYPE_CHECKING:
    from gutenbot.accounts.rows import Row
    from gutenbot.editing.media import Kept

log = get_logger("media")

MAX_BYTES = 25 << 20
_REMEMBERED = 5_000


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
        self._tried: OrderedDict[tuple[str, int], None] = OrderedDict()
        """Pictures, by their bytes, of which copies were drawn, and into how many bytes they were to fit."""
        self.folders = FolderPictures()
        """Copies of what lies in bots' folders."""

    async def smaller(self, data: bytes, name: str, *, width: int = 0, limit: int = 0) -> bytes:
        """Of a picture that is in no library, such as one of a bot's folder: the copy that `find` would give, else itself."""
        return await self.folders.smaller(data, name, width=width, limit=limit)

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
        """The bytes of a row of the library. A copy that is needed and not there is drawn first, where that can be."""
        from gutenbot.editing import media

        copies = await self._storage.read(lambda db: media.renditions(db, row["bot_id"], [row["id"]]))
        chosen = media.chosen(row, copies, width=width, limit=limit)
        if chosen is None or (not copies and 0 < width < row["width"]):
            copies = await self.draw(row, limit if chosen is None else 0)
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
            row = await self._storage.write(lambda db: media.add(db, bot, kept, alt or {}, change))
        except BaseException:
            await self.drop(bot, kept)
            raise
        await self.draw(row)
        return row

    async def draw(self, row: "Row", fit: int = 0) -> "list[Row]":
        """Draws the smaller copies that a picture lacks, with `fit` down to one of so many bytes; all copies that it then has.

        Nothing is drawn twice, nor without the library that draws (`gutenbot[pictures]`); what cannot be drawn is left alone.
        """
        from gutenbot.editing import media, shrinking

        bot = row["bot_id"]
        had = await self._storage.read(lambda db: media.renditions(db, bot, [row["id"]]))
        wanted = [width for width in shrinking.WIDTHS if width < row["width"] and not had]
        known = (row["blob_id"], fit)
        if known in self._tried or row["mime"] not in shrinking.DRAWN or not (wanted or fit):
            return had
        self._tried[known] = None
        if len(self._tried) > _REMEMBERED:
            self._tried.popitem(last=False)
        blob = await self._storage.get_blob(BotId(bot), row["blob_id"]) if shrinking.can_draw() else None
        if blob is None:
            return had
        drawn = await asyncio.to_thread(shrinking.smaller, blob[2], row["name"], widths=wanted, fit=fit)
        return await self._put(row, drawn) or had

    async def _put(self, row: "Row", drawn: Sequence[bytes]) -> "list[Row]":
        """Adds copies to a picture that is still the same; those that it then has."""
        from gutenbot.editing import media

        bot, stem = row["bot_id"], row["name"].rpartition(".")[0]
        kept: list[Kept] = []
        try:
            for data in drawn:
                kept += [await self.keep(bot, stem, data)]
            change = media.Change("", to_ms(self._clock.now()))
            return await self._storage.write(lambda db: media.put_drawn(db, row, kept, change))
        except BaseException as error:
            for one in kept:
                await asyncio.shield(self.drop(bot, one))
            if isinstance(error, GutenbotError):
                log.info("media.copies_not_kept", name=row["name"], reason=str(error))
                return []
            raise

    async def _keep(self, bot: str, found: Examined) -> "Kept":
        from gutenbot.editing.media import Kept

        now = to_ms(self._clock.now())
        blob = await self._storage.put_blob(BotId(bot), found.mime, found.name, found.data, now)
        return Kept(found, blob, hashlib.sha256(found.data).hexdigest())
