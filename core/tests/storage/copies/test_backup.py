"""Backups of one engine are restored on either one, and a damaged one is never taken for a good one."""

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from core.tests.storage.copies.kit import CLOCK, PRODUCT, ask, lock_of, module, new_conversation, storage_of, sums
from core.tests.storage.databases import check_invariants

from gutenbot.storage.copies.archive import Manifest, Reader, Writer
from gutenbot.storage.copies.backup import backup, verify
from gutenbot.storage.copies.errors import (
    BackupDamaged,
    BackupNewer,
    FileExists,
    MissingModules,
    NotABackup,
    OtherInstance,
    TargetInUse,
    TargetNotEmpty,
    UnknownTables,
)
from gutenbot.storage.copies.places import Place
from gutenbot.storage.copies.restore import restore
from gutenbot.storage.errors import StorageInUse, StorageNewer
from gutenbot.storage.migrate import CORE, History
from gutenbot.storage.port import Storage
from gutenbot.testing.contracts.storage_kit import accept, begin, finish


def saved(place: Place, file: Path, histories: list[History]) -> Manifest:
    return backup(place, file, histories, product=PRODUCT, clock=CLOCK)


@pytest.fixture
def file(database: Path, histories: list[History], tmp_path: Path) -> Path:
    """A backup of the SQLite file."""
    saved(database, tmp_path / "b.zip", histories)
    return tmp_path / "b.zip"


def test_a_backup_says_what_is_in_it_and_leaves_nothing_else_behind(file: Path) -> None:
    manifest = verify(file)
    rows = {entry.name: entry.rows for entry in manifest.tables}
    assert (rows["conversation"], rows["outbox"], rows["notes_note"], rows["blob"]) == (41, 80, 2, 1)
    assert manifest.revisions == {"core": CORE.revisions()[-1], "notes": "0001"}
    assert manifest.counters["inbox"] == {"seq": 5000}
    assert {entry.module for entry in manifest.tables} == {"core", "notes"}
    assert sorted(path.name for path in file.parent.iterdir()) == ["b.zip", "data", "notes"]
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_is_not_overwritten(file: Path, database: Path, histories: list[History]) -> None:
    with pytest.raises(FileExists):
        saved(database, file, histories)


def test_bak_02_a_backup_of_sqlite_becomes_an_equal_database_of_sqlite(
    file: Path, database: Path, histories: list[History], tmp_path: Path
) -> None:
    target = tmp_path / "other" / "gutenbot.db"
    restore(file, target, histories, clock=CLOCK)
    assert sums(target) == sums(database)
    seq, ids = new_conversation(target)
    assert seq > 5000
    assert len(set(ids)) == len(ids) == 81
    check_invariants(target)


@pytest.mark.postgres
def test_a_backup_goes_from_sqlite_to_postgresql_and_back_again(
    file: Path, database: Path, histories: list[History], empty: str, tmp_path: Path
) -> None:
    restore(file, empty, histories, clock=CLOCK)
    assert sums(empty) == sums(database)
    manifest = saved(empty, tmp_path / "pg.zip", histories)
    assert manifest.engine == "postgresql"
    assert {e.name: e.sum for e in manifest.tables if e.name != "instance"} == sums(database)
    restore(tmp_path / "pg.zip", tmp_path / "back" / "gutenbot.db", histories, clock=CLOCK)
    assert sums(tmp_path / "back" / "gutenbot.db") == sums(database)
    assert new_conversation(empty)[0] > 5000
    assert new_conversation(tmp_path / "back" / "gutenbot.db")[0] > 5000
    assert ask(empty, "SELECT pinned, data ->> 'a', ref::text FROM notes_note WHERE id = 7") == [
        (True, "é", "00112233-4455-6677-8899-aabbccddeeff")
    ]
    with pytest.raises(Exception, match="notes_note_parent_fkey"):
        ask(empty, "INSERT INTO notes_note (id, parent, pinned) VALUES (10, 99, true)")


@pytest.mark.parametrize("place", ["start", "middle", "manifest", "tail", "any"])
def test_bak_06_a_flipped_bit_anywhere_is_found(file: Path, place: str) -> None:
    whole = file.read_bytes()
    chance = random.Random(place)
    spots = {
        "start": range(200),
        "middle": [len(whole) // 2],
        "manifest": [whole.rindex(b"manifest.json")],
        "tail": range(len(whole) - 200, len(whole)),
        "any": [chance.randrange(len(whole)) for _ in range(100)],
    }[place]
    for spot in spots:
        broken = bytearray(whole)
        broken[spot] ^= 1 << chance.randrange(8)
        file.write_bytes(broken)
        with pytest.raises((BackupDamaged, NotABackup)):
            verify(file)


@pytest.mark.parametrize("left", [0, 1, 100, 5000, -1, -64, -200])
def test_bak_06_a_backup_that_ends_too_early_is_found(file: Path, left: int) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    with pytest.raises((BackupDamaged, NotABackup)):
        verify(file)


def test_bak_06_a_missing_member_and_changed_rows_are_found_even_under_a_new_checksum(file: Path) -> None:
    reader = Reader(file)
    manifest = reader.manifest
    entries = manifest.tables
    for spoil in ("missing", "fewer"):
        made = file.with_name(f"{spoil}.zip")
        with Writer(made) as writer:
            for entry in entries:
                rows = list(reader.rows(entry))
                if entry.name != "outbox":
                    writer.add(entry.name, entry.module, entry.columns, rows)
                elif spoil == "fewer":
                    writer.add(entry.name, entry.module, entry.columns, rows[1:])
            writer.finish(manifest)
        with pytest.raises(BackupDamaged, match="outbox"):
            verify(made)
    reader.close()


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello " * 100, encoding="utf-8")
    with pytest.raises(NotABackup, match="no ZIP"):
        verify(tmp_path / "x")
    with pytest.raises(NotABackup, match="No such file"):
        verify(tmp_path / "y")


def test_a_backup_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    manifest = Manifest(version=9, product="9", engine="sqlite", created=CLOCK.now(), revisions={})
    with Writer(tmp_path / "new.zip") as writer:
        writer.finish(manifest)
    with pytest.raises(BackupNewer, match="9"):
        verify(tmp_path / "new.zip")


def test_a_damaged_database_makes_no_backup(database: Path, histories: list[History], tmp_path: Path) -> None:
    whole = bytearray(database.read_bytes())
    for spot in range(3 * 4096, len(whole), 4096):
        whole[spot : spot + 8] = b"\xff" * 8
    database.write_bytes(whole)
    with pytest.raises((BackupDamaged, sqlite3.DatabaseError)):
        saved(database, tmp_path / "b.zip", histories)
    assert not (tmp_path / "b.zip").exists()


def test_a_table_of_nobody_is_named_and_left_out_when_one_says_so(
    database: Path, histories: list[History], tmp_path: Path
) -> None:
    ask(database, "CREATE TABLE mine (x)")
    with pytest.raises(UnknownTables, match="mine"):
        saved(database, tmp_path / "b.zip", histories)
    manifest = backup(database, tmp_path / "b.zip", [CORE], product=PRODUCT, clock=CLOCK, skip_unknown=True)
    assert manifest.left_out == ["mine", "notes_note"]
    assert list(manifest.revisions) == ["core"]


def test_a_module_that_is_not_installed_is_missed_before_anything_is_written(
    file: Path, histories: list[History], tmp_path: Path
) -> None:
    target = tmp_path / "other" / "gutenbot.db"
    with pytest.raises(MissingModules, match="notes"):
        restore(file, target, [CORE], clock=CLOCK)
    assert not target.exists()
    done = restore(file, target, [CORE], clock=CLOCK, skip_unknown=True)
    assert done.skipped == ["notes"]
    assert "notes_note" not in sums(target)


def test_a_backup_of_a_newer_module_is_refused(database: Path, histories: list[History], tmp_path: Path) -> None:
    more = 'from alembic import op\nrevision = "0002"\ndown_revision = "0001"\n\n\ndef upgrade():\n    pass\n'
    newer = [CORE, module(tmp_path / "newer", more)]

    async def upgrade() -> None:
        storage = storage_of(database)
        await storage.open()
        await storage.migrate("notes", newer[1].folder)
        await storage.close()

    asyncio.run(upgrade())
    saved(database, tmp_path / "b.zip", newer)
    with pytest.raises(StorageNewer, match="notes 0002"):
        restore(tmp_path / "b.zip", tmp_path / "other.db", histories, clock=CLOCK)


@pytest.mark.postgres
def test_an_older_backup_is_brought_up_to_date(file: Path, database: Path, tmp_path: Path, empty: str) -> None:
    more = (
        "import sqlalchemy as sa\nfrom alembic import op\n"
        'revision = "0002"\ndown_revision = "0001"\n\n\ndef upgrade():\n'
        "    op.add_column('notes_note', sa.Column('more', sa.Text, server_default='x'))\n"
    )
    newer = [CORE, module(tmp_path / "newer", more)]
    for target in (tmp_path / "other" / "gutenbot.db", empty):
        restore(file, target, newer, clock=CLOCK)

        async def start(place: Place = target) -> None:
            storage = storage_of(place)
            await storage.open()
            assert await storage.migrate("notes", newer[1].folder)
            await storage.close()

        asyncio.run(start())
        assert ask(target, "SELECT id, more FROM notes_note ORDER BY id") == [(7, "x"), (9, "x")]


def test_bak_03_a_restored_copy_is_locked_and_the_original_is_not(
    file: Path, database: Path, histories: list[History], tmp_path: Path
) -> None:
    target = tmp_path / "other" / "gutenbot.db"
    done = restore(file, target, histories, clock=CLOCK)
    assert "restored from a backup" in done.sending_lock
    assert lock_of(target) == done.sending_lock
    assert lock_of(database) == ""


def test_bak_03_a_file_that_was_copied_by_hand_is_locked_too(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "other" / "gutenbot.db"
    target.parent.mkdir()
    target.write_bytes(database.read_bytes())
    assert "copy" in lock_of(target)


def test_the_same_instance_at_the_same_place_goes_on_sending(
    file: Path, database: Path, histories: list[History], tmp_path: Path
) -> None:
    with pytest.raises(OtherInstance):
        restore(file, tmp_path / "other" / "gutenbot.db", histories, clock=CLOCK, same_instance=True)
    database.unlink()
    restore(file, database, histories, clock=CLOCK, same_instance=True)
    assert lock_of(database) == ""


def test_what_is_there_is_kept_unless_it_shall_be_replaced(
    file: Path, database: Path, histories: list[History]
) -> None:
    before = sums(database)
    ask(database, "DELETE FROM notes_note")
    with pytest.raises(TargetNotEmpty, match="--replace"):
        restore(file, database, histories, clock=CLOCK)
    done = restore(file, database, histories, clock=CLOCK, replace=True)
    assert sums(database) == before
    assert ask(Path(done.kept), "SELECT count(*) FROM notes_note") == [(0,)]


@pytest.mark.postgres
def test_a_postgresql_that_is_used_is_kept_unless_it_shall_be_replaced(
    file: Path, database: Path, histories: list[History], empty: str
) -> None:
    restore(file, empty, histories, clock=CLOCK)
    ask(empty, "DELETE FROM notes_note")

    async def meanwhile() -> None:
        storage = storage_of(empty)
        await storage.open()
        with pytest.raises(TargetInUse, match="1 servers"):
            await asyncio.to_thread(restore, file, empty, histories, clock=CLOCK, replace=True)
        await storage.close()

    asyncio.run(meanwhile())
    with pytest.raises(TargetNotEmpty):
        restore(file, empty, histories, clock=CLOCK)
    restore(file, empty, histories, clock=CLOCK, replace=True)
    assert sums(empty) == sums(database)


def test_a_database_that_a_server_holds_is_not_replaced(file: Path, database: Path, histories: list[History]) -> None:
    async def meanwhile() -> None:
        storage = storage_of(database)
        await storage.open()
        with pytest.raises(StorageInUse):
            await asyncio.to_thread(restore, file, database, histories, clock=CLOCK, replace=True)
        await accept(storage, "goes on")
        await storage.close()

    asyncio.run(meanwhile())


_KILLED = """
import os, sys, pathlib
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.copies.restore import restore
from gutenbot.storage.copies.backup import backup
from gutenbot.storage.migrate import CORE, History
crashpoints.arm(os.environ)
verb, file, place, folder = sys.argv[1:]
place = place if "://" in place else pathlib.Path(place)
histories = [CORE, History("notes", pathlib.Path(folder))]
if verb == "restore":
    restore(pathlib.Path(file), place, histories, clock=SystemClock())
else:
    backup(place, pathlib.Path(file), histories, product="0", clock=SystemClock())
"""


def killed(verb: str, file: Path, place: Place, histories: list[History], point: str) -> int:
    """The exit code of a process that dies at a point."""
    command = [sys.executable, "-c", _KILLED, verb, str(file), str(place), str(histories[1].folder)]
    environ = {**os.environ, "GUTENBOT_CRASH_AT": point}
    return subprocess.run(command, env=environ, check=False, timeout=60).returncode


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("point", ["restore.loaded", "restore.checked"])
def test_a_restore_that_is_killed_leaves_nothing_half(
    file: Path, database: Path, histories: list[History], tmp_path: Path, empty: str, point: str
) -> None:
    target = tmp_path / "other" / "gutenbot.db"
    for place in (target, empty):
        assert killed("restore", file, place, histories, point) == 137
    assert not target.exists()
    assert ask(empty, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == [(0,)]
    for place in (target, empty):
        restore(file, place, histories, clock=CLOCK)
        assert sums(place) == sums(database)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["backup.copied", "backup.written"])
def test_a_backup_that_is_killed_leaves_no_file_under_the_name(
    database: Path, histories: list[History], tmp_path: Path, point: str
) -> None:
    file = tmp_path / "b.zip"
    assert killed("backup", file, database, histories, point) == 137
    assert not file.exists()
    saved(database, file, histories)
    assert verify(file).tables
    assert not list(tmp_path.glob(".b.zip*"))


def test_the_file_is_an_ordinary_archive_with_a_readable_manifest(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        stated = msgspec.json.decode(archive.read("manifest.json"))
    assert (stated["format"], stated["engine"], stated["product"]) == ("gutenbot-backup", "sqlite", PRODUCT)


@pytest.mark.slow
@pytest.mark.postgres
async def test_bak_01_a_backup_under_load_holds_one_moment(
    database: Path, histories: list[History], tmp_path: Path, empty: str
) -> None:
    await asyncio.to_thread(restore, saved_to(database, tmp_path, histories), empty, histories, clock=CLOCK)
    places: list[Place] = [database, empty]
    for number, place in enumerate(places):
        storage = storage_of(place)
        await storage.open()
        stopped = asyncio.Event()

        async def talk(name: str, storage: Storage = storage, stopped: asyncio.Event = stopped) -> int:
            turns = 0
            while not stopped.is_set():
                await finish(storage, await begin(storage, f"{turns}", thread=name), "answer", variables={"n": turns})
                turns += 1
            return turns

        talks = [asyncio.create_task(talk(f"load{i}")) for i in range(4)]
        file = tmp_path / f"load{number}.zip"
        await asyncio.to_thread(saved, place, file, histories)
        await asyncio.sleep(0.1)
        stopped.set()
        assert min(await asyncio.gather(*talks)) > 0
        await storage.close()
        target = tmp_path / f"copy{number}" / "gutenbot.db"
        await asyncio.to_thread(restore, file, target, histories, clock=CLOCK)
        opened = storage_of(target)
        await opened.open()
        while await opened.recover():
            pass
        await opened.close()
        check_invariants(target)


def saved_to(database: Path, tmp_path: Path, histories: list[History]) -> Path:
    saved(database, tmp_path / "first.zip", histories)
    return tmp_path / "first.zip"
