"""Which SQLite this Python has, and what that means for who may write."""

import sqlite3

OLDEST = (3, 37, 0)
"""The first one with `STRICT` tables."""
SEVERAL_MAY_CHECKPOINT = (3, 51, 3)
"""Before it, two connections that write and checkpoint at the same moment can damage the log (the WAL reset bug,
https://sqlite.org/wal.html, read 2026-08)."""


def version() -> str:
    """The version of the SQLite library, such as `3.40.1`."""
    return sqlite3.sqlite_version


def too_old() -> bool:
    """Whether this library cannot hold the tables at all."""
    return _numbers() < OLDEST


def why_one_writer() -> str:
    """Why only one connection may write and checkpoint here; empty where the library would bear several (DSK-07)."""
    if _numbers() >= SEVERAL_MAY_CHECKPOINT:
        return ""
    fixed = ".".join(map(str, SEVERAL_MAY_CHECKPOINT))
    return f"SQLite before {fixed} can damage its log when two connections checkpoint: one connection writes, the others only read"


def _numbers() -> tuple[int, ...]:
    return tuple(int(part) for part in version().split("."))
