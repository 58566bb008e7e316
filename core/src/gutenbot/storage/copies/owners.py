"""Whom each table belongs to. The migrations themselves are asked: they run on an empty database in memory."""

import sqlite3
from collections.abc import Sequence

from gutenbot.storage.copies.errors import UnknownTables
from gutenbot.storage.copies.shapes import LEFT_OUT, Owned, Shape
from gutenbot.storage.copies.sqlite_files import open_scratch
from gutenbot.storage.errors import MigrationFailed, StorageNewer
from gutenbot.storage.migrate import History, from_snapshot

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def owned(shape: Shape, histories: Sequence[History]) -> Owned:
    """The tables that the histories make, as far as the database has come. Raises `StorageNewer`, `MigrationFailed`."""
    known = {history.module: history for history in histories}
    made: dict[str, str] = {}
    scratch = open_scratch()
    try:
        for module, history in known.items():
            if module in shape.revisions:
                made |= dict.fromkeys(_made(scratch, history, shape.revisions[module]), module)
    finally:
        scratch.close()
    for table in shape.tables:
        made.setdefault(table, _by_prefix(table, [module for module in known if module in shape.revisions]))
    tables = {table: made[table] for table in shape.tables if made[table]}
    unknown = [table for table in (*shape.tables, *shape.derived) if not made.get(table, "") and not _part(table, made)]
    return Owned(tables, unknown, [module for module in shape.revisions if module not in known])


def tables_of(history: History) -> list[str]:
    """The tables that all migrations of a module make. Raises `MigrationFailed`."""
    scratch = open_scratch()
    try:
        return sorted(_made(scratch, history, history.revisions()[-1])) if history.revisions() else []
    finally:
        scratch.close()


def refuse_unknown(found: Owned) -> None:
    """Raises `UnknownTables`."""
    if found.unknown or found.missing:
        names = [*found.unknown, *(f"the history of {module}" for module in found.missing)]
        raise UnknownTables(tables=", ".join(names))


def checked(history: History, revision: str) -> History:
    """The history, which knows this revision. Raises `StorageNewer`."""
    if revision not in history.revisions():
        known = history.revisions()
        raise StorageNewer(found=f"{history.module} {revision}", known=known[-1] if known else "none")
    return history


def make_tables(connection: sqlite3.Connection, history: History, revision: str) -> None:
    """Brings an empty database to a revision of a history. Raises `StorageNewer`, `MigrationFailed`."""
    if history.revisions()[-1:] == [revision] and from_snapshot(connection, history):
        return
    from gutenbot.storage.upgrade import upgrade

    try:
        upgrade(connection, checked(history, revision), revision)
    except StorageNewer:
        raise
    except Exception as error:
        raise MigrationFailed(module=history.module, reason=f"{type(error).__name__}: {error}") from error


def _made(scratch: sqlite3.Connection, history: History, revision: str) -> set[str]:
    before = {row[0] for row in scratch.execute(_TABLES)}
    make_tables(scratch, history, revision)
    return {row[0] for row in scratch.execute(_TABLES)} - before - LEFT_OUT


def _by_prefix(table: str, modules: Sequence[str]) -> str:
    """Tables are named by their module: what a migration makes on one engine only is known by that."""
    return next((module for module in modules if table.startswith(f"{module.replace('-', '_')}_")), "")


def _part(table: str, made: dict[str, str]) -> bool:
    """Whether it is a part of a table that somebody owns: the pieces of a search index are named by it."""
    return any(table.startswith(f"{owner}_") for owner, module in made.items() if module)
