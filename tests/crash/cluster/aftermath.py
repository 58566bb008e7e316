"""What a database must look like when all workers have ended: indexes, chains, leases, and the moments of the schedule."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.crash.checks import Ask
from tests.crash.script import TICK

SPARE = timedelta(seconds=5)
"""A moment so near to the end of the workers need not have fired."""
_CHAIN = """WITH entry AS (
SELECT conversation_id, n, prev, seq AS id FROM inbox WHERE n IS NOT NULL
UNION ALL SELECT conversation_id, n, prev, -id FROM outbox),
line AS (SELECT conversation_id, n, prev, id, lag(id, 1, 0::bigint) OVER (PARTITION BY conversation_id ORDER BY n) AS before
FROM entry)
SELECT conversation_id, n, prev, before FROM line WHERE prev <> before"""
_HEAD = """SELECT conversation_id, head FROM conversation c WHERE last_n > 0 AND NOT EXISTS (
SELECT FROM inbox i WHERE i.conversation_id = c.conversation_id AND i.seq = c.head AND i.n = c.last_n
UNION ALL SELECT FROM outbox o WHERE o.conversation_id = c.conversation_id AND o.id = -c.head AND o.n = c.last_n)"""
_DEAD = """SELECT conversation_id, seq, attempts, received_ms / 1000.0::float8, done_ms / 1000.0::float8 FROM inbox
WHERE state = 'dead'"""
_TAKES = """SELECT who, at FROM book.place WHERE conversation_id = ? AND fence > old_fence AND at BETWEEN ? AND ?
ORDER BY id"""
_BACKLOG = "SELECT conversation_id, backlog, owner FROM conversation WHERE backlog <> 0 OR owner IS NOT NULL"
_INDEXES = """SELECT bt_index_check(c.oid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.amname = 'btree' AND n.nspname IN ('public', 'book')"""


def check_integrity(ask: Ask) -> str:
    """`ok` when each index has all rows of its table; what PostgreSQL says otherwise."""
    if not ask("SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"):
        return "ok" if ask("SELECT count(*) >= 0 FROM pg_class") else "unreadable"
    try:
        ask("CREATE EXTENSION IF NOT EXISTS amcheck; SELECT 1")
        ask(_INDEXES)
    except Exception as error:
        return str(error)
    return "ok"


def check_chains(ask: Ask) -> list[str]:
    """Each entry of a thread names the one before it, and the conversation names the last."""
    wrong = [f"{place} n{n}: names {prev}, not {before}" for place, n, prev, before in ask(_CHAIN)]
    return wrong + [f"{place}: its head {head} is not its last entry" for place, head in ask(_HEAD)]


def explain_dead(ask: Ask) -> list[str]:
    """Of each dead event: who took its conversation while it was open, and when (seconds after it came)."""
    explained = []
    for place, seq, attempts, came, ended in ask(_DEAD):
        takes = ask(_TAKES, place, came, ended)
        story = ", ".join(f"{who} after {at - came:.1f} s" for who, at in takes)
        explained.append(f"event {seq} of {place} is dead after {attempts} attempts; taken by {story}")
    return explained


def check_leftovers(ask: Ask) -> list[str]:
    """Nobody holds anything any more, and who ended gracefully has no lease."""
    left = [f"{place}: {backlog} events wait, held by {owner!r}" for place, backlog, owner in ask(_BACKLOG)]
    now = "extract(epoch FROM clock_timestamp())"
    leases = ask(f"SELECT boot FROM worker WHERE extract(epoch FROM lease_until) > {now}")
    timers = ask("SELECT conversation_id, name FROM timer")
    return [*left, *(f"{boot} has a lease" for (boot,) in leases), *(f"timer {row} is left" for row in timers)]


def check_ticks(ask: Ask, effects: Path, began: float, ended: float) -> tuple[int, list[str]]:
    """How many minutes the schedule had, and which of them it missed or had twice."""
    rows = ask("SELECT event FROM inbox WHERE channel_id = 'gutenbot' AND state = 'done'")
    fired = Counter(datetime.fromisoformat(json.loads(row[0])["data"]["due"]) for row in rows)
    last = datetime.fromtimestamp(ended, UTC) - SPARE
    moment = datetime.fromtimestamp(began, UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    first_may_miss = moment - datetime.fromtimestamp(began, UTC) < SPARE
    wrong = [f"{due:%H:%M} fired {count} times" for due, count in fired.items() if count > 1]
    number = 0
    while moment < last:
        if moment not in fired and not (number == 0 and first_may_miss):
            wrong.append(f"{moment:%H:%M} did not fire")
        number += 1
        moment += timedelta(minutes=1)
    lines = effects.read_text(encoding="utf-8").splitlines() if effects.exists() else []
    keys = {key for key, what in map(json.loads, lines) if what == TICK}
    if len(keys) != len(fired):
        wrong.append(f"{len(fired)} moments did outside work under {len(keys)} keys")
    return len(fired), wrong
