"""Ends a server whose memory has grown past a limit: it finishes what it has begun, and is started anew (MOD-04)."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from gutenbot.kernel.log import get_logger

log = get_logger("serve")
TOO_LARGE = 75
"""The exit code of a server that has grown too large (EX_TEMPFAIL of sysexits.h): another start helps."""
LOOK_S = 1.0
_STATM = Path("/proc/self/statm")


def resident_bytes() -> int:
    """How much memory this process has; 0 where the system does not say."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


class MemoryWatch:
    """Looks how much memory the process has; calls `end` when it is more than the limit. 0: there is none."""

    def __init__(self, limit_mb: int, end: Callable[[], None], look: Callable[[], int] = resident_bytes) -> None:
        self._limit = limit_mb << 20
        self._end = end
        self._look = look
        self.grown = False
        """It was too large."""

    async def run(self) -> None:
        """Returns when it is too large, or when nobody knows how large it is."""
        if not self._limit:
            return
        while (now := self._look()) <= self._limit:
            if not now:
                return
            await asyncio.sleep(LOOK_S)
        self.grown = True
        log.error(
            "server.too_large", resident_mb=now >> 20, limit_mb=self._limit >> 20, why="a module or bot keeps too much"
        )
        self._end()
