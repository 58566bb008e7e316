"""Watches the event loop of turns from a thread of its own, and names the line that blocks it (SLO-02)."""

import asyncio
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Protocol

from gutenbot.kernel.blame import deepest
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.turns.loop import TurnLoop

log = get_logger("watchdog")

CHECK_S = 0.25
BLOCKED_S = 1.0


class Watched(Protocol):
    """A thread with an event loop."""

    loop: asyncio.AbstractEventLoop | None

    @property
    def ident(self) -> int: ...


class Watchdog:
    """Sends the loop a heartbeat; when it does not come back within a second, says what runs there."""

    def __init__(self, turns: "TurnLoop") -> None:
        self._turns = turns
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop_thread = 0
        self.reports: list[str] = []
        """The lines that were found blocking, latest last (at most 100)."""

    def watch(self, watched: Watched) -> None:
        """Starts watching a loop on its thread."""
        loop = watched.loop
        assert loop is not None
        self._loop_thread = watched.ident
        self._thread = threading.Thread(target=self._run, args=(loop,), name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops watching."""
        self._stop.set()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stop.wait(CHECK_S):
            beat = threading.Event()
            try:
                loop.call_soon_threadsafe(beat.set)
            except RuntimeError:
                return  # the loop is closed
            if not beat.wait(BLOCKED_S):
                self._report()
                while not beat.wait(CHECK_S):
                    if self._stop.is_set():
                        return

    def _report(self) -> None:
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  (documented for debuggers)
        if frame is None:
            return
        where, line = blocking_line(traceback.extract_stack(frame))
        running = ", ".join(list(self._turns.current)[:3])
        self.reports = [*self.reports[-99:], where]
        log.error(
            "turn.blocks", where=where, line=line, conversations=running,
            hint="the event loop waits for this line: put it into `await chat.step(function, …)`, which runs it in a thread",
        )  # fmt: skip


def blocking_line(stack: traceback.StackSummary) -> tuple[str, str]:
    """(file:line, source) of the deepest frame that is an author's or a module's, else of the deepest one."""
    entry = deepest(stack) or stack[-1]
    return f"{entry.filename}:{entry.lineno}", entry.line or ""
