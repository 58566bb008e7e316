"""What people see of conversations: threads, lists, read positions, and the events that could not be handled."""

from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, conversation_id
from gutenbot.storage.codec import clean
from gutenbot.storage.columns import dead_letter, replay_arrival, summary, thread_entry
from gutenbot.storage.errors import NoConversation, NoDeadLetter
from gutenbot.storage.postgres.accept import Address, accept_all, ensure_conversations
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.prepared import prepare
from gutenbot.storage.rows import Accepted, ConversationSummary, DeadLetter, Seq, ThreadEntry

_THREAD = """WITH RECURSIVE chain (bot_id, ref, n) AS (
SELECT bot_id, head, last_n FROM conversation WHERE conversation_id = %(id)s AND last_n > %(after)s
UNION ALL
SELECT bot_id, CASE WHEN ref > 0 THEN (SELECT prev FROM inbox i WHERE i.bot_id = chain.bot_id AND i.seq = ref)
ELSE (SELECT prev FROM outbox o WHERE o.bot_id = chain.bot_id AND o.id = -ref) END, n - 1
FROM chain WHERE n - 1 > %(after)s AND ref IS NOT NULL)
SELECT page.n, page.ref > 0, coalesce(i.event, o.message), coalesce(i.received_ms, o.created_ms),
coalesce(i.external_id, o.cause)
FROM (SELECT bot_id, ref, n FROM chain WHERE ref IS NOT NULL AND (n > (SELECT min(n) FROM chain WHERE ref IS NOT NULL)
OR EXISTS (SELECT FROM inbox i WHERE i.bot_id = chain.bot_id AND i.seq = ref)
OR EXISTS (SELECT FROM outbox o WHERE o.bot_id = chain.bot_id AND o.id = -ref)) ORDER BY n LIMIT %(limit)s) page
LEFT JOIN inbox i ON i.bot_id = page.bot_id AND i.seq = page.ref
LEFT JOIN outbox o ON o.bot_id = page.bot_id AND o.id = -page.ref
ORDER BY page.n"""
"""Where old rows have left, the chain ends with the name of one that is not there any more."""

_CONVERSATIONS = """SELECT conversation_id, thread, last_n, updated_ms, read_n, title,
(SELECT event FROM inbox i WHERE i.bot_id = c.bot_id AND i.seq = c.head),
(SELECT message FROM outbox o WHERE o.bot_id = c.bot_id AND o.id = -c.head)
FROM conversation c WHERE bot_id = %s AND channel_id = %s AND sender = %s
ORDER BY updated_ms DESC, conversation_id LIMIT %s"""

_READ = "UPDATE conversation SET read_n = greatest(read_n, least(%s::bigint, last_n)) WHERE conversation_id = %s"

_DEAD = """SELECT seq, conversation_id, bot_id, channel_id, event, error, attempts, done_ms FROM inbox
WHERE bot_id = %s AND seq > %s AND state = 'dead' ORDER BY seq LIMIT %s"""
_TRACE = "SELECT trace FROM inbox WHERE bot_id = %s AND seq = %s"

_TAKE_DEAD = """UPDATE inbox i SET state = 'replayed' FROM conversation c
WHERE c.conversation_id = i.conversation_id AND i.bot_id = %s AND i.seq = %s AND i.state = 'dead'
RETURNING i.conversation_id, i.channel_id, c.thread, i.sender, i.event, i.lane, i.provider_ms"""


class PostgresThreads(Engine):
    """Reading for people, and what an operator does with dead letters."""

    async def thread(self, conversation_id: ConversationId, *, after: int = 0, limit: int = 200) -> list[ThreadEntry]:
        values = {"id": conversation_id, "after": after, "limit": limit}
        rows = await self._read(lambda db: db.execute(_THREAD, values).fetchall())
        return [thread_entry(*row) for row in rows]

    async def open_thread(
        self, bot_id: BotId, channel_id: ChannelId, thread: str, sender: str, now_ms: int
    ) -> ConversationId:
        opened = conversation_id(bot_id, channel_id, thread)
        place = Address(opened, bot_id, channel_id, clean(thread), clean(sender), now_ms)
        await self._write(lambda db: ensure_conversations(db, [place]), opened)
        return opened

    async def conversations(
        self, bot_id: BotId, channel_id: ChannelId, sender: str, limit: int = 50
    ) -> list[ConversationSummary]:
        values = (bot_id, channel_id, sender, limit)
        rows = await self._read(lambda db: db.execute(_CONVERSATIONS, values).fetchall())
        return [summary(*row) for row in rows]

    async def mark_read(self, conversation_id: ConversationId, n: int) -> None:
        changed = await self._write(lambda db: db.execute(_READ, (n, conversation_id)).rowcount, conversation_id)
        if not changed:
            raise NoConversation(conversation_id=conversation_id)

    async def dead_letters(self, bot_id: BotId, *, limit: int = 50, after: Seq = Seq(0)) -> list[DeadLetter]:
        rows = await self._read(lambda db: db.execute(_DEAD, (bot_id, after, limit)).fetchall())
        return [dead_letter(row) for row in rows]

    async def replay(self, bot_id: BotId, seq: Seq, now_ms: int) -> Accepted:
        return await self._write(lambda db: _replay(db, bot_id, seq, now_ms, self._boot))

    async def trace(self, bot_id: BotId, seq: Seq) -> bytes | None:
        row = await self._read(lambda db: db.execute(_TRACE, (bot_id, seq)).fetchone())
        trace: bytes | None = row[0] if row else None
        return trace


def _replay(db: Connection, bot_id: BotId, seq: Seq, now_ms: int, boot: str) -> Accepted:
    """A copy of the event goes to the end of the queue; people see the original in the thread, so the copy has no place."""
    row = db.execute(_TAKE_DEAD, (bot_id, seq)).fetchone()
    if row is None:
        raise NoDeadLetter(seq=seq)
    arrival = replay_arrival(bot_id, seq, row, now_ms)
    return accept_all(db, [prepare(arrival)], boot, shown=False)[0]
