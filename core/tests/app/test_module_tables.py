"""Modules bring migrations of their own: they run when the app starts, and one that fails takes only its module out."""

from pathlib import Path

import pytest

from gutenbot import Bot
from gutenbot.app.app import App
from gutenbot.kernel.clock import SystemClock
from gutenbot.modules.module import Module
from gutenbot.storage.errors import StorageAway
from gutenbot.testing.database import fresh_database, open_storage

_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("notes_note", sa.Column("id", sa.Integer, primary_key=True)){end}
"""


@pytest.mark.parametrize(("end", "state"), [("", "running"), ("; raise ValueError('typo')", "failed")])
async def test_mig_06_a_modules_tables_are_there_when_it_starts(tmp_path: Path, end: str, state: str) -> None:
    folder = tmp_path / "notes" / "migrations" / "versions"
    folder.mkdir(parents=True)
    (folder / "0001_notes.py").write_text(_MIGRATION.replace("{end}", end), encoding="utf-8")
    storage = open_storage(fresh_database(tmp_path), SystemClock())
    app = App([Module("notes", folder=tmp_path / "notes"), Bot("shop")], storage)
    await app.start()
    try:
        assert app.installed["notes"].state == state
        assert app.installed["shop"].state == "running"
        assert storage._read(_tables) == ({"notes_note"} if state == "running" else set())
    finally:
        await app.stop()


async def test_dbx_01_a_database_that_goes_away_during_the_start_is_no_fault_of_a_module(tmp_path: Path) -> None:
    module = Module("innocent")

    @module.on_start
    async def start(app: object) -> None:
        raise StorageAway(reason="it was stopped")

    storage = open_storage(fresh_database(tmp_path), SystemClock())
    app = App([module, Bot("shop")], storage)
    with pytest.raises(StorageAway):
        await app.start()
    assert app.installed["innocent"].state == "running"
    await app.stop()


def _tables(db: object) -> set[str]:
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'notes%'")  # type: ignore[attr-defined]
    return {row[0] for row in rows}
