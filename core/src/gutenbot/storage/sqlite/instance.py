"""Which copy of the bot a file is. The data folder has a random id; a file that comes from another folder is a copy."""

import os
import sqlite3
from pathlib import Path

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import new_id
from gutenbot.storage.instance import Instance, lock_of
from gutenbot.storage.sqlite.engine import Engine

HOST_FILE = "host"

_MAKE = "INSERT OR IGNORE INTO instance (one, instance_id, host, made_ms) VALUES (1, ?, ?, ?)"
_GET = "SELECT instance_id, made_ms, host, sending_lock FROM instance"
_WAITING = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'claimed')"
_LOCK = "UPDATE instance SET sending_lock = ?"
_UNLOCK = "UPDATE instance SET sending_lock = '', host = ?"
_DISCARD = "UPDATE outbox SET state = 'cancelled', done_ms = ? WHERE state IN ('queued', 'claimed')"


class SqliteInstance(Engine):
    """The one row of the table `instance`."""

    _host = ""
    _lock_reason = ""

    @property
    def sending_lock(self) -> str:
        return self._lock_reason

    def _identify(self, db: sqlite3.Connection) -> None:
        """Finds out who we are, before anything can be sent."""
        self._host = host_of(self._path.parent)
        db.execute(_MAKE, (new_id(), self._host, to_ms(self._clock.now())))
        self._lock_reason = self._found(db, 0).sending_lock

    async def instance(self) -> Instance:
        return self._read(lambda db: self._found(db, db.execute(_WAITING).fetchone()[0]))

    async def lock_sending(self, why: str) -> None:
        reason = why.strip() or "It was locked by hand."
        await self._write(lambda db: db.execute(_LOCK, (reason,)).rowcount)
        self._lock_reason = reason

    async def unlock_sending(self, *, discard: bool, now_ms: int) -> int:
        def unit(db: sqlite3.Connection) -> int:
            gone = db.execute(_DISCARD, (now_ms,)).rowcount if discard else 0
            db.execute(_UNLOCK, (self._host,))
            return gone

        gone = await self._write(unit)
        self._lock_reason = ""
        return gone

    def _found(self, db: sqlite3.Connection, waiting: int) -> Instance:
        instance_id, made_ms, host, stored = db.execute(_GET).fetchone()
        lock = lock_of(stored, host, self._host)
        return Instance(instance_id=instance_id, made_ms=made_ms, host=host, sending_lock=lock, waiting=waiting)


def host_of(folder: Path) -> str:
    """The random id of a data folder; made when there is none."""
    file = folder / HOST_FILE
    found = _read(file)
    if not found:
        fresh = file.with_name(f"{HOST_FILE}.{new_id()}")
        _write(fresh, new_id())
        _put(fresh, file)
        found = _read(file)
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""


def _put(fresh: Path, file: Path) -> None:
    """Of two processes that start together, the first one names the folder."""
    try:
        if file.exists():
            fresh.replace(file)  # an empty one, from a process that died in between
        else:
            os.link(fresh, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _write(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"{text}\n")
        out.flush()
        os.fsync(handle)
