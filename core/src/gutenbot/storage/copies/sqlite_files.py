"""Opens the files that copies need: a database to read, which may be at work, and new files that nobody else knows."""

import sqlite3
from pathlib import Path
from urllib.parse import quote


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read, in a transaction of its own: it sees one moment, and it never checkpoints."""
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=30, isolation_level=None)
    try:
        for pragma in ("trusted_schema = OFF", "mmap_size = 0", "wal_autocheckpoint = 0"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def open_new(path: Path) -> sqlite3.Connection:
    """A new file, which does not wait for the disk. What was there under the name is thrown away."""
    for leftover in (path, path.with_name(f"{path.name}-journal")):
        leftover.unlink(missing_ok=True)
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF").fetchall()
    return connection


def open_scratch() -> sqlite3.Connection:
    """A database in memory."""
    return sqlite3.connect(":memory:", isolation_level=None)
