"""Migrations: in order, in one transaction each, and free when there is nothing to do."""

import os
import shutil
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from core.tests.storage.databases import SqliteDatabase, check_invariants

from gutenbot.storage import snapshot
from gutenbot.storage.errors import MigrationFailed, StorageNewer
from gutenbot.storage.migrate import CORE, History, found_revision, migrate
from gutenbot.testing.contracts.storage_kit import accept

_FILE = """
import os
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {down}


def upgrade():
    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO {table} VALUES (1)")
    {end}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "notes" / "versions"
    place.mkdir(parents=True)
    return place


def write(folder: Path, number: int, end: str = "pass") -> None:
    """The migration with this number, which makes the table `notes_<number>`."""
    down = repr(f"{number - 1:04}") if number > 1 else None
    text = _FILE.format(revision=f"{number:04}", down=down, table=f"notes_{number}", end=end)
    (folder / f"{number:04}_more.py").write_text(text, "utf-8")


def tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'notes%'")
    return {row[0] for row in rows}


async def test_a_new_database_is_made_and_opened(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "new" / "gutenbot.db")
    assert (await accept(await database.open())).claim is not None
    await database.close()
    check_invariants(database.path)


def test_keys_of_the_first_release_go_on_with_the_roles_of_today(tmp_path: Path) -> None:
    before = tmp_path / "versions"
    before.mkdir()
    for file in CORE.folder.glob("000[12]_*.py"):
        shutil.copy(file, before)
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    migrate(connection, [History("core", before)], snapshot=False)
    for name in ("admin", "operator", "viewer"):
        connection.execute(
            "INSERT INTO access_key (key_hash, name, role, actor) VALUES (?, ?, ?, '')", (name.encode(), name, name)
        )
    assert migrate(connection, [CORE]) == ["core"]
    rows = connection.execute("SELECT name, role, scopes, ends_ms, used_ms FROM access_key ORDER BY name").fetchall()
    assert rows == [("admin", "admin", "", 0, 0), ("operator", "agent", "", 0, 0), ("viewer", "analyst", "", 0, 0)]
    connection.close()


def test_every_table_is_strict_and_has_its_bot(migrated: Path) -> None:
    connection = sqlite3.connect(migrated)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'alembic%'"
    ).fetchall()
    assert all("STRICT" in sql for _, sql in rows)
    assert {name for name, sql in rows if "bot_id" not in sql} == {
        "kv", "access_key", "instance", "account", "account_attempt", "account_challenge", "account_identity",
        "account_link", "account_passkey", "account_recovery", "account_role", "account_session", "audit", "audit_head",
        "request_answer", "setting", "setting_head", "switch", "live_event", "live_presence", "job_piece", "notification_read",
        "notification_seen",
    }  # fmt: skip
    connection.close()


def test_nothing_heavy_is_imported_when_there_is_nothing_to_do(migrated: Path) -> None:
    program = (
        "import sqlite3, sys\n"
        "from gutenbot.storage.migrate import CORE, migrate\n"
        "assert migrate(sqlite3.connect(sys.argv[1], isolation_level=None), [CORE]) == []\n"
        "import gutenbot.storage.sqlite\n"
        "sys.exit(any(name.startswith(('alembic', 'sqlalchemy')) for name in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(migrated)], check=False).returncode == 0


async def test_a_modules_tables_are_made_once_and_extended_later(database: SqliteDatabase, folder: Path) -> None:
    storage = await database.open()
    write(folder, 1)
    assert await storage.migrate("notes", folder)
    assert not await storage.migrate("notes", folder)
    write(folder, 2)
    assert await storage.migrate("notes", folder)
    raw = database.raw()
    assert tables(raw) == {"notes_1", "notes_2"}
    assert found_revision(raw, History("notes", folder)) == "0002"
    raw.close()
    assert (await accept(storage)).claim is not None


async def test_mig_06_a_module_that_cannot_migrate_leaves_the_rest_alone(
    database: SqliteDatabase, folder: Path
) -> None:
    storage = await database.open()
    write(folder, 1, "raise ValueError('typo')")
    with pytest.raises(MigrationFailed, match="typo"):
        await storage.migrate("notes", folder)
    raw = database.raw()
    assert tables(raw) == set()
    raw.close()
    assert (await accept(storage)).claim is not None


async def test_mig_05_a_migration_that_finds_the_disk_full_is_rolled_back_and_the_release_before_it_runs(
    database: SqliteDatabase, folder: Path
) -> None:
    storage = await database.open()
    write(folder, 1)
    assert await storage.migrate("notes", folder)
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 99999) SELECT i FROM n"
    much = f"op.execute('PRAGMA max_page_count = 1'); op.execute('CREATE TABLE notes_copy AS {rows}')"
    write(folder, 2, much)
    with pytest.raises(MigrationFailed, match="full"):
        await storage.migrate("notes", folder)
    await database.close()
    raw = database.raw()
    assert tables(raw) == {"notes_1"}
    assert found_revision(raw, History("notes", folder)) == "0001"
    raw.close()
    assert (await accept(await database.open())).claim is not None
    await database.close()
    check_invariants(database.path)


def test_histories_are_upgraded_in_the_given_order(tmp_path: Path, folder: Path) -> None:
    write(folder, 1)
    later = tmp_path / "later" / "versions"
    later.mkdir(parents=True)
    (later / "0001_uses.py").write_text(
        _FILE.format(revision="0001", down=None, table="later_1", end="op.execute('INSERT INTO notes_1 VALUES (2)')"),
        "utf-8",
    )
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    assert migrate(connection, [CORE, History("notes", folder), History("later", later)]) == ["core", "notes", "later"]
    connection.close()


@pytest.mark.slow
def test_mig_01_a_migration_that_is_killed_is_rolled_back(tmp_path: Path, folder: Path) -> None:
    write(folder, 1)
    write(folder, 2, 'os.environ.get("KILL") and os._exit(137)')
    path = tmp_path / "x.db"
    program = (
        "import pathlib, sqlite3, sys\n"
        "from gutenbot.storage.migrate import History, migrate\n"
        "migrate(sqlite3.connect(sys.argv[1], isolation_level=None), [History('notes', pathlib.Path(sys.argv[2]))])\n"
    )
    for environment, code, found in (({"KILL": "1"}, 137, set()), ({}, 0, {"notes_1", "notes_2"})):
        command = [sys.executable, "-c", program, str(path), str(folder)]
        assert subprocess.run(command, env=os.environ | environment, check=False).returncode == code
        connection = sqlite3.connect(path)
        assert tables(connection) == found
        connection.close()


async def test_a_database_from_a_newer_release_is_refused_unchanged(database: SqliteDatabase) -> None:
    database.damage("UPDATE alembic_version__core SET version_num = '9999', oldest = '9999'")
    with pytest.raises(StorageNewer, match="9999"):
        await database.open()
    database.damage(f"UPDATE alembic_version__core SET version_num = '{CORE.revisions()[-1]}'")
    await database.open()


def test_the_snapshot_of_a_new_database_is_what_the_migrations_make() -> None:
    assert CORE.snapshot.read_text("utf-8") == snapshot.taken(), "run `python -m gutenbot.storage.snapshot`"


@pytest.mark.parametrize("module", ["notes", "subscriptions"])
def test_the_snapshots_of_modules_are_what_their_migrations_make(module: str, tmp_path: Path) -> None:
    spec = find_spec(f"gutenbot_{module}")
    assert spec is not None
    assert spec.origin is not None
    history = History(module, Path(spec.origin).parent / "migrations" / "versions")
    again = f"python -m gutenbot.storage.snapshot {module} {history.folder}"
    assert history.snapshot.read_text("utf-8") == snapshot.taken(history), f"run `{again}`"
    made, migrated = (sqlite3.connect(tmp_path / name, isolation_level=None) for name in ("made.db", "migrated.db"))
    assert migrate(made, [CORE, history]) == migrate(migrated, [CORE, history], snapshot=False) == ["core", module]
    tables = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
    assert made.execute(tables).fetchall() == migrated.execute(tables).fetchall()
    made.close()
    migrated.close()


def test_an_old_snapshot_of_a_module_is_brought_up_to_date(tmp_path: Path) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    history = History("shop", versions)
    (versions / "0001_first.py").write_text(_REVISION.format(before=None, number="0001"), "utf-8")
    history.snapshot.write_text(snapshot.taken(history), "utf-8")
    (versions / "0002_second.py").write_text(_REVISION.format(before='"0001"', number="0002"), "utf-8")
    connection = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    assert migrate(connection, [CORE, history]) == ["core", "shop"]
    found = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'shop_%' ORDER BY name").fetchall()
    assert found == [("shop_0001",), ("shop_0002",)]
    assert connection.execute("SELECT version_num FROM alembic_version__shop").fetchall() == [("0002",)]
    connection.close()


_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {before}


def upgrade():
    op.create_table("shop_{number}", sa.Column("id", sa.Integer, primary_key=True))
"""


def test_a_new_database_from_the_snapshot_has_the_same_tables_and_is_current(tmp_path: Path) -> None:
    made, migrated = (sqlite3.connect(tmp_path / name, isolation_level=None) for name in ("made.db", "migrated.db"))
    assert migrate(made, [CORE]) == migrate(migrated, [CORE], snapshot=False) == ["core"]
    tables = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
    assert made.execute(tables).fetchall() == migrated.execute(tables).fetchall()
    assert migrate(made, [CORE]) == []
    made.close()
    migrated.close()
