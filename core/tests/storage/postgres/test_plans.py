"""No statement grows with history: in a database with much of it, each finds its rows by an index (DBX-07)."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from core.tests.storage.everything import use_everything
from core.tests.storage.postgres.servers import PostgresDatabase

from gutenbot.kernel.ids import FrameId
from gutenbot.storage.postgres import PostgresStorage
from gutenbot.storage.rows import TimerRow
from gutenbot.testing.contracts.storage_kit import BOT, NOW, WEB, accept, begin, finish, frame, journal

_BOUNDED = {"worker", "instance", "access_key", "account", "account_role"}
"""Tables that do not grow with what people write."""
_WALKED = {"timer_due", "inbox_open", "inbox_queue", "outbox_waiting", "outbox_queue", "inbox_dead"}
"""Indexes that may be walked from end to end: they hold nothing but what is due, open, waiting or dead."""
_HISTORY = """
INSERT INTO bot_user (bot_id, user_id) SELECT 'shop', 'u' || g FROM generate_series(1, 20000) g;
INSERT INTO identity (bot_id, channel_id, sender, user_id) SELECT 'shop', 'web', 'u' || g, 'u' || g
FROM generate_series(1, 20000) g;
INSERT INTO tag (bot_id, user_id, name) SELECT 'shop', 'u' || g, 'T' || g % 300 FROM generate_series(1, 20000) g;
INSERT INTO user_word (bot_id, user_id, word) SELECT 'shop', 'u' || g, 'w' || g % 5000 FROM generate_series(1, 20000) g;
INSERT INTO conversation (conversation_id, bot_id, channel_id, user_id, thread, sender, last_n)
SELECT 'c' || g, 'shop', 'web', 'u' || g, 't' || g, 'u' || g, 6 FROM generate_series(1, 20000) g;
INSERT INTO inbox (bot_id, seq, conversation_id, channel_id, sender, external_id, natural_key, lane, event, n, prev, state)
SELECT 'shop', nextval('inbox_seq_seq'), 'c' || g % 20000, 'web', 'u' || g % 20000, 'x' || g,
CASE WHEN g % 2 = 0 THEN 'k' || g END, 'live', '{"type":"message","body":"x"}', g, g - 1,
CASE WHEN g % 500 = 0 THEN 'open' WHEN g % 700 = 0 THEN 'dead' ELSE 'done' END FROM generate_series(1, 60000) g;
INSERT INTO outbox (bot_id, id, conversation_id, n, prev, cause, k, message, state)
SELECT 'shop', nextval('outbox_id_seq'), 'c' || g % 20000, g, g - 1,
CASE WHEN g % 5 = 0 THEN 'send:' || g ELSE g::text END, 0,
'{"type":"text","text":"x"}', CASE WHEN g % 500 = 0 THEN 'queued' ELSE 'sent' END FROM generate_series(1, 60000) g;
INSERT INTO frame (conversation_id, frame_id, bot_id, dialog, args, start, pending)
SELECT 'c' || g, 'f1', 'shop', 'd', '', '', '' FROM generate_series(1, 20000) g;
INSERT INTO journal (conversation_id, frame_id, n, bot_id, entries)
SELECT 'c' || g, 'f1', 1, 'shop', '' FROM generate_series(1, 20000) g;
INSERT INTO timer (conversation_id, name, bot_id, due_ms)
SELECT 'c' || g, 't', 'shop', 4000000000000 + g FROM generate_series(1, 20000) g;
INSERT INTO kv (scope, key, value) SELECT 's' || g % 10, 'k' || g, '1' FROM generate_series(1, 20000) g;
INSERT INTO blob (bot_id, blob_id, mime, name, data) SELECT 'shop', 'x' || g, '', '', '' FROM generate_series(1, 20000) g;
ANALYZE;
"""

Statement = tuple[str, Any]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Everything that is executed from now on, each text with the values that it came with last."""
    found: dict[str, Any] = {}
    execute = psycopg.Cursor.execute

    def recorded(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        found[query.decode() if isinstance(query, bytes) else str(query)] = params
        return execute(self, query, params, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", recorded)
    yield found
    monkeypatch.undo()


async def test_no_statement_scans_a_growing_table(database: PostgresDatabase, statements: dict[str, Any]) -> None:
    storage = await database.open()
    database.run(_HISTORY)
    statements.clear()
    await use_everything(storage)
    await _turn_loop(storage)
    await _share(storage)
    planned = {sql: values for sql, values in statements.items() if _is_planned(sql)}
    await database.close()
    _check(database, planned, at_least=60)


async def test_no_statement_of_the_turn_loop_trusts_in_statistics(
    database: PostgresDatabase, statements: dict[str, Any]
) -> None:
    """All of the history is another bot's, so the server believes that this one has none."""
    storage = await database.open()
    database.run(_HISTORY.replace("'shop'", "'another'"))
    statements.clear()
    await _turn_loop(storage)
    planned = {sql: values for sql, values in statements.items() if _is_planned(sql)}
    await database.close()
    _check(database, planned, at_least=25)


async def test_a_plan_that_scans_is_seen(database: PostgresDatabase) -> None:
    await database.open()
    database.run(_HISTORY)
    assert _scans(database.url, "SELECT count(*) FROM inbox WHERE state = 'done'", None) == ["Seq Scan on inbox"]
    assert _scans(database.url, "SELECT max(seq) FROM inbox WHERE bot_id = %s AND error = 'x'", ("shop",)) != []
    assert _scans(database.url, "SELECT * FROM inbox WHERE bot_id = %s AND seq = %s", ("shop", 7)) == []


async def _turn_loop(storage: PostgresStorage) -> None:
    """Everything that happens between an event and its answer, and what workers look for."""
    claim = await begin(storage, "before", thread="busy")
    place = claim.conversation_id
    await accept(storage, "after", thread="busy", natural_key="b2")
    await storage.claim_more(claim, 5)
    await storage.load(place)
    await storage.record(claim, journal())
    timers = (TimerRow(conversation_id=place, name="t", due_ms=NOW),)
    await finish(storage, claim, "x", frames=(frame(),), journal=(journal(n=1),), timers=timers)
    again = await storage.claim(place)
    assert again is not None
    await storage.release([again])
    claims = await storage.claim_ready(1, [BOT], [WEB])
    for one in claims:
        await finish(storage, one, ended=(FrameId("f1"),), cancel_timers=("t",))
    await storage.recover(1)
    await storage.next_timer()
    await storage.fire_timers(NOW, 10)
    row = await storage.claim_send(place, NOW)
    assert row is not None
    await storage.finish_send(row, "sent", now_ms=NOW)
    await storage.undelivered(10)
    await storage.positions([place])
    await storage.open_events(100)


def _check(database: PostgresDatabase, planned: dict[str, Any], *, at_least: int) -> None:
    bad = [f"{step}: {sql}" for sql, values in planned.items() for step in _scans(database.url, sql, values)]
    assert not bad, "\n\n".join(bad)
    assert len(planned) >= at_least


async def _share(storage: PostgresStorage) -> None:
    """What only workers of one database ask."""
    await storage.take_lease("a")
    await storage.take_lease("a")
    await storage.end_lease("a")
    await storage.undelivered(10, 3000)
    await storage.kv_make("s", "made", 1)
    await storage.kv_add("s", "n", 1)
    await storage.dead_letters(BOT)
    await storage.fire_timers(NOW, 10)


def _is_planned(sql: str) -> bool:
    return re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b", sql) is not None


def _scans(url: str, sql: str, values: Any) -> list[str]:
    """The steps of the plan that read a whole table, a whole index that holds all of one, or all that a bot has."""
    with psycopg.connect(url) as connection:
        row = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}".encode(), values).fetchone()
    assert row is not None
    return [step for plan in row[0] for node in _nodes(plan["Plan"]) if (step := _scan(node))]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _scan(node: dict[str, Any]) -> str:
    kind, table, index = node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", "")
    if kind == "Seq Scan" and table not in _BOUNDED:
        return f"Seq Scan on {table}"
    if kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan") and index not in _WALKED:
        columns = set(re.findall(r"\b([a-z_]+)\)?(?:::\w+)? (?:=|<|>|IS)", node.get("Index Cond", "")))
        if not columns - {"bot_id", "channel_id"} and table not in _BOUNDED:
            return f"{kind} on {index} by {sorted(columns)}"
    return ""
