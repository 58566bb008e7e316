"""The tables of a new database in one go: what all migrations of core make, written down. It spares a first start Alembic.

`python -m gutenbot.storage.snapshot` writes the file anew; a test holds it to what the migrations make.
"""

import sqlite3
from pathlib import Path

from gutenbot.storage.migrate import CORE, migrate

_MADE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"

FILE = Path(__file__).parent / "migrations" / "snapshot.sql"


def is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever made in this database."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def make(connection: sqlite3.Connection) -> None:
    """Makes the tables of core, all or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in FILE.read_text("utf-8").split(";\n\n"):
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def taken() -> str:
    """The snapshot that the migrations give now."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, [CORE], snapshot=False)
    made = connection.execute(_MADE).fetchall()
    head = CORE.revisions()[-1]
    connection.close()
    return (
        ";\n\n".join([*(row[0] for row in made), f"INSERT INTO \"{CORE.table}\" VALUES ('{head}', '{CORE.oldest()}')"])
        + "\n"
    )


if __name__ == "__main__":
    FILE.write_text(taken(), "utf-8")
