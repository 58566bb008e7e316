"""What the tests of copies share: a module with tables of its own, a database that was used, and ways to look at copies."""

import asyncio
import sqlite3
from pathlib import Path

import psycopg

from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.copies.places import Place, open_source
from gutenbot.storage.copies.values import Sum, sum_of
from gutenbot.storage.migrate import History
from gutenbot.storage.port import Storage
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.rows import TimerRow, UserPatch
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.engine import Limits
from gutenbot.testing.contracts.storage_kit import BOT, NOW, begin, finish

CLOCK = SystemClock()
PRODUCT = "0.1.0"

_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "notes_note",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent", sa.Integer, sa.ForeignKey("notes_note.id")),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("day", sa.Date),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("weight", sa.Float),
        sa.Column("data", sa.JSON),
        sa.Column("kind", sa.Enum("a", "b", name="notes_kind")),
        sa.Column("ref", sa.Uuid),
    )
    op.execute("INSERT INTO notes_note (id, pinned) VALUES (1, true)")
"""

_NOTES = """INSERT INTO notes_note (id, parent, pinned, at, day, price, weight, data, kind, ref) VALUES
(7, 9, 1, '2026-03-01 09:00:00.5', '2026-03-01', 12.50, 1.25, '{"b": [1, 2],   "a": "é"}', 'a',
 '00112233445566778899aabbccddeeff'),
(9, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"""


def module(folder: Path, *more: str) -> History:
    """The migrations of a module named `notes`; each further text is one more of them."""
    place = folder / "notes" / "versions"
    place.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate((_MIGRATION, *more), 1):
        (place / f"{number:04}_notes.py").write_text(text, encoding="utf-8")
    return History("notes", place)


def storage_of(place: Place) -> Storage:
    """A storage that is not open yet."""
    if isinstance(place, Path):
        return SqliteStorage(place, CLOCK, synchronous="OFF", limits=Limits(reserve_bytes=0, low_bytes=0))
    return PostgresStorage(place, CLOCK)


def filled(path: Path, histories: list[History]) -> Path:
    """A database with conversations in every state, people, values, blobs, keys, and a module's rows."""
    asyncio.run(_fill(path, histories))
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("DELETE FROM notes_note")
    raw.execute(_NOTES)
    raw.execute("UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'inbox'")
    raw.close()
    return path


async def _fill(path: Path, histories: list[History]) -> None:
    storage = storage_of(path)
    await storage.open()
    for history in histories[1:]:
        await storage.migrate(history.module, history.folder)
    for i in range(40):
        claim = await begin(storage, f"hello {i} 🙂 é", thread=f"t{i}")
        timer = TimerRow(conversation_id=claim.conversation_id, name="remind", due_ms=NOW + i)
        await finish(storage, claim, "one", "two", variables={"n": i}, timers=(timer,))
    await begin(storage, "still open", thread="open")
    user = (await storage.list_users(BOT, limit=1))[0][0]
    await storage.patch_user(BOT, user.user_id, UserPatch(tags={"VIP": "yes"}), NOW)
    await storage.kv_set("bot", "k", {"a": [1, 2.5, None, "é"]})
    await storage.put_blob(BOT, "image/png", "x.png", bytes(range(256)) * 4000, NOW)
    await storage.add_key(b"\x00\xff" * 16, "ann", "admin", "cli", NOW)
    await storage.close()


def sums(place: Place) -> dict[str, Sum]:
    """What is in each table; what each place has of its own is left out."""
    source = open_source(place)
    try:
        return {name: sum_of(source.rows(t)) for name, t in source.shape().tables.items() if name != "instance"}
    finally:
        source.close()


def ask(place: Place, sql: str) -> list[tuple[object, ...]]:
    """A look at a copy that nobody works on."""
    if isinstance(place, Path):
        db = sqlite3.connect(place)
        try:
            found: list[tuple[object, ...]] = db.execute(sql).fetchall()
            db.commit()
            return found
        finally:
            db.close()
    with psycopg.connect(place, autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


def new_conversation(place: Place) -> tuple[int, list[int]]:
    """Opens the copy and lets a new turn happen there: its event's number, and those of its messages."""

    async def turn() -> None:
        storage = storage_of(place)
        await storage.open()
        assert await storage.recover()
        await finish(storage, await begin(storage, "new", thread="new"), "answer")
        await storage.close()

    asyncio.run(turn())
    seq = ask(place, "SELECT max(seq) FROM inbox")[0][0]
    ids = ask(place, "SELECT id FROM outbox ORDER BY id")
    assert isinstance(seq, int)
    return seq, [int(str(row[0])) for row in ids]


def lock_of(place: Place) -> str:
    """Why the copy does not send, once it is open."""

    async def look() -> str:
        storage = storage_of(place)
        await storage.open()
        found = storage.sending_lock
        await storage.close()
        return found

    return asyncio.run(look())
