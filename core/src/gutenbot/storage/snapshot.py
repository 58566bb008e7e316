"""The tables of a new database in one go: what all migrations of core, or of a module, make, written down. It spares a first
start Alembic, with its time and its memory.

`python -m gutenbot.storage.snapshot` writes the file of core anew, with `MODULE FOLDER` behind it that of a module whose migrations
lie in the folder. Tests hold them to what the migrations make.
"""

import sqlite3
import sys
from pathlib import Path

from gutenbot.storage.migrate import CORE, History, migrate

_MADE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"


def make(connection: sqlite3.Connection, history: History) -> None:
    """Makes the tables of a history, all or none. Raises `sqlite3.Error`, so where one of them is there already."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in history.snapshot.read_text("utf-8").split(";\n\n"):
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def taken(history: History = CORE) -> str:
    """The snapshot that the migrations give now."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if history != CORE:
        migrate(connection, [CORE])
    before = set(connection.execute(_MADE).fetchall())
    migrate(connection, [history], snapshot=False)
    made = [row[0] for row in connection.execute(_MADE).fetchall() if row not in before]
    connection.close()
    values = f"'{history.revisions()[-1]}', '{history.oldest()}'"
    return ";\n\n".join([*made, f'INSERT INTO "{history.table}" VALUES ({values})']) + "\n"


if __name__ == "__main__":
    wanted = History(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) > 1 else CORE
    wanted.snapshot.write_text(taken(wanted), "utf-8")
