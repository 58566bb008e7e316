"""Full disks, broken disks, disks of other machines, and two processes on one file."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from core.tests.storage.databases import SMALL, SqliteDatabase, check_invariants

from gutenbot.storage.errors import (
    NetworkFileSystem,
    SecondWriter,
    StorageFull,
    StorageInUse,
    StorageReadOnly,
    StorageSlow,
)
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.connections import open_writer
from gutenbot.storage.sqlite.engine import Limits
from gutenbot.storage.sqlite.locks import FolderLock, file_system
from gutenbot.storage.sqlite.version import why_one_writer
from gutenbot.testing.contracts.storage_kit import BOT, CID, NOW, accept, begin, finish, history

_LARGE = "x" * 20_000
_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes; only root can make one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_dsk_01_a_database_without_room_takes_nothing_in_and_recovers(database: SqliteDatabase) -> None:
    storage = await database.open()
    assert storage._writer is not None
    pages = await storage._writer.submit(lambda db: db.execute("PRAGMA page_count").fetchone()[0], alone=True)
    await storage._writer.submit(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 20}").fetchone(), alone=True)
    kept = await _accept_until_full(storage)
    assert "full" in storage.healthy()
    assert len(await storage.thread(CID)) == kept
    await storage._writer.submit(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone(), alone=True)
    database.clock.ahead_s += 2
    await accept(storage, _LARGE)
    assert storage.healthy() == ""
    await database.close()
    check_invariants(database.path)


async def test_dsk_01_on_a_full_disk_begun_turns_are_finished_from_the_reserve(small_disk: Path) -> None:
    database = SqliteDatabase(small_disk / "gutenbot.db")
    storage = await database.open(limits=Limits(reserve_bytes=1 << 20, low_bytes=0))
    claim = await begin(storage, "begun")
    filler = small_disk / "filler"
    _fill(filler)
    await _accept_until_full(storage)
    assert (await finish(storage, claim, "finished", outcome="done")).applied
    with pytest.raises(StorageFull):
        await accept(storage, "refused while the reserve is gone")
    assert storage.healthy() != ""
    filler.unlink()
    database.clock.ahead_s += 2
    assert not (await accept(storage, "room again")).duplicate
    assert storage.healthy() == ""
    assert (small_disk / "gutenbot.db.reserve").stat().st_size == 1 << 20
    await database.close()
    check_invariants(database.path)


async def test_dsk_01_a_group_on_a_full_disk_loses_nothing_that_was_answered(small_disk: Path) -> None:
    database = SqliteDatabase(small_disk / "gutenbot.db")
    storage = await database.open(limits=Limits(reserve_bytes=1 << 20, low_bytes=0))
    _fill(small_disk / "filler")
    answers = await asyncio.gather(
        *(accept(storage, _LARGE, thread=f"t{i % 5}", external_id=str(i)) for i in range(300)), return_exceptions=True
    )
    kept = [str(i) for i, answer in enumerate(answers) if not isinstance(answer, BaseException)]
    assert {type(answer) for answer in answers if isinstance(answer, BaseException)} == {StorageFull}
    await database.close()
    check_invariants(database.path)
    raw = database.raw()
    assert sorted(row[0] for row in raw.execute("SELECT external_id FROM inbox")) == sorted(kept)
    raw.close()


async def test_dsk_02_uploads_stop_before_messages_do(database: SqliteDatabase) -> None:
    storage = await database.open(limits=Limits(reserve_bytes=0, low_bytes=1 << 60))
    with pytest.raises(StorageFull):
        await storage.put_blob(BOT, "image/png", "a.png", b"1", NOW)
    assert (await accept(storage)).claim is not None


async def test_dsk_03_a_long_read_is_stopped(database: SqliteDatabase) -> None:
    storage = await database.open(limits=Limits(reserve_bytes=0, read_s=0.05))
    with pytest.raises(StorageSlow):
        storage._read(lambda db: db.execute(_ENDLESS).fetchone())
    await finish(storage, await begin(storage), "still works")
    assert len(await storage.thread(CID)) == 2


async def test_rat_07_long_reads_are_stopped_and_leave_the_event_loop_free(database: SqliteDatabase) -> None:
    storage = await database.open(limits=Limits(reserve_bytes=0, read_s=0.4))
    reads = [asyncio.ensure_future(storage._aside(lambda db: db.execute(_ENDLESS).fetchone())) for _ in range(3)]
    taken = 0
    while not reads[0].done():
        await accept(storage, "still taken in")
        taken += 1
    assert taken > 10
    for read in reads:
        with pytest.raises(StorageSlow):
            await read
    assert await storage.list_users(BOT) != []


async def test_dsk_03_the_log_is_short_again_after_a_long_reader(database: SqliteDatabase) -> None:
    storage = await database.open()
    reader = database.raw()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM inbox").fetchone()
    log = database.path.with_name(database.path.name + "-wal")
    for i in range(200):
        await accept(storage, _LARGE * 5, thread=f"t{i}")
    assert log.stat().st_size > 2 * 2000 * 4096, "a checkpoint cannot pass the reader"
    reader.execute("COMMIT")
    reader.close()
    await accept(storage, "this commit's checkpoint reaches the end")
    grown = log.stat().st_size
    for i in range(100):
        await accept(storage, _LARGE, thread=f"t{i}")
    assert log.stat().st_size == grown, "the log is written anew from its start"


async def test_dsk_04_a_database_that_cannot_be_written_says_so(database: SqliteDatabase) -> None:
    storage = await database.open()
    assert storage._writer is not None
    claim = await begin(storage, "before")
    await storage._writer.submit(lambda db: db.execute("PRAGMA query_only = ON"), alone=True)
    with pytest.raises(StorageReadOnly):
        await accept(storage)
    with pytest.raises(StorageReadOnly):
        await finish(storage, claim)
    assert "readonly" in storage.healthy()
    assert await history(storage) == [(1, "in", "before")]
    await storage._writer.submit(lambda db: db.execute("PRAGMA query_only = OFF"), alone=True)
    assert (await finish(storage, claim, "after")).applied
    assert storage.healthy() == ""


async def test_dsk_04_a_file_that_is_no_database_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "gutenbot.db"
    path.write_bytes(b"not a database" * 1000)
    database = SqliteDatabase(path)
    with pytest.raises(StorageReadOnly):
        await database.open()
    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
async def test_dsk_05_a_network_file_system_is_refused(database: SqliteDatabase, tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n", "utf-8")
    with pytest.raises(NetworkFileSystem, match=kind):
        await database.open(mounts=mounts)


async def test_dsk_05_a_local_disk_below_a_network_one_is_fine(database: SqliteDatabase, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x / nfs rw 0 0\n/dev/sdb {database.path.parent} ext4 rw 0 0\n", "utf-8")
    await database.open(mounts=mounts)


def test_the_file_system_of_a_folder_with_a_blank_is_found(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    folder = tmp_path / "my data"
    mounts.write_text("/dev/sda / ext4 rw 0 0\nx " + str(folder).replace(" ", "\\040") + " nfs rw 0 0\n", "utf-8")
    assert (file_system(folder, mounts), file_system(tmp_path, mounts)) == ("nfs", "ext4")
    assert file_system(folder, tmp_path / "nothing") == ""


async def test_dsk_06_a_second_storage_on_the_same_file_is_refused(database: SqliteDatabase) -> None:
    await database.open()
    second = SqliteDatabase(database.path)
    with pytest.raises(StorageInUse, match="process"):
        await second.open()
    await database.close()
    await second.open()
    await second.close()


async def test_dsk_06_a_second_process_on_the_same_file_is_refused(database: SqliteDatabase) -> None:
    await database.open()
    program = (
        "import asyncio, sys, pathlib\n"
        "from gutenbot.kernel.clock import SystemClock\n"
        "from gutenbot.storage.sqlite import SqliteStorage\n"
        "asyncio.run(SqliteStorage(pathlib.Path(sys.argv[1]), SystemClock()).open())\n"
    )
    command = [sys.executable, "-c", program, str(database.path)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode != 0
    assert "StorageInUse" in done.stderr


async def test_dsk_04_a_lost_database_is_told_from_one_that_will_come_back(database: SqliteDatabase) -> None:
    storage = await database.open()
    assert storage._writer is not None
    assert await storage.lost() == ""
    await storage._writer.submit(lambda db: db.execute("PRAGMA query_only = ON"), alone=True)
    with pytest.raises(StorageReadOnly):
        await accept(storage)
    assert "readonly" in await storage.lost()
    await storage._writer.submit(lambda db: db.execute("PRAGMA query_only = OFF"), alone=True)
    assert await storage.lost() == ""
    assert storage.healthy() == "", "the try was a real write"


async def test_dsk_04_a_lock_of_another_program_is_no_loss(database: SqliteDatabase) -> None:
    storage = await database.open()
    assert storage._writer is not None
    await storage._writer.submit(lambda db: db.execute("PRAGMA busy_timeout = 10").fetchone(), alone=True)
    other = database.raw()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageReadOnly, match="locked"):
        await accept(storage)
    assert await storage.lost() == ""
    other.execute("ROLLBACK")
    other.close()


async def test_dsk_07_only_the_writer_writes_and_checkpoints(database: SqliteDatabase) -> None:
    storage = await database.open(limits=SMALL)
    reader = storage._readers.connection()
    with pytest.raises(Exception, match="readonly"):
        reader.execute("INSERT INTO kv VALUES ('a', 'b', '1')")
    assert reader.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA wal_checkpoint",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA wal_autocheckpoint = 1",
        "ATTACH 'x' AS other",
    ],
)
async def test_dsk_07_a_reader_cannot_reset_the_log(database: SqliteDatabase, sql: str) -> None:
    storage = await database.open(limits=SMALL)
    assert storage._writer is not None
    await accept(storage)
    await storage._writer.submit(lambda db: db.execute("PRAGMA wal_checkpoint").fetchone(), alone=True)
    log = database.path.with_name(database.path.name + "-wal")
    before = log.stat().st_size
    with pytest.raises(Exception, match="not authorized"):
        storage._readers.connection().execute(sql).fetchall()
    assert log.stat().st_size == before > 0


async def test_dsk_07_the_lock_gives_one_writer(database: SqliteDatabase) -> None:
    storage = await database.open()
    with pytest.raises(SecondWriter):
        open_writer(storage._lock, "OFF")
    with pytest.raises(SecondWriter):
        open_writer(FolderLock(database.path), "OFF")


@pytest.mark.parametrize(("found", "says"), [("3.40.1", True), ("3.51.2", True), ("3.51.3", False), ("3.52.0", False)])
def test_dsk_07_it_is_known_whether_two_connections_could_damage_the_log(
    monkeypatch: pytest.MonkeyPatch, found: str, says: bool
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version", found)
    assert ("SQLite before 3.51.3" in why_one_writer()) == says


async def test_pragmas_are_as_promised(database: SqliteDatabase) -> None:
    storage = await database.open(synchronous="FULL")
    assert storage._writer is not None
    names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "mmap_size")
    for name, value in zip(names, ("wal", 2, 1, 0, 0), strict=True):
        found = await storage._writer.submit(lambda db, name=name: db.execute(f"PRAGMA {name}").fetchone(), alone=True)  # type: ignore[misc]
        assert found == (value,), name


async def _accept_until_full(storage: SqliteStorage) -> int:
    """How many events there was room for."""
    for kept in range(1000):
        try:
            await accept(storage, _LARGE)
        except StorageFull:
            return kept
    raise AssertionError("the disk is never full")


def _fill(path: Path) -> None:
    """Leaves about a third of a megabyte."""
    with path.open("wb", buffering=0) as file:  # what was kept back for later could not be written at the end
        try:
            while True:
                file.write(b"0" * 65_536)
        except OSError:
            pass
    with path.open("r+b") as file:
        file.truncate(max(0, path.stat().st_size - 300_000))
