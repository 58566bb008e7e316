"""Processes that die, files that are cut, rows that are damaged."""

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from core.tests.storage.databases import SqliteDatabase, check_invariants

from gutenbot.storage.errors import CorruptState
from gutenbot.testing.contracts.storage_kit import BOT, CID, accept, begin, finish, frame, history, journal

_PROGRAM = """
import asyncio, os, pathlib, sys
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.rows import Arrival, JournalRow, TurnCommit
from gutenbot.storage.sqlite import SqliteStorage

NOW = 1_750_000_000_000

async def turn(storage, claim):
    await storage.record(claim, JournalRow(frame_id="f1", n=0, entries=b"[]"))
    rev = (await storage.load(claim.conversation_id)).conversation.rev
    says = (TextMessage(text="answer"),)
    await storage.commit(TurnCommit(claim=claim, rev=rev, outcome="done", messages=says, now_ms=NOW))

async def main(path, conversation):
    storage = SqliteStorage(pathlib.Path(path), SystemClock())
    await storage.open()
    crashpoints.arm(os.environ)
    claims = [await storage.claim(found) for found in await storage.recover()]
    if not claims:
        event = Arrival(bot_id="shop", channel_id="web", conversation_id=conversation, thread="t1", sender="t1",
                        external_id="m1", event=MessageEvent(body="hello"), received_ms=NOW)
        claims = [accepted.claim for accepted in await storage.accept([event])]
    for claim in filter(None, claims):
        await turn(storage, claim)
    await storage.close()

asyncio.run(main(*sys.argv[1:]))
"""


def run(path: Path, crash_at: str) -> int:
    """One run of a small bot on the database: it takes over what is open, or takes in the event "m1"."""
    environment = os.environ | {"GUTENBOT_CRASH_AT": crash_at}
    return subprocess.run([sys.executable, "-c", _PROGRAM, str(path), CID], env=environment, check=False).returncode


@pytest.mark.slow
@pytest.mark.parametrize(
    "point",
    [
        "accept.before",
        "accept.inside",
        "accept.after",
        "record.after",
        "commit.before",
        "commit.inside",
        "commit.after",
    ],
)
async def test_cra_01_to_08_wherever_it_dies_one_turn_is_kept(database: SqliteDatabase, point: str) -> None:
    assert run(database.path, f"{point}:1") == 137
    check_invariants(database.path)
    assert run(database.path, "recover.inside:1") == 137
    assert run(database.path, "") == 0
    check_invariants(database.path)
    storage = await database.open()
    assert (await accept(storage, external_id="m1")).duplicate
    assert await history(storage) == [(1, "in", "hello"), (2, "out", "answer")]
    assert await storage.recover() == []


@pytest.mark.slow
async def test_cra_18_a_file_that_is_cut_anywhere_is_a_prefix_of_the_commits(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    storage = await database.open(synchronous="FULL")
    for i in range(40):
        claim = await begin(storage, str(i), thread=f"t{i % 3}", external_id=str(i))
        await finish(storage, claim, f"answer {i}", variables={"count": i}, frames=(frame(),), journal=(journal(n=i),))
    log = database.path.with_name(database.path.name + "-wal")
    data, main = log.read_bytes(), database.path.read_bytes()
    chance = random.Random(18)
    seen = set()
    for cut in [0, len(data), *(chance.randrange(len(data)) for _ in range(40))]:
        seen.add(_events_after_cut(tmp_path / "cut.db", main, data[:cut]))
    assert len(seen) > 5


def _events_after_cut(path: Path, main: bytes, log: bytes) -> int:
    """Reopens the cut copy; returns how many events it has. Each of them but the last must have its answer."""
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    path.write_bytes(main)
    path.with_name(path.name + "-wal").write_bytes(log)
    check_invariants(path)
    db = sqlite3.connect(path)
    events = [row[0] for row in db.execute("SELECT external_id FROM inbox ORDER BY seq")]
    done = [str(row[0]) for row in db.execute("SELECT seq FROM inbox WHERE state = 'done' ORDER BY seq")]
    causes = [row[0] for row in db.execute("SELECT cause FROM outbox ORDER BY created_ms, CAST(cause AS INTEGER)")]
    revs, journals = db.execute("SELECT (SELECT sum(rev) FROM conversation), (SELECT count(*) FROM journal)").fetchone()
    db.close()
    assert events == [str(i) for i in range(len(events))]
    assert done == causes
    assert len(events) - len(done) in (0, 1)
    assert (revs or 0) == journals == len(done)
    return len(events)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE conversation SET variables = '{\"cut'",
        "UPDATE conversation SET variables = '[1]'",
        "UPDATE conversation SET variables = CAST(x'ff' AS TEXT)",
        "UPDATE frame SET pending = CAST('{' AS BLOB)",
        "UPDATE journal SET entries = CAST('[1,' AS BLOB)",
        "UPDATE bot_user SET attributes = 'nonsense'",
        "DELETE FROM bot_user",
    ],
)
async def test_poi_06_a_corrupt_state_is_named_and_others_go_on(database: SqliteDatabase, damage: str) -> None:
    storage = await database.open()
    await finish(storage, await begin(storage), frames=(frame(),), journal=(journal(),))
    await database.close()
    database.damage(damage)
    storage = await database.open()
    with pytest.raises(CorruptState, match=CID):
        await storage.load(CID)
    claim = await begin(storage, thread="t2")
    assert (await finish(storage, claim, "fine")).applied


async def test_poi_06_an_event_that_cannot_be_read_becomes_a_dead_letter(database: SqliteDatabase) -> None:
    storage = await database.open()
    for body in ("one", "two"):
        await accept(storage, body)
    await database.close()
    database.damage("UPDATE inbox SET event = '{\"type\":' WHERE seq = 1")
    storage = await database.open()
    assert await storage.recover() == [CID]
    claim = await storage.claim(CID)
    assert claim is not None
    assert claim.event.text == "two"
    assert (await finish(storage, claim, "answer")).next is None
    (letter,) = await storage.dead_letters(BOT)
    assert (letter.seq, "cannot be read" in letter.error) == (1, True)
    assert [n for n, _, _ in await history(storage)] == [1, 2, 3]
    await database.close()
    check_invariants(database.path)
