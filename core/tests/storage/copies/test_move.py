"""MIG-04: from SQLite to PostgreSQL with equal checksums and the same ids, cut off anywhere and gone on with."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from core.tests.storage.copies.kit import CLOCK, ask, lock_of, new_conversation, storage_of, sums

from gutenbot.storage.copies.errors import (
    DatabaseMoved,
    HalfCopied,
    HalfMoved,
    NothingToCopy,
    TargetNotEmpty,
    UnknownTables,
    ValueUnfit,
)
from gutenbot.storage.copies.move import FINISHED, MARKED, POINTS, PORTION, move, undo
from gutenbot.storage.copies.places import Place
from gutenbot.storage.errors import StorageAway, StorageInUse
from gutenbot.storage.migrate import CORE, History
from gutenbot.testing.contracts.storage_kit import accept

pytestmark = pytest.mark.postgres


def opened(place: Place) -> None:
    """Starts on a database and ends again."""

    async def start() -> None:
        storage = storage_of(place)
        await storage.open()
        await storage.close()

    asyncio.run(start())


def test_mig_04_both_ends_have_the_same_rows_ids_and_checksums(
    database: Path, histories: list[History], empty: str
) -> None:
    before = sums(database)
    done = move(database, empty, histories, clock=CLOCK)
    assert done.tables == before == sums(empty)
    assert (done.resumed, done.already) == (False, False)
    assert lock_of(empty) == ""
    seq, ids = new_conversation(empty)
    assert seq > 5000
    assert len(set(ids)) == len(ids) == 81


def test_mig_04_a_file_that_was_moved_is_not_used_any_more(
    database: Path, histories: list[History], empty: str
) -> None:
    move(database, empty, histories, clock=CLOCK)
    with pytest.raises(DatabaseMoved, match="gutenbot move --undo"):
        opened(database)
    assert move(database, empty, histories, clock=CLOCK).already
    mark = undo(database)
    assert mark is not None
    assert mark.done
    opened(database)
    assert undo(database) is None


def test_a_dry_run_counts_and_changes_nothing(database: Path, histories: list[History], empty: str) -> None:
    done = move(database, empty, histories, clock=CLOCK, dry_run=True)
    assert (done.tables["outbox"].rows, done.tables["notes_note"].rows) == (80, 2)
    assert sums(empty) == {}
    opened(database)


def test_a_database_with_something_in_it_is_no_target(database: Path, histories: list[History], empty: str) -> None:
    ask(empty, "CREATE TABLE other (x int)")
    for dry_run in (True, False):
        with pytest.raises(TargetNotEmpty, match="other"):
            move(database, empty, histories, clock=CLOCK, dry_run=dry_run)
    opened(database)


def test_a_file_that_a_server_holds_is_not_moved(database: Path, histories: list[History], empty: str) -> None:
    async def meanwhile() -> None:
        storage = storage_of(database)
        await storage.open()
        with pytest.raises(StorageInUse, match="Stop it first"):
            await asyncio.to_thread(move, database, empty, histories, clock=CLOCK)
        await accept(storage, "goes on")
        await storage.close()

    asyncio.run(meanwhile())


def test_tables_of_nobody_are_named_before_anything_is_done(
    database: Path, histories: list[History], empty: str
) -> None:
    ask(database, "CREATE TABLE mine (x)")
    with pytest.raises(UnknownTables, match="mine"):
        move(database, empty, histories, clock=CLOCK)
    done = move(database, empty, [CORE], clock=CLOCK, skip_unknown=True)
    assert done.left_out == ["mine", "notes_note"]
    assert "notes_note" not in sums(empty)


def test_a_text_that_postgresql_cannot_keep_is_named(database: Path, histories: list[History], empty: str) -> None:
    ask(database, "UPDATE kv SET value = 'a' || char(0)")
    with pytest.raises(ValueUnfit, match=r"kv\.value"):
        move(database, empty, histories, clock=CLOCK)
    with pytest.raises(HalfMoved, match="gutenbot move"):
        opened(database)
    with pytest.raises(HalfCopied, match=r"gutenbot\.db"):
        opened(empty)


def test_without_a_server_or_a_file_it_says_so(database: Path, histories: list[History], tmp_path: Path) -> None:
    with pytest.raises(StorageAway):
        move(database, "postgresql://nobody@127.0.0.1:1/x", histories, clock=CLOCK)
    opened(database)
    with pytest.raises(NothingToCopy):
        move(tmp_path / "none.db", "postgresql://nobody@127.0.0.1:1/x", histories, clock=CLOCK)


_PROGRAM = """
import os, sys, pathlib
import gutenbot.storage.copies.sqlite_source as source
source.PORTION_ROWS = 7
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.copies.move import move
from gutenbot.storage.migrate import CORE, History
crashpoints.arm(os.environ)
path, url, folder = sys.argv[1:]
move(pathlib.Path(path), url, [CORE, History("notes", pathlib.Path(folder))], clock=SystemClock())
"""


def moved(database: Path, url: str, histories: list[History], point: str) -> int:
    """The exit code of a move in portions of seven rows that may die at a point."""
    command = [sys.executable, "-c", _PROGRAM, str(database), url, str(histories[1].folder)]
    environ = {**os.environ, "GUTENBOT_CRASH_AT": point}
    return subprocess.run(command, env=environ, check=False, timeout=60).returncode


@pytest.mark.slow
@pytest.mark.parametrize("point", [*POINTS, f"{PORTION}:3", f"{PORTION}:20"])
def test_mig_04_a_move_that_is_killed_anywhere_goes_on_where_it_was(
    database: Path, histories: list[History], empty: str, point: str
) -> None:
    before = sums(database)
    assert moved(database, empty, histories, point) == 137
    with pytest.raises((HalfMoved, DatabaseMoved)):
        opened(database)
    if ask(empty, "SELECT to_regclass('gutenbot_move')::text") != [(None,)]:
        with pytest.raises(HalfCopied):
            opened(empty)
    done = move(database, empty, histories, clock=CLOCK)
    name = point.partition(":")[0]
    assert (done.resumed, done.already) == (name not in (MARKED, FINISHED), name == FINISHED)
    assert sums(empty) == before
    assert lock_of(empty) == ""
    with pytest.raises(DatabaseMoved):
        opened(database)


@pytest.mark.slow
def test_mig_04_what_changed_between_two_tries_is_copied_too(
    database: Path, histories: list[History], empty: str
) -> None:
    assert moved(database, empty, histories, f"{PORTION}:9") == 137
    undo(database)
    new_conversation(database)
    assert not move(database, empty, histories, clock=CLOCK).resumed
    assert sums(empty) == sums(database)


@pytest.mark.slow
def test_a_killed_move_is_no_door_for_another_file(
    database: Path, histories: list[History], empty: str, tmp_path: Path
) -> None:
    assert moved(database, empty, histories, f"{PORTION}:2") == 137
    other = tmp_path / "other" / "gutenbot.db"
    opened(other)
    with pytest.raises(TargetNotEmpty):
        move(other, empty, histories, clock=CLOCK)
