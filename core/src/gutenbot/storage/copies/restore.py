"""Puts a backup into an empty database, all of it or nothing, on either engine."""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import new_id
from gutenbot.storage.copies.archive import Manifest, Reader, TableEntry
from gutenbot.storage.copies.backup import reported, sync_folder, verify
from gutenbot.storage.copies.errors import (
    CopyDiffers,
    DatabaseRefused,
    MissingModules,
    OtherInstance,
    TargetNotEmpty,
    ValueUnfit,
)
from gutenbot.storage.copies.moved import marker_of, refuse_moved
from gutenbot.storage.copies.owners import checked
from gutenbot.storage.copies.places import Place, speaking_of
from gutenbot.storage.copies.shapes import Progress, silent
from gutenbot.storage.copies.values import Row, Sum
from gutenbot.storage.migrate import CORE, History
from gutenbot.storage.sqlite.connections import open_writer
from gutenbot.storage.sqlite.instance import host_of
from gutenbot.storage.sqlite.locks import FolderLock

LOADED = "restore.loaded"
CHECKED = "restore.checked"
_REPLACE = ", or replace what is there with `--replace`"
_FILLED = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
AND name NOT LIKE 'alembic\\_version%' ESCAPE '\\' AND name <> 'instance' ORDER BY name"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done."""

    manifest: Manifest
    skipped: Sequence[str]
    """Modules whose tables were left out."""
    sending_lock: str
    """Why nothing is sent from the copy; empty when it may."""
    kept: str = ""
    """Where the database that was there before is now."""


class _Target(Protocol):
    def set_indexes_aside(self) -> list[str]: ...

    def put_indexes_back(self, indexes: list[str]) -> None: ...

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Row], *, fresh: bool = False) -> None: ...

    def sum(self, table: str, columns: Sequence[str]) -> Sum: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What comes from where."""

    reader: Reader
    tables: Sequence[TableEntry]
    revisions: dict[str, str]
    histories: Sequence[History]
    progress: Progress
    same_instance: bool
    clock: Clock

    @property
    def lock(self) -> str:
        """Why the copy shall not send."""
        made = self.reader.manifest.created
        return "" if self.same_instance else f"It was restored from a backup of {made:%Y-%m-%d %H:%M} UTC."

    def check_host(self, host: str) -> None:
        """Raises `OtherInstance`."""
        if self.same_instance and self.reader.manifest.host != host:
            raise OtherInstance


def restore(
    file: Path,
    place: Place,
    histories: Sequence[History],
    *,
    clock: Clock,
    replace: bool = False,
    same_instance: bool = False,
    skip_unknown: bool = False,
    progress: Progress = silent,
) -> Restored:
    """Restores a backup, and compares what came out with what the backup says of itself: only then it counts. Sending is
    locked afterwards, unless it is the `same_instance` at the same place.

    Raises what `verify` raises, `MissingModules`, `StorageNewer`, `TargetNotEmpty`, `TargetInUse`, `StorageInUse`,
    `OtherInstance`, `CopyDiffers`, `StorageAway`. The target is as it was before then.
    """
    reader = Reader(file)
    try:
        skipped = _refuse_missing(reader.manifest, histories, skip_unknown=skip_unknown)
        plan = _Plan(
            reader=reader,
            tables=[entry for entry in reader.manifest.tables if entry.module not in skipped],
            revisions={m: r for m, r in reader.manifest.revisions.items() if m not in skipped},
            histories=histories,
            progress=progress,
            same_instance=same_instance,
            clock=clock,
        )
        into = _into_file if isinstance(place, Path) else _into_postgres
        with speaking_of(place):
            kept = into(plan, place, replace)  # type: ignore[arg-type]
    except (CopyDiffers, DatabaseRefused, ValueUnfit, sqlite3.Error):
        verify(file)  # when it is the file that is wrong, this says so
        raise
    finally:
        reader.close()
    return Restored(manifest=reader.manifest, skipped=skipped, sending_lock=plan.lock, kept=kept)


def _refuse_missing(manifest: Manifest, histories: Sequence[History], *, skip_unknown: bool) -> list[str]:
    known = {history.module: history for history in histories}
    missing = [module for module in manifest.revisions if module not in known]
    if missing and not skip_unknown:
        raise MissingModules(modules=", ".join(missing))
    for module, revision in manifest.revisions.items():
        if module in known:
            checked(known[module], revision)
    return missing


def _into_postgres(plan: _Plan, url: str, replace: bool) -> str:
    """In one transaction: it happens as a whole, or not at all."""
    from gutenbot.storage.copies.postgres_target import PostgresTarget

    target = PostgresTarget(url)
    try:
        host = target.host()
        plan.check_host(host)
        target.refuse_busy()
        target.begin()
        if replace:
            target.drop_all(target.shape())
        target.refuse_full("" if replace else _REPLACE)
        target.make(plan.revisions, plan.histories)
        references = target.set_references_aside()
        _fill(plan, target)
        target.put_back(references)
        target.count_on(plan.reader.manifest.counters)
        target.upgrade(CORE)
        target.settle(new_id(), host if plan.same_instance else "", plan.lock, to_ms(plan.clock.now()))
        crashpoints.reach(CHECKED)
        target.commit()
    finally:
        target.close()
    return ""


def _into_file(plan: _Plan, path: Path, replace: bool) -> str:
    """Beside the old file; the new one takes its name when it is complete."""
    from gutenbot.storage.copies.sqlite_target import SqliteTarget

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(path)
    lock.acquire()
    try:
        if not replace:
            refuse_moved(path)
        _refuse_full(path, replace=replace)
        plan.check_host(host_of(path.parent))
        target = SqliteTarget(path.with_name(f"{path.name}.restoring"))
        try:
            target.make(plan.revisions, plan.histories)
            _fill(plan, target)
            target.count_on(plan.reader.manifest.counters)
            target.upgrade_core()
            host = host_of(path.parent) if plan.same_instance else ""
            target.settle(new_id(), host, plan.lock, to_ms(plan.clock.now()))
            target.finish()
        finally:
            target.close()
        crashpoints.reach(CHECKED)
        return _put(target.path, path, lock, plan.clock)
    finally:
        lock.release()


def _fill(plan: _Plan, target: _Target) -> None:
    indexes = target.set_indexes_aside()
    for entry in plan.tables:
        rows: Iterator[Row] = reported(plan.reader.rows(entry), entry.name, entry.rows, plan.progress)
        target.load(entry.name, entry.columns, rows, fresh=True)
    crashpoints.reach(LOADED)
    target.put_indexes_back(indexes)
    for entry in plan.tables:
        found = target.sum(entry.name, entry.columns)
        if found != entry.sum:
            raise CopyDiffers(table=entry.name, found=found, wanted=entry.sum)


def _refuse_full(path: Path, *, replace: bool) -> None:
    """A file with rows is kept from being overwritten; one that was made and never used is not missed."""
    if replace or not path.exists():
        return
    from gutenbot.storage.copies.sqlite_files import open_reader
    from gutenbot.storage.copies.sqlite_source import quoted

    db = open_reader(path)
    try:
        filled = [
            name
            for (name,) in db.execute(_FILLED).fetchall()
            if db.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone()
        ]
    finally:
        db.close()
    if filled:
        raise TargetNotEmpty(target=path, found=", ".join(filled[:5]), replace=_REPLACE)


def _put(fresh: Path, path: Path, lock: FolderLock, clock: Clock) -> str:
    """Gives the new file its name in one step. What was there stays under another name."""
    kept = ""
    if path.exists():
        _close_log(path, lock)
        old = path.with_name(f"{path.name}.replaced-{clock.now():%Y%m%dT%H%M%S}")
        try:
            os.link(path, old)
        except OSError:  # a file system without hard links
            shutil.copy2(path, old)
        kept = str(old)
    fresh.replace(path)
    marker_of(path).unlink(missing_ok=True)  # it is no longer one that was moved away
    sync_folder(path.parent)
    return kept


def _close_log(path: Path, lock: FolderLock) -> None:
    """Takes the log into the old file: it must not be taken for the log of the new one."""
    try:
        db = open_writer(lock, "FULL")
        try:
            db.execute("PRAGMA journal_mode = DELETE").fetchall()
        finally:
            db.close()
    except sqlite3.DatabaseError:
        pass  # a damaged file is kept as it is
    for end in ("-wal", "-shm"):
        log = path.with_name(path.name + end)
        if log.exists():
            log.replace(path.with_name(f"{path.name}.replaced{end}"))
