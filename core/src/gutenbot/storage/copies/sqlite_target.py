"""Fills a new SQLite file. It gets its name when it is complete; what is cut off before is thrown away."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gutenbot.storage.copies.errors import CopyDiffers
from gutenbot.storage.copies.owners import make_tables
from gutenbot.storage.copies.shapes import Counters
from gutenbot.storage.copies.sqlite_files import open_new
from gutenbot.storage.copies.sqlite_source import SqliteSource, quoted
from gutenbot.storage.copies.values import Row, Sum, sum_of
from gutenbot.storage.migrate import CORE, History
from gutenbot.storage.upgrade import upgrade

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'alembic%'"
)

_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
_INSTANCE = "INSERT OR IGNORE INTO instance (one, instance_id, host, made_ms) VALUES (1, ?, ?, ?)"


class SqliteTarget:
    """A file that nobody else knows yet. It waits for the disk once, at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = open_new(path)
        for pragma in ("journal_mode = MEMORY", "foreign_keys = OFF", "cache_size = -64000"):
            self.db.execute(f"PRAGMA {pragma}").fetchall()

    def make(self, revisions: Mapping[str, str], histories: Sequence[History]) -> None:
        """Makes the tables, empty, as of these revisions."""
        for history in histories:
            if history.module in revisions:
                make_tables(self.db, history, revisions[history.module])
        for (name,) in self.db.execute(_TABLES).fetchall():
            self.db.execute(f"DELETE FROM {quoted(name)}")

    def set_indexes_aside(self) -> list[str]:
        """Takes away the indexes, which are made faster when the rows are there; the statements that make them again."""
        found = [(str(name), str(sql)) for name, sql in self.db.execute(_INDEXES).fetchall()]
        for name, _ in found:
            self.db.execute(f"DROP INDEX {quoted(name)}")
        return [sql for _, sql in found]

    def put_indexes_back(self, indexes: list[str]) -> None:
        """Makes them again."""
        for definition in indexes:
            self.db.execute(definition)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row], *, fresh: bool = False) -> None:
        """Adds rows."""
        names = ", ".join(map(quoted, columns))
        marks = ", ".join("?" * len(columns))
        self.db.execute("BEGIN")
        self.db.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", rows)
        self.db.execute("COMMIT")

    def sum(self, table: str, columns: Sequence[str]) -> Sum:
        """What is in a table now."""
        source = SqliteSource(self.path)
        try:
            return sum_of(source.rows(source.shape().tables[table].only(columns)))
        finally:
            source.close()

    def count_on(self, counters: Counters) -> None:
        """Sets all counters behind what was given out: no number comes twice."""
        if not self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
            return
        for table, columns in counters.items():
            self.db.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (max(columns.values(), default=0), table)
            )
            self.db.execute(
                """INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM sqlite_master
                WHERE type = 'table' AND name = ? AND sql LIKE '%AUTOINCREMENT%')
                AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)""",
                (table, max(columns.values(), default=0), table, table),
            )

    def upgrade_core(self) -> None:
        """Brings the tables of core to this release."""
        upgrade(self.db, CORE)

    def settle(self, instance_id: str, host: str, lock: str, now_ms: int) -> None:
        """Says where the copy may send, and why it may not. Without a host, the place is found when it is first opened."""
        self.db.execute(_INSTANCE, (instance_id, host, now_ms))
        self.db.execute("UPDATE instance SET sending_lock = ?", (lock,))
        if host:
            self.db.execute("UPDATE instance SET host = ?", (host,))

    def finish(self) -> None:
        """Checks the whole file and puts it on the disk. Raises `CopyDiffers`."""
        wrong = self.db.execute("PRAGMA foreign_key_check").fetchall()
        if wrong:
            raise CopyDiffers(table=wrong[0][0], found="rows that refer to nothing", wanted="whole ones")
        found = [row[0] for row in self.db.execute("PRAGMA integrity_check(5)").fetchall()]
        if found != ["ok"]:
            raise CopyDiffers(table=str(self.path), found="; ".join(found), wanted="an intact file")
        self.close()
        handle = os.open(self.path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def close(self) -> None:
        """Lets go of the file."""
        self.db.close()
