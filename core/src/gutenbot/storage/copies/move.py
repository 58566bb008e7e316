"""Moves a project from its SQLite file to an empty PostgreSQL database. It may be cut off anywhere: the same again goes on.

The file is marked first, so that no server goes on with it meanwhile. The other end keeps how far it came in a table of its
own, written in the same transaction as the rows; while that table is there, no server starts on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import new_id
from gutenbot.storage.copies.errors import CopyDiffers, NothingToCopy
from gutenbot.storage.copies.moved import Mark, marker_of, read_mark, refuse_moved, write_mark
from gutenbot.storage.copies.owners import owned, refuse_unknown
from gutenbot.storage.copies.places import shown, speaking_of
from gutenbot.storage.copies.postgres_target import PostgresTarget
from gutenbot.storage.copies.progress_table import ProgressTable
from gutenbot.storage.copies.shapes import Progress, Table, silent
from gutenbot.storage.copies.sqlite_source import SqliteSource
from gutenbot.storage.copies.values import Sum, sum_of
from gutenbot.storage.migrate import CORE, History
from gutenbot.storage.sqlite.locks import FolderLock

MARKED = "move.marked"
MADE = "move.made"
PORTION = "move.portion"
COPIED = "move.copied"
VERIFIED = "move.verified"
FINISHED = "move.finished"
POINTS = (MARKED, MADE, PORTION, COPIED, VERIFIED, FINISHED)
"""Where a test lets it die."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was done, or would be."""

    tables: dict[str, Sum]
    """Rows and checksum of each table, equal at both ends. A dry run has no checksums."""
    to: str
    resumed: bool = False
    already: bool = False
    """It had been moved there before; nothing was left to do."""
    left_out: Sequence[str] = ()


@dataclass(slots=True)
class _Move:
    source: SqliteSource
    target: PostgresTarget
    tables: dict[str, Table]
    revisions: dict[str, str]
    histories: Sequence[History]
    progress: Progress
    left_out: list[str]


def move(
    database: Path,
    url: str,
    histories: Sequence[History],
    *,
    clock: Clock,
    dry_run: bool = False,
    skip_unknown: bool = False,
    progress: Progress = silent,
) -> Moved:
    """Copies everything, compares it, and marks the file as moved.

    Raises `NothingToCopy`, `StorageInUse` (a server runs), `UnknownTables`, `UnknownType`, `ValueUnfit`, `TargetNotEmpty`,
    `TargetInUse`, `StorageNewer`, `CopyDiffers`, `StorageAway`.
    """
    if not database.exists():
        raise NothingToCopy(path=database)
    lock = FolderLock(database)
    lock.acquire()
    try:
        source = SqliteSource(database)
        try:
            target = PostgresTarget(url)
            try:
                with speaking_of(url):
                    work = _plan(source, target, histories, progress, skip_unknown=skip_unknown)
                    return _dry(work) if dry_run else _run(work, database, clock)
            finally:
                target.close()
        finally:
            source.close()
    finally:
        lock.release()


def undo(database: Path) -> Mark | None:
    """Lets servers start on the file again; returns what its mark said. The other end is left as it is."""
    lock = FolderLock(database)
    lock.acquire()
    try:
        mark = read_mark(database)
        marker_of(database).unlink(missing_ok=True)
        return mark
    finally:
        lock.release()


def _plan(
    source: SqliteSource,
    target: PostgresTarget,
    histories: Sequence[History],
    progress: Progress,
    *,
    skip_unknown: bool,
) -> _Move:
    shape = source.shape()
    found = owned(shape, histories)
    if not skip_unknown:
        refuse_unknown(found)
    revisions = {module: revision for module, revision in shape.revisions.items() if module not in found.missing}
    tables = {name: shape.tables[name] for name in sorted(found.tables)}
    left_out = sorted({*shape.derived, *found.unknown})
    return _Move(source, target, tables, revisions, histories, progress, left_out)


def _dry(work: _Move) -> Moved:
    if not work.target.has(ProgressTable.NAME):
        work.target.refuse_full()
    counts = {name: Sum(work.source.count(table), "") for name, table in work.tables.items()}
    return Moved(tables=counts, to=shown(work.target.url), left_out=work.left_out)


def _run(work: _Move, database: Path, clock: Clock) -> Moved:
    target = work.target
    mark = read_mark(database)
    if _is_there(work, mark):
        assert mark is not None
        write_mark(database, msgspec.structs.replace(mark, done=True))
        return Moved(tables=_sums(work), to=shown(target.url), already=True, left_out=work.left_out)
    if mark is not None and mark.done:
        refuse_moved(database)
    table = ProgressTable(target)
    resumed = mark is not None and table.move() == mark.move != ""
    if mark is None or not resumed:
        mark = _begin(work, table, database, clock)
    crashpoints.reach(MADE)
    for name in work.tables:
        _copy(work, table, name)
    crashpoints.reach(COPIED)
    sums = _sums(work)
    crashpoints.reach(VERIFIED)
    _finish(work, table, clock)
    crashpoints.reach(FINISHED)
    write_mark(database, msgspec.structs.replace(mark, done=True))
    return Moved(tables=sums, to=shown(target.url), resumed=resumed, left_out=work.left_out)


def _is_there(work: _Move, mark: Mark | None) -> bool:
    """Whether a move of this very database was finished, and only its mark was not."""
    if mark is None or work.target.has(ProgressTable.NAME) or not work.target.has("instance"):
        return False
    row = work.target.db.execute("SELECT instance_id FROM instance").fetchone()
    ours = work.source.identity().instance_id
    return bool(ours) and row == (ours,)


def _begin(work: _Move, table: ProgressTable, database: Path, clock: Clock) -> Mark:
    """Marks the file, then makes the tables. What an earlier move of this file had made goes: the file has changed since."""
    target = work.target
    target.begin()
    if table.source() == str(database.resolve()):
        target.drop_all(target.shape())
        target.drop([ProgressTable.NAME])
    target.refuse_full()
    mark = Mark(move=new_id(), to=shown(target.url), at=clock.now())
    write_mark(database, mark)
    crashpoints.reach(MARKED)
    target.make(work.revisions, work.histories)
    table.make(mark.move, str(database.resolve()), target.set_references_aside())
    target.commit()
    return mark


def _copy(work: _Move, table: ProgressTable, name: str) -> None:
    """Goes on where the table was left: rows and how far they came are one transaction."""
    shape = work.tables[name]
    after, done = table.place(name)
    about = work.source.count(shape)
    for rows, last in work.source.portions(shape, after):
        work.target.begin()
        work.target.load(name, shape.names, rows)
        done += len(rows)
        table.reached(name, last, done)
        work.target.commit()
        crashpoints.reach(PORTION)
        work.progress(name, done, about)
    work.progress(name, done, done)


def _sums(work: _Move) -> dict[str, Sum]:
    """Rows and checksums of all tables. Raises `CopyDiffers` unless both ends have the same."""
    found: dict[str, Sum] = {}
    for name, table in work.tables.items():
        if name == "instance":
            continue  # each end has its own place
        wanted = sum_of(work.source.rows(table))
        there = work.target.sum(name, table.names)
        if there != wanted:
            raise CopyDiffers(table=name, found=there, wanted=wanted)
        found[name] = wanted
    return found


def _finish(work: _Move, table: ProgressTable, clock: Clock) -> None:
    target = work.target
    target.begin()
    target.put_back(table.references())
    target.count_on(work.source.counters())
    target.upgrade(CORE)
    lock = _lock_of(target)
    target.settle(new_id(), target.host(), lock, to_ms(clock.now()))
    target.drop([ProgressTable.NAME])
    target.commit()


def _lock_of(target: PostgresTarget) -> str:
    """A database that might not send may not do so at its new place either."""
    row: tuple[Any, ...] | None = target.db.execute("SELECT sending_lock FROM instance").fetchone()
    return str(row[0]) if row else ""
