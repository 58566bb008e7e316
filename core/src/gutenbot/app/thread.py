"""An event loop on a thread of its own: what blocks there does not hold up the others."""

import asyncio
import threading
from collections.abc import Awaitable, Callable


class LoopThread:
    """Runs `start` on a new event loop, keeps the loop until `stop`, then runs `stop` on it."""

    def __init__(self, name: str, start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]) -> None:
        self._start = start
        self._stop = stop
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._ready: asyncio.Future[None] | None = None
        self._caller: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    @property
    def ident(self) -> int:
        """The thread's number, as `sys._current_frames` knows it; 0 before the start."""
        return self._thread.ident or 0

    async def start(self) -> None:
        """Returns when `start` has; raises what it raised."""
        self._caller = asyncio.get_running_loop()
        self._ready = self._caller.create_future()
        self._thread.start()
        await self._ready

    async def stop(self) -> None:
        """Returns when `stop` has run and the thread is over."""
        if self.loop is not None and self._ending is not None and self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._ending.set)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            import uvloop
        except ImportError:
            asyncio.run(self._live())
        else:
            uvloop.run(self._live())

    async def _live(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        try:
            await self._start()
        except BaseException as error:
            self._answer(error)
            return
        self._answer(None)
        await self._ending.wait()
        await self._stop()

    def _answer(self, error: BaseException | None) -> None:
        assert self._caller is not None
        self._caller.call_soon_threadsafe(self._settle, error)

    def _settle(self, error: BaseException | None) -> None:
        if self._ready is None or self._ready.done():
            return
        if error is None:
            self._ready.set_result(None)
        else:
            self._ready.set_exception(error)
