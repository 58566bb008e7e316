"""What people see of conversations: threads, lists, read positions, and the events that could not be handled."""

import sqlite3

from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, conversation_id
from gutenbot.storage.codec import clean
from gutenbot.storage.columns import dead_letter, replay_arrival, summary, thread_entry
from gutenbot.storage.errors import NoConversation, NoDeadLetter
from gutenbot.storage.prepared import prepare
from gutenbot.storage.rows import Accepted, ConversationSummary, DeadLetter, Seq, ThreadEntry
from gutenbot.storage.sqlite.accept import accept_one, ensure_conversation
from gutenbot.storage.sqlite.engine import Engine

_THREAD = """WITH RECURSIVE chain (ref, n) AS (
SELECT head, last_n FROM conversation WHERE conversation_id = ?1 AND last_n > ?2
UNION ALL
SELECT iif(ref > 0, (SELECT prev FROM inbox WHERE seq = ref), (SELECT prev FROM outbox WHERE id = -ref)), n - 1
FROM chain WHERE n - 1 > ?2 AND ref IS NOT NULL)
SELECT page.n, ref > 0, ifnull(i.event, o.message), ifnull(i.received_ms, o.created_ms), ifnull(i.external_id, o.cause)
FROM (SELECT ref, n FROM chain WHERE ref IS NOT NULL AND (n > (SELECT min(n) FROM chain WHERE ref IS NOT NULL)
OR EXISTS (SELECT 1 FROM inbox WHERE seq = ref) OR EXISTS (SELECT 1 FROM outbox WHERE id = -ref)) ORDER BY n LIMIT ?3) page
LEFT JOIN inbox i ON i.seq = page.ref LEFT JOIN outbox o ON o.id = -page.ref
ORDER BY page.n"""
"""Where old rows have left, the chain ends with the name of one that is not there any more."""

_CONVERSATIONS = """SELECT conversation_id, thread, last_n, updated_ms, read_n, title,
(SELECT event FROM inbox WHERE seq = c.head), (SELECT message FROM outbox WHERE id = -c.head)
FROM conversation c WHERE bot_id = ? AND channel_id = ? AND sender = ?
ORDER BY updated_ms DESC, conversation_id LIMIT ?"""

_READ = "UPDATE conversation SET read_n = max(read_n, min(?, last_n)) WHERE conversation_id = ?"

_DEAD = """SELECT seq, conversation_id, bot_id, channel_id, event, error, attempts, done_ms FROM inbox
WHERE bot_id = ? AND seq > ? AND state = 'dead' ORDER BY seq LIMIT ?"""
_TRACE = "SELECT trace FROM inbox WHERE bot_id = ? AND seq = ?"

_DEAD_ONE = """SELECT i.conversation_id, i.channel_id, c.thread, i.sender, i.event, i.lane, i.provider_ms
FROM inbox i JOIN conversation c USING (conversation_id) WHERE i.bot_id = ? AND i.seq = ? AND i.state = 'dead'"""
_REPLAYED = "UPDATE inbox SET state = 'replayed' WHERE seq = ?"


class SqliteThreads(Engine):
    """Reading for people, and what an operator does with dead letters."""

    async def thread(self, conversation_id: ConversationId, *, after: int = 0, limit: int = 200) -> list[ThreadEntry]:
        rows = self._read(lambda db: db.execute(_THREAD, (conversation_id, after, limit)).fetchall())
        return [thread_entry(*row) for row in rows]

    async def open_thread(
        self, bot_id: BotId, channel_id: ChannelId, thread: str, sender: str, now_ms: int
    ) -> ConversationId:
        opened = conversation_id(bot_id, channel_id, thread)

        def unit(db: sqlite3.Connection) -> None:
            ensure_conversation(db, bot_id, channel_id, opened, clean(thread), clean(sender), now_ms)

        await self._write(unit, taking_in=True)
        return opened

    async def conversations(
        self, bot_id: BotId, channel_id: ChannelId, sender: str, limit: int = 50
    ) -> list[ConversationSummary]:
        values = (bot_id, channel_id, clean(sender), limit)
        rows = await self._aside(lambda db: db.execute(_CONVERSATIONS, values).fetchall())
        return [summary(*row) for row in rows]

    async def mark_read(self, conversation_id: ConversationId, n: int) -> None:
        changed = await self._write(lambda db: db.execute(_READ, (n, conversation_id)).rowcount)
        if not changed:
            raise NoConversation(conversation_id=conversation_id)

    async def dead_letters(self, bot_id: BotId, *, limit: int = 50, after: Seq = Seq(0)) -> list[DeadLetter]:
        rows = await self._aside(lambda db: db.execute(_DEAD, (bot_id, after, limit)).fetchall())
        return [dead_letter(row) for row in rows]

    async def replay(self, bot_id: BotId, seq: Seq, now_ms: int) -> Accepted:
        return await self._write(lambda db: _replay(db, bot_id, seq, now_ms, self._boot))

    async def trace(self, bot_id: BotId, seq: Seq) -> bytes | None:
        row = self._readers.connection().execute(_TRACE, (bot_id, seq)).fetchone()
        trace: bytes | None = row[0] if row else None
        return trace


def _replay(db: sqlite3.Connection, bot_id: BotId, seq: Seq, now_ms: int, boot: str) -> Accepted:
    """A copy of the event goes to the end of the queue; people see the original in the thread, so the copy has no place."""
    row = db.execute(_DEAD_ONE, (bot_id, seq)).fetchone()
    if row is None:
        raise NoDeadLetter(seq=seq)
    arrival = replay_arrival(bot_id, seq, row, now_ms)
    accepted = accept_one(db, prepare(arrival), boot, shown=False)
    db.execute(_REPLAYED, (seq,))
    return accepted
