"""What sockets and event streams have in common: an outlet, a task that writes from it, and an orderly end."""

import asyncio
from collections.abc import Awaitable

import msgspec

from gutenbot_channel_web.outlet import Outlet

SEND_LIMIT_S = 30.0
BYE_LIMIT_S = 2.0
"""A client that does not take its last frame for so long does not get it."""


class LiveLine:
    """One client that is told what happens. A subclass says how to put a frame on the wire."""

    idle_s = 25.0

    def __init__(self) -> None:
        self.outlet = Outlet(self._overflow)
        self._writer: asyncio.Task[None] | None = None

    def say(self, frame: dict[str, object]) -> None:
        """Queues a frame."""
        self.outlet.push(msgspec.json.encode(frame))

    def bye(self, code: str, detail: str, retry_after: float = 0) -> None:
        """Ends the line with a last frame that says why."""
        frame = {"t": "bye", "code": code, "detail": detail, "retry_after": retry_after}
        self.outlet.finish(msgspec.json.encode(frame))
        if self._writer is not None:
            asyncio.get_running_loop().call_later(BYE_LIMIT_S, self._writer.cancel)

    async def put(self, frame: bytes, n: int) -> None:
        """Sends a frame; waits while the line is full."""
        raise NotImplementedError

    async def idle(self) -> None:
        """Nothing was said for a while."""
        raise NotImplementedError

    async def write_until(self, end: Awaitable[None]) -> bool:
        """Writes what the outlet has until `end` is reached, the line breaks, or the last frame is out; whether it is."""
        ending = asyncio.ensure_future(end)
        self._writer = asyncio.create_task(self._write(), name="line writes")
        try:
            await asyncio.wait({self._writer, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.outlet.closed = True
            self._writer.cancel()
            ending.cancel()
            result, _ = await asyncio.gather(self._writer, ending, return_exceptions=True)
        return result is None

    async def _write(self) -> None:
        while True:
            found = await self.outlet.next(self.idle_s)
            if found is None and self.outlet.closed:
                return
            async with asyncio.timeout(SEND_LIMIT_S):
                await (self.idle() if found is None else self.put(*found))

    def _overflow(self) -> None:
        self.bye("slow-consumer", "Too much was waiting for this client.", 5)
