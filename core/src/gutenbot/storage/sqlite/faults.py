"""What SQLite says when the disk, and not the statement, is at fault."""

import sqlite3

_LOST = frozenset(
    (
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )
)
_DISK_ERRORS = _LOST | {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL}


def is_lost(error: BaseException | None) -> bool:
    """Whether SQLite says that the file itself cannot be written; a full disk or a foreign lock may pass."""
    return isinstance(error, sqlite3.Error) and _primary(error) in _LOST


def is_disk_error(error: BaseException) -> bool:
    """Whether the disk or the file, not the statement, is what failed."""
    return isinstance(error, sqlite3.Error) and _primary(error) in _DISK_ERRORS


def is_full(error: BaseException | None) -> bool:
    """Whether there is no room left."""
    return isinstance(error, sqlite3.Error) and _primary(error) == sqlite3.SQLITE_FULL


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
