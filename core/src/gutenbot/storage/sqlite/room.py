"""Room on the disk: a reserve file that is given up when the disk is full, so that work that was begun can be finished."""

import os
import shutil
from pathlib import Path

from gutenbot.kernel.clock import Clock

_RETRY_S = 1.0


class Room:
    """Knows whether there is room, and holds the reserve. Used by the writer's thread; others only read `full`."""

    def __init__(self, database: Path, clock: Clock, reserve_bytes: int, low_bytes: int) -> None:
        self.database = database
        self._folder = database.parent
        self._reserve = database.with_name(database.name + ".reserve")
        self._clock = clock
        self._reserve_bytes = reserve_bytes
        self._low_bytes = low_bytes
        self._looked = 0.0
        self.full = False

    def give_up(self) -> bool:
        """The disk is full: takes in nothing new from now on; returns whether the reserve gave some room."""
        self.full = True
        self._looked = self._clock.monotonic()
        if not self._reserve.exists():
            return False
        self._reserve.unlink()
        return True

    def take_back(self, *, at_once: bool = False) -> bool:
        """Makes the reserve again if there is room (looked for once a second); returns whether new work may come in."""
        now = self._clock.monotonic()
        if not at_once and now - self._looked < _RETRY_S:
            return not self.full
        self._looked = now
        self.full = not self._make()
        return not self.full

    def is_low(self) -> bool:
        """Too little for uploads, which stop before messages do (DSK-02)."""
        return self.full or self.free() < self._low_bytes

    def _make(self) -> bool:
        if self._reserve.exists() and self._reserve.stat().st_size == self._reserve_bytes:
            return True
        if self.free() < 2 * self._reserve_bytes:
            return False
        try:
            self._allocate()
        except OSError:
            self._reserve.unlink(missing_ok=True)
            return False
        return True

    def _allocate(self) -> None:
        with self._reserve.open("wb") as file:
            if not self._reserve_bytes:
                return
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, self._reserve_bytes)
            else:
                file.truncate(self._reserve_bytes)

    def free(self) -> int:
        """Bytes that are left on the disk."""
        return shutil.disk_usage(self._folder).free
