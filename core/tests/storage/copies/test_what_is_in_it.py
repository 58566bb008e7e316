"""What comes along in a backup, what stays apart from it, and what a restored database is made of."""

import base64
import shutil
from pathlib import Path

import pytest
from core.tests.storage.copies.kit import CLOCK, PRODUCT, ask, sums
from core.tests.storage.postgres.servers import Server

from gutenbot.kernel.sealing import FILE, Keyring, SealBroken
from gutenbot.storage.copies import postgres_source
from gutenbot.storage.copies.archive import Reader, Writer
from gutenbot.storage.copies.backup import backup
from gutenbot.storage.copies.errors import BackupDamaged
from gutenbot.storage.copies.restore import restore
from gutenbot.storage.migrate import History
from gutenbot.storage.postgres.late_indexes import LATE_INDEXES
from gutenbot.storage.postgres.migrating import migrate

_SHAPE = """SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL
SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2, 3"""


def test_bak_04_media_come_along_and_the_key_of_secrets_does_not(
    database: Path, histories: list[History], tmp_path: Path
) -> None:
    ring, place = Keyring(database.parent), ("modules.shop", "api_key")
    sealed, key_id = ring.seal("hush", place)
    ask(database, f"INSERT INTO kv (scope, key, value) VALUES ('test', 'sealed', json_quote('{sealed}'))")
    backup(database, tmp_path / "b.zip", histories, product=PRODUCT, clock=CLOCK)
    target = tmp_path / "other" / "gutenbot.db"
    restore(tmp_path / "b.zip", target, histories, clock=CLOCK)
    assert ask(target, "SELECT hex(data) FROM blob") == ask(database, "SELECT hex(data) FROM blob") != []
    key = base64.b64decode((database.parent / FILE).read_text("utf-8"))
    assert key not in target.read_bytes()
    assert not (target.parent / FILE).exists()
    ((kept,),) = ask(target, "SELECT value ->> '$' FROM kv WHERE scope = 'test'")
    assert kept == sealed
    with pytest.raises(SealBroken, match="sealed with another key"):
        Keyring(target.parent).open(sealed, key_id, place)
    shutil.copy2(database.parent / FILE, target.parent / FILE)
    assert Keyring(target.parent).open(sealed, key_id, place) == "hush"


@pytest.mark.postgres
def test_bak_02_keys_indexes_references_and_triggers_of_a_restored_database_are_those_of_a_new_one(
    database: Path,
    histories: list[History],
    tmp_path: Path,
    server: Server,
    empty: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backup(database, tmp_path / "b.zip", histories, product=PRODUCT, clock=CLOCK)
    restore(tmp_path / "b.zip", empty, histories, clock=CLOCK)
    new = server.new_database(migrated=False)
    migrate(new, histories)
    assert sums(empty) == sums(database)
    with monkeypatch.context() as large:
        large.setattr(postgres_source, "_MOST_APART", -1)  # as if rows were too large to be read many at once
        assert sums(empty) == sums(database)
    made = [row for row in ask(new, _SHAPE) if row[1] not in LATE_INDEXES]  # those come when a worker starts
    assert ask(empty, _SHAPE) == made
    assert len(made) > 100
    server.drop(new)


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_bak_06_a_spoilt_backup_with_a_new_checksum_is_not_restored(
    database: Path, histories: list[History], tmp_path: Path, empty: str, engine: str
) -> None:
    backup(database, tmp_path / "b.zip", histories, product=PRODUCT, clock=CLOCK)
    reader = Reader(tmp_path / "b.zip")
    with Writer(tmp_path / "spoilt.zip") as writer:
        for entry in reader.manifest.tables:
            rows = [[*row] for row in reader.rows(entry)]
            if entry.name == "inbox":
                rows[0][entry.columns.index("attempts")] = "many"
            writer.add(entry.name, entry.module, entry.columns, rows)
        writer.finish(reader.manifest)
    reader.close()
    target = tmp_path / "other" / "gutenbot.db" if engine == "sqlite" else empty
    with pytest.raises(BackupDamaged, match="inbox"):
        restore(tmp_path / "spoilt.zip", target, histories, clock=CLOCK)
    if isinstance(target, Path):
        assert not target.exists()
    else:
        assert ask(target, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
