"""The way to one client: frames wait in a bounded queue until the line takes them. Who does not read is let go."""

import asyncio
from collections import deque
from collections.abc import Callable

QUEUE_LIMIT = 1 << 20
"""Bytes that may wait for a client; more means that it does not read (SOCK-04)."""
ROOM = 256 << 10
"""History is only read while less than this waits."""


class Outlet:
    """Frames for one client, in order."""

    def __init__(self, overflow: Callable[[], None], limit: int = QUEUE_LIMIT) -> None:
        self._overflow = overflow
        self._limit = limit
        self._frames: deque[tuple[bytes, int]] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self.closed = False

    @property
    def waiting(self) -> int:
        """Bytes that wait."""
        return self._bytes

    def push(self, frame: bytes, n: int = 0) -> None:
        """Adds a frame; `n` is the position when it is an entry. Past the limit, all that waits is dropped."""
        if self.closed:
            return
        self._frames.append((frame, n))
        self._bytes += len(frame)
        self._filled.set()
        if self._bytes > ROOM:
            self._emptied.clear()
        if self._bytes > self._limit:
            self._frames.clear()
            self._overflow()

    def finish(self, last: bytes) -> None:
        """One last frame, then nothing more."""
        if self.closed:
            return
        self.closed = True
        self._frames.append((last, 0))
        self._filled.set()

    async def room(self) -> None:
        """Returns when there is room for a page of history."""
        await self._emptied.wait()

    async def next(self, limit_s: float) -> tuple[bytes, int] | None:
        """The next frame and its position; None when there was none for so long, or when all is said."""
        if not self._frames and not self.closed:
            self._filled.clear()
            try:
                async with asyncio.timeout(limit_s):
                    await self._filled.wait()
            except TimeoutError:
                return None
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self._bytes = max(0, self._bytes - len(frame[0]))
        if self._bytes <= ROOM:
            self._emptied.set()
        return frame
