"""What people see of conversations: threads, lists, read positions, and the events that could not be handled."""

import sqlite3
from typing import Any

import msgspec

from gutenbot.events.incoming import CustomEvent, Incoming
from gutenbot.events.messages import plain_text
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, conversation_id
from gutenbot.storage.codec import clean, decode_incoming, decode_outgoing
from gutenbot.storage.errors import NoConversation, NoDeadLetter
from gutenbot.storage.rows import Accepted, Arrival, ConversationSummary, DeadLetter, Seq, ThreadEntry
from gutenbot.storage.sqlite.accept import accept_one, ensure_conversation, prepare
from gutenbot.storage.sqlite.engine import Engine

_THREAD = """WITH RECURSIVE chain (ref, n) AS (
SELECT head, last_n FROM conversation WHERE conversation_id = ?1 AND last_n > ?2
UNION ALL
SELECT iif(ref > 0, (SELECT prev FROM inbox WHERE seq = ref), (SELECT prev FROM outbox WHERE id = -ref)), n - 1
FROM chain WHERE n - 1 > ?2 AND ref IS NOT NULL)
SELECT page.n, ref > 0, ifnull(i.event, o.message), ifnull(i.received_ms, o.created_ms), ifnull(i.external_id, o.cause)
FROM (SELECT ref, n FROM chain WHERE ref IS NOT NULL ORDER BY n LIMIT ?3) page
LEFT JOIN inbox i ON i.seq = page.ref LEFT JOIN outbox o ON o.id = -page.ref
ORDER BY page.n"""

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


def thread_entry(n: int, incoming: int, body: str, at_ms: int, known_by: str) -> ThreadEntry:
    """One line, from the columns of a thread; `known_by` is the external id of an event, the cause of a message."""
    if incoming:
        event = _readable(body)
        return ThreadEntry(n=n, direction="in", body=event, at_ms=at_ms, external_id=known_by, author="user")
    return ThreadEntry(n=n, direction="out", body=decode_outgoing(body), at_ms=at_ms, cause=known_by)


def _readable(text: str) -> Incoming:
    """The event; where the stored one is damaged, a stand-in, so that the rest of a list can still be shown."""
    try:
        return decode_incoming(text)
    except msgspec.DecodeError:
        return CustomEvent(name="unreadable")


def summary(
    conversation: ConversationId,
    thread: str,
    last_n: int,
    updated_ms: int,
    read_n: int,
    title: str,
    last_event: str | None,
    last_message: str | None,
) -> ConversationSummary:
    """From the columns of a list of conversations."""
    last_text = _readable(last_event).text if last_event else ""
    if last_message:
        last_text = plain_text(decode_outgoing(last_message))
    return ConversationSummary(
        conversation_id=conversation,
        thread=thread,
        last_n=last_n,
        updated_ms=updated_ms,
        read_n=read_n,
        last_text=last_text,
        title=title,
    )


def dead_letter(row: tuple[Any, ...]) -> DeadLetter:
    """From the columns of a dead event."""
    seq, conversation, bot_id, channel_id, event, error, attempts, died_ms = row
    return DeadLetter(
        seq=Seq(seq),
        conversation_id=conversation,
        bot_id=bot_id,
        channel_id=channel_id,
        event=_readable(event),
        error=error or "",
        attempts=attempts,
        died_ms=died_ms,
    )


def _replay(db: sqlite3.Connection, bot_id: BotId, seq: Seq, now_ms: int, boot: str) -> Accepted:
    """A copy of the event goes to the end of the queue; people see the original in the thread, so the copy has no place."""
    row = db.execute(_DEAD_ONE, (bot_id, seq)).fetchone()
    if row is None:
        raise NoDeadLetter(seq=seq)
    conversation, channel_id, thread, sender, event, lane, provider_ms = row
    arrival = Arrival(
        bot_id=bot_id,
        channel_id=channel_id,
        conversation_id=conversation,
        thread=thread,
        sender=sender,
        external_id=f"replay:{seq}",
        event=decode_incoming(event),
        lane=lane,
        received_ms=now_ms,
        provider_ms=provider_ms,
    )
    accepted = accept_one(db, prepare(arrival), boot, shown=False)
    db.execute(_REPLAYED, (seq,))
    return accepted
