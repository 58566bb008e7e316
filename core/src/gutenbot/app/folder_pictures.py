"""Smaller copies of the pictures that lie in bots' folders: drawn when somebody first needs one, and kept beside the database.

What is kept can go at any time: it is drawn again.
"""

import asyncio
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger

log = get_logger("media")

IN_MEMORY = 32 << 20
"""Bytes of copies that are at hand without reading the disk."""
MOST_FILES = 6_000
_SUFFIX = ".copy"


class FolderPictures:
    """Copies by the bytes of their picture, so that another picture under the same name has others."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        """Where copies are kept; None: in memory only."""
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._drawing: dict[tuple[int, str], asyncio.Task[list[bytes]]] = {}
        self._turns: dict[int, asyncio.Lock] = {}

    async def smaller(self, data: bytes, name: str, *, width: int = 0, limit: int = 0) -> bytes:
        """The smallest copy that is at least so wide, with at most so many bytes (0: any); the picture itself where there is
        none: what is no picture, moves, or cannot be drawn."""
        from gutenbot.editing import shrinking

        fits = not limit or len(data) <= limit
        at_least = next((one for one in shrinking.WIDTHS if 0 < width <= one), 0)
        if (fits and not at_least) or not shrinking.can_draw():
            return data
        wide = await asyncio.to_thread(_width_of, data, name)
        if not wide or (fits and at_least >= wide):
            return data
        key = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest()[:40])
        if fits and (found := await asyncio.to_thread(self._read, f"{key}-{at_least}")) is not None:
            return found or data
        if not fits and (found := await asyncio.to_thread(self._read, f"{key}-fit-{limit}")) is not None:
            return found or data
        widths = [one for one in shrinking.WIDTHS if one < wide] if fits else []
        copies = await self._drawn(f"{key}-{0 if fits else limit}", data, name, widths, 0 if fits else limit)
        if not fits:
            best = max((one for one in copies if len(one) <= limit), key=len, default=b"")
            await asyncio.to_thread(self._keep, {f"{key}-fit-{limit}": best})
            return best or data
        by_width = {_width_of(one, name): one for one in copies}
        await asyncio.to_thread(self._keep, {f"{key}-{one}": by_width.get(one, b"") for one in widths})
        return by_width.get(at_least) or data

    async def _drawn(self, key: str, data: bytes, name: str, widths: Sequence[int], fit: int) -> list[bytes]:
        """Draws; many who ask for the same at once wait for one drawing, and pictures are drawn one after the other."""
        from gutenbot.editing import shrinking

        loop = id(asyncio.get_running_loop())

        async def draw() -> list[bytes]:
            try:
                async with self._turns.setdefault(loop, asyncio.Lock()):
                    return await asyncio.to_thread(shrinking.smaller, data, name, widths=widths, fit=fit)
            finally:
                self._drawing.pop((loop, key), None)

        task = self._drawing.get((loop, key))
        if task is None:
            task = self._drawing[loop, key] = asyncio.create_task(draw(), name="drawing a picture")
        return await asyncio.shield(task)

    def _read(self, name: str) -> bytes | None:
        """A copy; no bytes where the picture gives none, None where nobody has tried."""
        found = self._known.get(name)
        if found is None and self.folder is not None:
            with suppress(OSError):
                found = (self.folder / f"{name}{_SUFFIX}").read_bytes()
                self._remember(name, found)
        return found

    def _keep(self, copies: dict[str, bytes]) -> None:
        from tempfile import NamedTemporaryFile

        for name, data in copies.items():
            self._remember(name, data)
            if self.folder is None:
                continue
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                with NamedTemporaryFile(dir=self.folder, delete=False) as file:
                    file.write(data)
                Path(file.name).replace(self.folder / f"{name}{_SUFFIX}")
            except OSError as error:
                log.info("media.copies_not_kept", name=name, reason=str(error))
                return
        if self.folder is not None:
            _tidy(self.folder)

    def _remember(self, name: str, data: bytes) -> None:
        with self._lock:
            self._size += len(data) - len(self._known.pop(name, b""))
            self._known[name] = data
            while self._size > IN_MEMORY and self._known:
                self._size -= len(self._known.popitem(last=False)[1])


def _width_of(data: bytes, name: str) -> int:
    """How wide a picture is that copies can be drawn of; 0 for everything else."""
    from gutenbot.editing.media_files import examine
    from gutenbot.editing.shrinking import DRAWN

    try:
        found = examine(name.rpartition("/")[2] or "picture", data, limit=len(data))
    except GutenbotError:
        return 0
    return found.width if found.mime in DRAWN else 0


def _tidy(folder: Path) -> None:
    """Lets the half go that was drawn first, where there are too many."""
    with suppress(OSError):
        files = [one for one in folder.iterdir() if one.is_file()]
        if len(files) > MOST_FILES:
            for one in sorted(files, key=lambda file: file.stat().st_mtime)[: MOST_FILES // 2]:
                one.unlink(missing_ok=True)
