"""What all parts of the SQLite storage share: who we are, what time it is, how to write and how to read."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.meters import Meters
from gutenbot.storage.measured import StorageMeasures
from gutenbot.storage.sqlite.connections import Readers
from gutenbot.storage.sqlite.room import Room
from gutenbot.storage.sqlite.writer import Unit, Writer

T = TypeVar("T")
READERS_ASIDE = 2
"""So many long reads run at the same moment; further ones wait for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large things may grow."""

    state_bytes: int = 1 << 20
    """Frames, journal and variables of one conversation together (POI-03)."""
    blob_bytes: int = 25 << 20
    reserve_bytes: int = 64 << 20
    """The file that is given up when the disk is full."""
    low_bytes: int = 500 << 20
    """Less free room than this, and uploads are refused."""
    read_s: float = 5.0
    """How long one read may take."""
    group: int = 256
    """How many units share one commit at most."""


class Engine:
    """One open database: the base of `SqliteStorage`, without any knowledge of tables."""

    def __init__(self, path: Path, clock: Clock, limits: Limits) -> None:
        self._path = path
        self._clock = clock
        self._limits = limits
        self._boot = new_id()
        self._opened: list[sqlite3.Connection] = []
        self._readers = Readers(path, clock, limits.read_s, self._opened)
        self._room = Room(path, clock, limits.reserve_bytes, limits.low_bytes)
        self._writer: Writer | None = None
        self._measures = StorageMeasures(Meters())
        self._readers_aside = ThreadPoolExecutor(READERS_ASIDE, "gutenbot-reader")

    @property
    def disk(self) -> Room:
        """The room on the disk."""
        return self._room

    def measure(self, meters: Meters) -> None:
        """Counts in these meters; to be called before it is opened."""
        self._measures = StorageMeasures(meters)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())

    def _write(
        self, unit: Unit[T], *, taking_in: bool = False, then: Callable[[T], bool | None] | None = None
    ) -> "asyncio.Future[T]":
        """The unit's result, once it is on disk."""
        assert self._writer is not None, "the storage is not open"
        return self._writer.submit(unit, taking_in=taking_in, then=then)

    def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """The result of a read that may be long; stopped at the time limit."""
        return self._readers.long(read)

    async def _aside(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """The same for lists and files: on a few threads of their own, so that the event loop stays free (RAT-07)."""
        return await asyncio.get_running_loop().run_in_executor(self._readers_aside, self._read, read)
