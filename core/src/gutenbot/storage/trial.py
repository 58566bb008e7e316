"""Tries migrations of a module on a new database that nobody keeps: up, down, and up again."""

import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect


def try_migrations(database: Path, files: Sequence[Path]) -> tuple[set[str], set[str]]:
    """(the tables that they make, those that are left after all was taken back). Raises whatever they raise."""
    engine = create_engine(f"sqlite:///{database}")
    steps = [runpy.run_path(str(file)) for file in files]

    def run(verb: str, some: Sequence[dict[str, Any]]) -> set[str]:
        with engine.begin() as connection:
            with Operations.context(MigrationContext.configure(connection, opts={"render_as_batch": True})):
                for step in some:
                    if verb in step:
                        step[verb]()
            return set(inspect(connection).get_table_names())

    try:
        made = run("upgrade", steps)
        left = run("downgrade", steps[::-1])
        if not left:
            run("upgrade", steps)
        return made, left
    finally:
        engine.dispose()
