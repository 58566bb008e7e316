"""Follows one conversation for one client: every entry in order of `n`, none left out, none twice.

Live notices are hints that may be lost or come out of order. An entry is passed on only when it is the next one; otherwise the
gap is read from the thread, which is the truth.
"""

import asyncio
from collections.abc import Callable

import msgspec

from gutenbot.sdk import App, Notice, Temporary, ThreadEntry, get_logger
from gutenbot_channel_web.conversations import Owned
from gutenbot_channel_web.entries import frame_bytes
from gutenbot_channel_web.outlet import Outlet

log = get_logger("channel-web")

PAGE = 200
_PATIENCE = 5
_AGAIN_S = 0.5


class Follower:
    """The position of one client in one conversation."""

    def __init__(self, app: App, owned: Owned, outlet: Outlet) -> None:
        self._app = app
        self._owned = owned
        self._outlet = outlet
        self._cursor = 0
        self._again = False
        self._task: asyncio.Task[None] | None = None
        self._unwatch: Callable[[], None] = _nothing

    async def start(self, after: int, last_n: int, read_n: int) -> None:
        """Says `opened`, then what came after a position. A position that does not exist is taken as the last one."""
        self._cursor = max(0, min(after, last_n))
        opened = {"t": "opened", "conversation": self._owned.id, "last_n": last_n, "read_n": read_n}
        self._outlet.push(msgspec.json.encode(opened))
        self._unwatch = self._app.turns.live.watch(self._owned.id, self._hear)
        self.check()

    def check(self) -> None:
        """Looks into the thread for entries whose hint was lost."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._catch_up(), name=f"follow {self._owned.id}")
        else:
            self._again = True

    async def stop(self) -> None:
        """Follows no more."""
        self._unwatch()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _hear(self, notice: Notice) -> None:
        if notice.elsewhere:
            self.check()
        for entry in notice.entries:
            reading = self._task is not None and not self._task.done()
            if not reading and entry.n == self._cursor + 1:
                self._push(entry)
            elif entry.n > self._cursor:
                self.check()
        if notice.typing is not None:
            frame = {"t": "typing", "conversation": self._owned.id, "on": notice.typing}
            self._outlet.push(msgspec.json.encode(frame))

    def _push(self, entry: ThreadEntry) -> None:
        self._cursor = entry.n
        self._outlet.push(frame_bytes(entry, self._owned.id, self._owned.bot), entry.n)

    async def _catch_up(self) -> None:
        """Reads pages until there is nothing new, also no hint that came meanwhile."""
        patience = _PATIENCE
        while not self._outlet.closed:
            self._again = False
            await self._outlet.room()
            try:
                page = await self._app.storage.thread(self._owned.id, after=self._cursor, limit=PAGE)
            except Temporary as error:
                log.warning("thread.unreadable", conversation=self._owned.id, error=str(error))
                await asyncio.sleep(_AGAIN_S)
                continue
            if page and page[0].n != self._cursor + 1 and patience > 0:
                patience -= 1
                await asyncio.sleep(_AGAIN_S)
                continue
            for entry in page:
                await self._outlet.room()
                self._push(entry)
            if len(page) < PAGE and not self._again:
                return


def _nothing() -> None:
    return
