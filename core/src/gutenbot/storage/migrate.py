"""Brings a database up to date: one Alembic history and one version table per module (`alembic_version__<module>`).

When every history is at its head, neither Alembic nor SQLAlchemy is imported.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gutenbot.storage.errors import MigrationFailed, StorageNewer

_VERSION_FILE = re.compile(r"^(\d{4,})_\w+\.py$")


@dataclass(frozen=True, slots=True)
class History:
    """The migrations of one module: files `NNNN_what.py`, whose revision id is `NNNN`."""

    module: str
    folder: Path

    @property
    def table(self) -> str:
        return f"alembic_version__{self.module}"

    def revisions(self) -> list[str]:
        """All revision ids, oldest first."""
        names = (_VERSION_FILE.match(file.name) for file in self.folder.iterdir())
        return sorted(match.group(1) for match in names if match)


CORE = History("core", Path(__file__).parent / "migrations" / "versions")


def migrate(connection: sqlite3.Connection, histories: Sequence[History], *, snapshot: bool = True) -> list[str]:
    """Upgrades each history, in this order and each in one transaction; returns the modules that had something to do.
    A new database gets the tables of core from a snapshot.

    The connection must be in autocommit mode (`isolation_level=None`) and is left so. Raises `StorageNewer` before
    anything is changed, `MigrationFailed` after the failed module was rolled back.
    """
    late = [history for history in histories if not _is_current(connection, history)]
    if snapshot and late and late[0] == CORE:
        from gutenbot.storage.snapshot import is_new, make

        if is_new(connection):
            make(connection)
            return [CORE.module, *migrate(connection, late[1:])]
    if late:
        from gutenbot.storage.upgrade import upgrade  # costs 0.3 s: only when there is work

        for history in late:
            try:
                upgrade(connection, history)
            except Exception as error:
                raise MigrationFailed(module=history.module, reason=f"{type(error).__name__}: {error}") from error
    return [history.module for history in late]


def found_revision(connection: sqlite3.Connection, history: History) -> str:
    """The revision that the database is at; empty when this module was never here."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (history.table,)).fetchone()
    if known is None:
        return ""
    row = connection.execute(f'SELECT version_num FROM "{history.table}"').fetchone()
    return str(row[0]) if row else ""


def _is_current(connection: sqlite3.Connection, history: History) -> bool:
    revisions = history.revisions()
    found = found_revision(connection, history)
    if found and found not in revisions:
        raise StorageNewer(found=f"{history.module} {found}", known=revisions[-1] if revisions else "none")
    return not revisions or found == revisions[-1]
