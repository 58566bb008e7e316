"""Old rows leave, in portions of one short transaction each. Plain functions for `Storage.read` and `Storage.write`.

What may go: events that nobody sees and what turns recorded of themselves, once they are old; and all that was said in a
conversation which has been idle for as long, from which nothing waits and in which no dialog or timer is left. What is open,
dead or waits to be sent stays. The key by which an event is known again goes with its row (DUP-05, DUP-11), a thread ends
where its rows do, and positions are never given twice.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import sqlalchemy as sa

Queue = Literal["inbox", "outbox"]
QUEUES: tuple[Queue, ...] = ("inbox", "outbox")
_KEY = {"inbox": "seq", "outbox": "id"}
_MADE = {"inbox": "received_ms", "outbox": "created_ms"}

_NEXT_BOT = "SELECT min(bot_id) FROM conversation WHERE bot_id > :bot"
_PORTION = """SELECT max({key}), count(*), min({made}) FROM (SELECT {key}, {made} FROM {queue}
WHERE bot_id = :bot AND {key} > :after ORDER BY {key} LIMIT :limit) AS portion"""
_IDLE = """EXISTS (SELECT 1 FROM conversation c WHERE c.conversation_id = {queue}.conversation_id
AND c.updated_ms < :before_ms AND c.backlog = 0
AND NOT EXISTS (SELECT 1 FROM frame f WHERE f.conversation_id = c.conversation_id)
AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.conversation_id = c.conversation_id)
AND NOT EXISTS (SELECT 1 FROM outbox w WHERE w.conversation_id = c.conversation_id AND w.state IN ('queued', 'claimed')))"""
_RANGE = "bot_id = :bot AND {key} > :after AND {key} <= :last AND {made} < :before_ms"
_FINAL = "state IN ('done', 'ignored', 'replayed', 'discarded')"
_EVENTS = f"DELETE FROM inbox WHERE {_RANGE} AND {_FINAL} AND (n IS NULL OR {_IDLE})".format(
    key="seq", made="received_ms", queue="inbox"
)
_TRACES = f"UPDATE inbox SET trace = NULL WHERE {_RANGE} AND {_FINAL} AND trace IS NOT NULL".format(
    key="seq", made="received_ms"
)
_MESSAGES = f"DELETE FROM outbox WHERE {_RANGE} AND state NOT IN ('queued', 'claimed') AND {_IDLE}".format(
    key="id", made="created_ms", queue="outbox"
)
_NOT_THE_LAST = " AND id < (SELECT max(id) FROM outbox)"
"""SQLite gives the number of the last row again when that row is gone; threads would lead in circles."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Rows of one bot in one queue: after a key, up to and with another."""

    queue: Queue
    bot_id: str
    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Left:
    """How many rows went, and how many traces."""

    rows: int = 0
    traces: int = 0

    def __add__(self, other: "Left") -> "Left":
        return Left(self.rows + other.rows, self.traces + other.traces)


def next_bot(db: "sa.Connection", bot_id: str) -> str:
    """The bot after this one that has conversations; empty when there is none."""
    return str(_one(db, _NEXT_BOT, bot=bot_id)[0] or "")


def next_portion(
    db: "sa.Connection", queue: Queue, bot_id: str, after: int, before_ms: int, limit: int
) -> Portion | None:
    """The next rows in the order in which they came; None when no row of them is old."""
    sql = _PORTION.format(queue=queue, key=_KEY[queue], made=_MADE[queue])
    last, number, oldest = _one(db, sql, bot=bot_id, after=after, limit=limit)
    if not number or oldest >= before_ms:
        return None
    return Portion(queue, bot_id, after, last)


def let_go(db: "sa.Connection", portion: Portion, before_ms: int) -> Left:
    """Deletes what may go of these rows; the rest of old events loses its trace."""
    values = {"bot": portion.bot_id, "after": portion.after, "last": portion.last, "before_ms": before_ms}
    if portion.queue == "outbox":
        spared = _NOT_THE_LAST if db.dialect.name == "sqlite" else ""
        return Left(_change(db, _MESSAGES + spared, values))
    return Left(_change(db, _EVENTS, values), _change(db, _TRACES, values))


def _one(db: "sa.Connection", sql: str, **values: object) -> tuple[int, ...]:
    import sqlalchemy as sa

    return tuple(db.execute(sa.text(sql), values).one())


def _change(db: "sa.Connection", sql: str, values: dict[str, object]) -> int:
    import sqlalchemy as sa

    return db.execute(sa.text(sql), values).rowcount
