"""Single keys of a terminal, taken without Enter. The terminal is given back as it was, however the process ends.

Ctrl-C, Ctrl-Z and Ctrl-\\ do what they always do.
"""

import asyncio
import atexit
import importlib.util
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

termios: Any = importlib.import_module("termios") if importlib.util.find_spec("termios") else None
"""None on Windows, which has no such terminals."""
_NO_LETTER = re.compile(rb"\x1b(\[[0-9;]*[A-Za-z~]|O.|.)?", re.DOTALL)
"""What arrows and other keys without a letter send."""
_LOCAL_FLAGS = 3
"""The place of the local flags among the attributes of a terminal."""


def terminal() -> int | None:
    """The terminal whose keys are ours; None when nobody sits there: a pipe, a job in the background, Windows."""
    if termios is None or sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    try:
        fd = sys.stdin.fileno()
        return fd if os.tcgetpgrp(fd) == os.getpgrp() else None
    except OSError:
        return None


class Keys:
    """Calls what belongs to a key as long as `run` runs."""

    def __init__(self, fd: int, actions: Mapping[str, Callable[[], None]]) -> None:
        self._fd = fd
        self._actions = dict(actions)
        self._before: list[Any] | None = None

    async def run(self) -> None:
        """Until it is cancelled, or the terminal is gone."""
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        self._take()
        loop.add_reader(self._fd, self._read, gone)
        loop.add_signal_handler(signal.SIGCONT, self._quiet)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self._fd)
            loop.remove_signal_handler(signal.SIGCONT)
            self.give_back()

    def give_back(self) -> None:
        """The terminal as it was before; may be called more than once."""
        if self._before is None:
            return
        before, self._before = self._before, None
        atexit.unregister(self.give_back)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        try:
            termios.tcsetattr(self._fd, termios.TCSADRAIN, before)
        except (OSError, termios.error):
            return  # there is no terminal any more

    def _take(self) -> None:
        self._before = termios.tcgetattr(self._fd)
        atexit.register(self.give_back)
        signal.signal(signal.SIGQUIT, self._quit)
        self._quiet()

    def _quiet(self) -> None:
        """No waiting for Enter, no echo; also after the job was in the background for a while."""
        if self._before is None or os.tcgetpgrp(self._fd) != os.getpgrp():
            return
        wanted = [*self._before]
        wanted[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(self._fd, termios.TCSADRAIN, wanted)

    def _quit(self, number: int, frame: FrameType | None) -> None:
        self.give_back()
        os.kill(os.getpid(), number)

    def _read(self, gone: asyncio.Event) -> None:
        try:
            pressed = os.read(self._fd, 64)
        except OSError:
            pressed = b""
        if not pressed:
            asyncio.get_running_loop().remove_reader(self._fd)
            gone.set()
        for letter in _NO_LETTER.sub(b"", pressed).decode("utf-8", "ignore").lower():
            action = self._actions.get(letter)
            if action is not None:
                action()
