"""The tables of a module that leaves for good."""

from pathlib import Path

import sqlalchemy as sa

from gutenbot.storage.copies.owners import tables_of
from gutenbot.storage.migrate import History


def drop_tables(db: sa.Connection, module: str, folder: Path) -> list[str]:
    """Removes what the migrations of a module have made, with everything in it; returns the names of the tables."""
    history = History(module, folder)
    there = set(sa.inspect(db).get_table_names())
    gone = [name for name in tables_of(history) if name in there and name != history.table]
    quote = db.dialect.identifier_preparer.quote
    names = [*gone, *([history.table] if history.table in there else [])]
    if db.dialect.name == "postgresql" and names:
        db.execute(sa.text(f"DROP TABLE {', '.join(quote(name) for name in names)}"))
    else:
        for name in names:
            db.execute(sa.text(f"DROP TABLE {quote(name)}"))
    return gone
