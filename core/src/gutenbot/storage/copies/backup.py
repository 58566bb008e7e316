"""Makes a backup of a database that may be at work, and looks whether one is whole."""

import contextlib
import os
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import Clock
from gutenbot.storage.copies.archive import Manifest, Reader, TableEntry, Writer
from gutenbot.storage.copies.errors import BackupDamaged, FileExists, NoRoomForCopy, NothingToCopy
from gutenbot.storage.copies.owners import owned, refuse_unknown
from gutenbot.storage.copies.places import Place, open_source, speaking_of
from gutenbot.storage.copies.shapes import Progress, Source, Table, silent
from gutenbot.storage.copies.sqlite_files import open_new, open_reader
from gutenbot.storage.copies.values import Row
from gutenbot.storage.migrate import History
from gutenbot.storage.sqlite.locks import FolderLock

LOOK = 5000
"""Rows between two reports of progress."""
_PAGES = 4096
COPIED = "backup.copied"
WRITTEN = "backup.written"


def backup(
    place: Place,
    file: Path,
    histories: Sequence[History],
    *,
    product: str,
    clock: Clock,
    skip_unknown: bool = False,
    progress: Progress = silent,
) -> Manifest:
    """Writes a backup of one moment and reads it again before it gets its name.

    Raises `FileExists`, `NothingToCopy`, `UnknownTables`, `UnknownType`, `NoRoomForCopy`, `BackupDamaged`, `StorageAway`.
    """
    if file.exists():
        raise FileExists(file=file)
    with _work_folder(file) as folder:
        with speaking_of(place), _snapshot(place, folder) as source:
            crashpoints.reach(COPIED)
            made = folder / "backup.zip"
            manifest = _write(source, made, histories, product, clock, skip_unknown, progress)
        crashpoints.reach(WRITTEN)
        verify(made, lambda table, done, rows: progress(f"checking {table}", done, rows))
        if file.exists():
            raise FileExists(file=file)
        made.replace(file)
        sync_folder(file.parent)
    return manifest


def verify(file: Path, progress: Progress = silent) -> Manifest:
    """Reads a whole backup and compares it with its checksums. Raises `NotABackup`, `BackupDamaged`, `BackupNewer`."""
    reader = Reader(file)
    try:
        for entry in reader.manifest.tables:
            for _ in reported(reader.check(entry, reader.rows(entry)), entry.name, entry.rows, progress):
                pass
        return reader.manifest
    finally:
        reader.close()


def reported(rows: Iterator[Row], table: str, about: int, progress: Progress) -> Iterator[Row]:
    """The rows, while somebody is told how many have passed."""
    done = 0
    for row in rows:
        yield row
        done += 1
        if done % LOOK == 0:
            progress(table, done, max(done, about))
    progress(table, done, done)


def sync_folder(folder: Path) -> None:
    """A new name in a folder is on disk when this returns, where folders can be synchronised."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(
    source: Source,
    made: Path,
    histories: Sequence[History],
    product: str,
    clock: Clock,
    skip_unknown: bool,
    progress: Progress,
) -> Manifest:
    shape = source.shape()
    found = owned(shape, histories)
    if not skip_unknown:
        refuse_unknown(found)
    identity = source.identity()
    manifest = Manifest(
        product=product,
        engine=source.engine,
        created=clock.now(),
        instance=identity.instance_id,
        host=identity.host,
        revisions={name: revision for name, revision in shape.revisions.items() if name not in found.missing},
        counters={t: dict(last) for t, last in source.counters().items() if t in found.tables},
        left_out=sorted({*shape.derived, *found.unknown}),
    )
    with Writer(made) as writer:
        for name, module in found.tables.items():
            manifest.tables.append(_add(writer, source, shape.tables[name], module, progress))
        writer.finish(manifest)
    return manifest


def _add(writer: Writer, source: Source, table: Table, module: str, progress: Progress) -> TableEntry:
    rows = reported(source.rows(table), table.name, source.count(table), progress)
    return writer.add(table.name, module, table.names, rows)


@contextmanager
def _work_folder(file: Path) -> Generator[Path]:
    """A folder beside the file that only its owner may read. What a backup that was killed left in it is thrown away."""
    file.parent.mkdir(parents=True, exist_ok=True)
    folder = file.with_name(f".{file.name}.partial")
    lock = FolderLock(folder)
    lock.acquire()
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{folder.name}.lock").unlink(missing_ok=True)
        lock.release()


@contextmanager
def _snapshot(place: Place, folder: Path) -> Generator[Source]:
    """The database as of one moment. A SQLite file is copied first, since a reader that stays keeps its log from
    being taken in; PostgreSQL gives a snapshot."""
    if isinstance(place, Path):
        copy = folder / "copy.db"
        copy_file(place, copy)
        source = open_source(copy)
    else:
        source = open_source(place)
    try:
        yield source
    finally:
        source.close()


def copy_file(database: Path, copy: Path) -> None:
    """Copies a SQLite file that may be written to meanwhile, as of one moment, and checks the copy.

    Raises `NothingToCopy`, `NoRoomForCopy`, and `BackupDamaged` when the file itself is damaged.
    """
    if not database.exists():
        raise NothingToCopy(path=database)
    _refuse_small(database, copy.parent)
    source = open_reader(database)
    target = open_new(copy)
    try:
        source.backup(target, pages=_PAGES)
        target.execute("PRAGMA journal_mode = DELETE").fetchall()
        troubles = [row[0] for row in target.execute("PRAGMA integrity_check(5)").fetchall()]
    finally:
        target.close()
        source.close()
    if troubles != ["ok"]:
        raise BackupDamaged(file=database, reason="; ".join(troubles))


def _refuse_small(database: Path, folder: Path) -> None:
    """The copy and the backup are there together for a while."""
    log = database.with_name(f"{database.name}-wal")
    size = database.stat().st_size + (log.stat().st_size if log.exists() else 0)
    needed = size * 3 // 2
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoomForCopy(folder=folder, free=free >> 20, needed=(needed >> 20) + 1)
