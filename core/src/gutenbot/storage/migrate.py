"""Brings a database up to date: one Alembic history and one version table per module (`alembic_version__<module>`).

When every history is at its head, neither Alembic nor SQLAlchemy is imported.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gutenbot.storage.errors import MigrationFailed, StorageNewer

_NEEDS = re.compile(r'^needs = "(\d{4,})"', re.MULTILINE)
_VERSION_FILE = re.compile(r"^(\d{4,})_\w+\.py$")


@dataclass(frozen=True, slots=True)
class History:
    """The migrations of one module: files `NNNN_what.py`, whose revision id is `NNNN`."""

    module: str
    folder: Path

    @property
    def table(self) -> str:
        return f"alembic_version__{self.module}"

    @property
    def snapshot(self) -> Path:
        """Where the tables that all migrations make may be written down, for databases that have none of them (`snapshot.py`)."""
        return self.folder.parent / "snapshot.sql"

    def revisions(self) -> list[str]:
        """All revision ids, oldest first."""
        names = (_VERSION_FILE.match(file.name) for file in self.folder.iterdir())
        return sorted(match.group(1) for match in names if match)

    def oldest(self) -> str:
        """The first revision whose release still runs on these tables. Migrations only expand, unless one of them says
        `needs = "NNNN"`: it takes away what releases before that revision use (DEP-04)."""
        needs = [found for file in self.folder.glob("[0-9]*.py") for found in _NEEDS.findall(file.read_text("utf-8"))]
        return max(needs, default=(self.revisions() or [""])[0])

    def is_head(self, found: str, oldest: str) -> bool:
        """Whether nothing is left to do in a database at a revision, whose tables releases from `oldest` on can use.
        Raises `StorageNewer` when this release cannot."""
        revisions = self.revisions()
        if not found or found in revisions:
            return not revisions or found == revisions[-1]
        if revisions and oldest and int(oldest) <= int(revisions[-1]):
            return True
        raise StorageNewer(found=f"{self.module} {found}", known=revisions[-1] if revisions else "none")


CORE = History("core", Path(__file__).parent / "migrations" / "versions")


def migrate(connection: sqlite3.Connection, histories: Sequence[History], *, snapshot: bool = True) -> list[str]:
    """Upgrades each history, in this order and each in one transaction; returns the modules that had something to do.
    Where nothing of a history is there yet, its tables come from its snapshot, if it has one.

    The connection must be in autocommit mode (`isolation_level=None`) and is left so. Raises `StorageNewer` before
    anything is changed, `MigrationFailed` after the failed module was rolled back.
    """
    late = [history for history in histories if not _is_current(connection, history)]
    for history in late:
        if snapshot and from_snapshot(connection, history):
            continue
        from gutenbot.storage.upgrade import upgrade  # costs 0.3 s and 30 MB: only when there is work

        try:
            upgrade(connection, history)
        except Exception as error:
            raise MigrationFailed(module=history.module, reason=f"{type(error).__name__}: {error}") from error
    return [history.module for history in late]


def from_snapshot(connection: sqlite3.Connection, history: History) -> bool:
    """Whether nothing of it was there and everything is there now."""
    if found_revision(connection, history) or not history.snapshot.is_file():
        return False
    from gutenbot.storage.snapshot import make

    try:
        make(connection, history)
    except sqlite3.Error:
        return False  # something is in the way: the migrations say what
    return _is_current(connection, history)  # an old snapshot is brought up to date


def found_revision(connection: sqlite3.Connection, history: History) -> str:
    """The revision that the database is at; empty when this module was never here."""
    return _found(connection, history)[0]


def _found(connection: sqlite3.Connection, history: History) -> tuple[str, str]:
    """The revision, and the first one whose release can use the tables."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (history.table,)).fetchone()
    if known is None:
        return "", ""
    row = connection.execute(f'SELECT * FROM "{history.table}"').fetchone()
    return version_row(row)


def version_row(row: Sequence[Any] | None) -> tuple[str, str]:
    """(revision, oldest release that can use the tables) from a row of a version table; a table that was made before there
    was such a note has one column."""
    found = [str(value or "") for value in row or ("",)]
    return found[0], found[1] if len(found) > 1 else ""


def _is_current(connection: sqlite3.Connection, history: History) -> bool:
    return history.is_head(*_found(connection, history))
