"""Where the work of a queue begins, so that who looks for it does not step over all that was work once.

An entry of a partial index goes only when it is cleaned up, and nothing is cleaned up while somebody's transaction stays
open: a look from the first entry on costs more with every event (DBX-07). Below the mark of a queue nothing is open but the
few rows that are named here.

A mark must not pass a number that a transaction has taken and not committed yet. Who takes a number holds a lock on the
sequence until its transaction ends, so: a number is passed once all are gone who held that lock when it was the last one.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.session import Session

MOST_NAMED = 200
"""So many open rows are named one by one; the mark stays below the next one."""
_LIMIT_S = 20
_NUMBER = """SELECT last_value - (NOT is_called)::int, concat_ws(' ', pg_postmaster_start_time(),
(SELECT stats_reset FROM pg_stat_archiver)) FROM {sequence}"""
"""A server that ends a crash of one of its processes by itself has not started anew, but its statistics have."""
_HOLDERS = """SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'
AND relation = '{sequence}'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_NAMED = """SELECT q.bot_id, q.{number} FROM unnest(%(bots)s::text[], %(numbers)s::bigint[]) AS named (bot, number),
LATERAL (SELECT bot_id, {number}, state FROM {table} WHERE bot_id = named.bot AND {number} = named.number OFFSET 0) q
WHERE q.{open}"""
_PASSED = """SELECT bot_id, {number} FROM {table} WHERE {open} AND {number} + 0 >= %(mark)s::bigint
AND {number} + 0 <= %(last)s::bigint ORDER BY {number} + 0 LIMIT %(most)s"""
"""`+ 0` is how the index of the queue is asked for (`late_indexes`)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is open has a number from the mark on, or is one of those that are named: bot and number, in two lists."""

    mark: int = 0
    bots: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()

    def values(self) -> dict[str, Any]:
        """For a statement around `open_rows`."""
        return {"mark": self.mark, "marked_bots": list(self.bots), "marked": list(self.numbers)}


def open_rows(
    table: LiteralString, number: LiteralString, open_: LiteralString, columns: LiteralString
) -> LiteralString:
    """A query of these columns of all open rows, with the values of `Bounds.values`."""
    own = ", ".join(f"q.{column}" for column in columns.split(", "))
    return f"""SELECT {columns} FROM {table} WHERE {open_} AND {number} + 0 >= %(mark)s::bigint
UNION ALL SELECT {own} FROM unnest(%(marked_bots)s::text[], %(marked)s::bigint[]) AS named (bot, number),
LATERAL (SELECT * FROM {table} WHERE bot_id = named.bot AND {number} = named.number OFFSET 0) q WHERE q.{open_}"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A number that was the last one, and the transactions that may have had it or one before it and not committed yet."""

    last: int
    holders: frozenset[str]
    server: str
    """When the server started, or recovered: another one may have lost numbers that this one gave (DBX-02)."""


class Mark:
    """The mark of one queue, moved on by whoever calls `look` now and then. One thread looks; any may read `bounds`."""

    def __init__(self, table: str, number: str, sequence: str, open_: str) -> None:
        words = {"table": table, "number": number, "sequence": sequence, "open": open_}
        self._number, self._holders = _NUMBER.format(**words), _HOLDERS.format(**words)
        self._named, self._passed = _NAMED.format(**words), _PASSED.format(**words)
        self._seen: _Seen | None = None
        self._connection: Connection | None = None
        """The one of the last look. When it was lost, the server may have crashed and give numbers again that it gave to
        transactions which went with it. A pooler may keep it meanwhile: then `_Seen.server` tells."""
        self.bounds = Bounds()

    def look(self, session: Session) -> None:
        """Moves the mark as far as may be. Raises `StorageAway`."""
        try:
            session.read(self._look)
        except psycopg.errors.QueryCanceled:
            return  # too much to step over for now: the mark stays

    def _look(self, db: Connection) -> None:
        db.execute(f"BEGIN READ ONLY; SET LOCAL statement_timeout = {_LIMIT_S * 1000}".encode())
        try:
            now = self._now(db)
            seen = self._seen if db is self._connection else None
            self._connection = db
            if seen is None or seen.server != now.server or now.last < seen.last:
                self.bounds, self._seen = Bounds(), now
            elif not seen.holders & now.holders:
                self.bounds, self._seen = self._moved(db, self.bounds, seen.last), now
        finally:
            if not db.closed:
                db.rollback()

    def _now(self, db: Connection) -> _Seen:
        """The number comes before those who hold the lock: who comes between the two has a later one."""
        last, server = db.execute(self._number.encode()).fetchone() or (0, "")
        holders = db.execute(self._holders.encode()).fetchall()
        return _Seen(last, frozenset(row[0] for row in holders), server)

    def _moved(self, db: Connection, before: Bounds, last: int) -> Bounds:
        values = {"bots": list(before.bots), "numbers": list(before.numbers), "mark": before.mark, "last": last}
        rows = db.execute(self._named.encode(), values).fetchall() if before.numbers else []
        most = MOST_NAMED - len(rows)
        passed = db.execute(self._passed.encode(), {**values, "most": most + 1}).fetchall()
        mark = passed[most][1] if len(passed) > most else max(before.mark, last + 1)
        rows += passed[:most]
        return Bounds(mark, tuple(row[0] for row in rows), tuple(row[1] for row in rows))
