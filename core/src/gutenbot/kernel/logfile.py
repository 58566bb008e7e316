"""The log as files of JSON lines that are renewed when they are full; each process has its own, by a number that it holds."""

import contextlib
import json
from pathlib import Path
from typing import IO, Any

from gutenbot.kernel.logring import Line

PARTS = 5
_SLOTS = 64


class LogFile:
    """Writes lines to `gutenbot-<n>.jsonl` in a folder; five files of a fifth of `megabytes` each, the newest without a suffix.

    A line that cannot be written is lost: nothing fails for it.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._folder = folder
        self._most = megabytes * (1 << 20) // PARTS
        self._lock: IO[str] | None = None
        self._file: IO[str] | None = None
        self._size = 0
        self.path: Path | None = None

    def open(self) -> None:
        """Takes the first number that no other process holds. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for slot in range(1, _SLOTS + 1):
            lock = (self._folder / f"gutenbot-{slot}.lock").open("a")
            if _held(lock):
                self._lock, self.path = lock, self._folder / f"gutenbot-{slot}.jsonl"
                self._open(self.path)
                return
            lock.close()
        raise OSError(f"{_SLOTS} processes write their logs to {self._folder} already")

    def _open(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._size = path.stat().st_size

    def write(self, line: Line) -> None:
        """One line."""
        text = json.dumps(told(line), ensure_ascii=False, default=str)
        with contextlib.suppress(OSError, ValueError):
            if self._file is not None and self.path is not None:
                if self._size + len(text) > self._most:
                    self._renew(self.path)
                self._file.write(f"{text}\n")
                self._file.flush()
                self._size += len(text.encode("utf-8", "replace")) + 1

    def _renew(self, path: Path) -> None:
        if self._file is not None:
            self._file.close()
        for n in range(PARTS - 1, 0, -1):
            older = path.with_suffix(f".jsonl.{n}" if n > 1 else ".jsonl.1")
            newer = path if n == 1 else path.with_suffix(f".jsonl.{n - 1}")
            with contextlib.suppress(FileNotFoundError):
                newer.replace(older)
        self._open(path)

    def close(self) -> None:
        """Lets go of the files."""
        for one in (self._file, self._lock):
            if one is not None:
                one.close()
        self._file = self._lock = None


def told(line: Line) -> dict[str, Any]:
    """A line as JSON. `at`: milliseconds since 1970."""
    found = {
        "seq": line.seq,
        "at": line.at_ms,
        "level": line.level,
        "logger": line.logger,
        "event": line.event,
        "data": line.data,
    }
    return {**found, "traceback": line.traceback} if line.traceback else found


def _held(lock: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: one process is enough there
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
