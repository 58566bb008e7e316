"""What other threads hand to an event loop: however much comes at the same moment, the loop is woken once for all of it."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

LOOKS_S = 0.02
"""What was left without waking the loop is found after so long at the latest."""


class Letterbox:
    """Of one event loop. `hand` and `leave` may be called from any thread, the rest on the loop itself."""

    __slots__ = ("_calls", "_looks", "_woken", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._calls: deque[tuple[Callable[[Any], None], Any]] = deque()
        self._woken = False
        self._looks = False

    def hand(self, call: Callable[[Any], None], about: Any) -> None:
        """Has the loop call `call(about)` soon, in the order of handing. A loop that has ended calls nothing any more."""
        self._calls.append((call, about))
        if not self._woken:
            self._woken = True
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._open)

    def leave(self, call: Callable[[Any], None], about: Any) -> None:
        """The same, without haste: together with the next that is handed, or when the loop looks (`expect`)."""
        self._calls.append((call, about))

    def expect(self) -> None:
        """Something may be left here from now on: the loop looks by itself a little later."""
        if not self._looks:
            self._looks = True
            self.loop.call_later(LOOKS_S, self._look)

    def _look(self) -> None:
        self._looks = False
        self._open()

    def _open(self) -> None:
        """What is handed from here on wakes the loop again: so nothing is forgotten between the last look and the end."""
        self._woken = False
        calls = self._calls
        while calls:
            call, about = calls.popleft()
            try:
                call(about)
            except Exception as error:
                self.loop.call_exception_handler({"message": f"{call!r} failed", "exception": error})


class _OfThread(threading.local):
    """The letterbox of the loop that runs on this thread."""

    box: Letterbox | None = None


_of_thread = _OfThread()


def letterbox() -> Letterbox:
    """The one of the running loop."""
    loop = asyncio.get_running_loop()
    box = _of_thread.box
    if box is None or box.loop is not loop:
        box = _of_thread.box = Letterbox(loop)
    return box
