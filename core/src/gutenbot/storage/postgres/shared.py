"""What the workers of one database know of each other: hints, what waits in all, and names that one of them holds."""

from collections.abc import Sequence

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.postgres.claims import LIVE, OPEN_EVENTS
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Engine

_OPEN = f"SELECT count(*) FROM ({OPEN_EVENTS} LIMIT %(limit)s) AS open"
_POSITIONS = "SELECT conversation_id, last_n FROM conversation WHERE conversation_id = ANY(%s::text[])"

_TAKE = f"""INSERT INTO kv (scope, key, value) VALUES ('lease', %(name)s, to_json(%(boot)s::text)::text)
ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value
WHERE kv.value = excluded.value OR NOT {LIVE.format(owner="kv.value::json #>> '{}'")}"""
_HOLDER = """SELECT w.boot, w.host FROM kv JOIN worker w ON w.boot = kv.value::json #>> '{}'
WHERE kv.scope = 'lease' AND kv.key = %s"""
_LET_GO = "DELETE FROM kv WHERE scope = 'lease' AND key = %s AND value = to_json(%s::text)::text"


class PostgresShared(Engine):
    """The part of the port that is about other processes."""

    shared = True

    def hint(self, topic: str) -> None:
        """Says it to other workers, soon and perhaps; `PostgresStorage` knows how."""
        raise NotImplementedError

    async def open_events(self, limit: int) -> int:
        values = {"limit": limit, **self._inbox_mark.bounds.values()}
        row = await self._read(lambda db: db.execute(_OPEN, values).fetchone())
        return int(row[0]) if row else 0

    async def positions(self, conversation_ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        rows = await self._read(lambda db: db.execute(_POSITIONS, (list(conversation_ids),)).fetchall())
        return {ConversationId(row[0]): row[1] for row in rows}

    async def take_lease(self, name: str) -> str:
        return await self._write(lambda db: _take(db, name, self._boot))

    async def end_lease(self, name: str) -> None:
        await self._write(lambda db: db.execute(_LET_GO, (name, self._boot)).rowcount)


def _take(db: Connection, name: str, boot: str) -> str:
    """Empty when the name is ours now; else who holds it."""
    if db.execute(_TAKE, {"name": name, "boot": boot}).rowcount:
        return ""
    holder = db.execute(_HOLDER, (name,)).fetchone()
    return f"{holder[1] or 'another host'} ({holder[0]})" if holder else "another process"
