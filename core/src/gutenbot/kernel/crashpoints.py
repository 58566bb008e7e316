"""Named places where a test can make the process die as if the power had gone. Costs one falsy check when not armed."""

import os
import threading
from collections.abc import Mapping

EXIT_CODE = 137
"""What a shell reports for a process that was killed by SIGKILL."""

_left: dict[str, int] = {}
_lock = threading.Lock()


def arm(environ: Mapping[str, str]) -> None:
    """Reads `GUTENBOT_CRASH_AT="name:count"`: the process dies the count-th time that it reaches the name."""
    _left.clear()
    wanted = environ.get("GUTENBOT_CRASH_AT", "")
    if wanted:
        name, _, count = wanted.partition(":")
        _left[name] = int(count or "1")


def reach(name: str) -> None:
    """Says that the program got here; does nothing unless a test armed this name."""
    if _left:
        _count(name)


def _count(name: str) -> None:
    with _lock:
        if name not in _left:
            return
        _left[name] -= 1
        if _left[name] <= 0:
            os._exit(EXIT_CODE)
