"""The deliverer's part of the port: messages from outside a turn, and what became of each send."""

import sqlite3
from collections.abc import Sequence

from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.codec import clean, encode_outgoing
from gutenbot.storage.columns import FOREVER_MS, Held, outgoing_row
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.rows import OutgoingRow
from gutenbot.storage.sqlite.commit import Chain, insert_messages
from gutenbot.storage.sqlite.engine import Engine

_ROW = """SELECT o.conversation_id, o.n, o.cause, o.k, c.channel_id, c.thread, o.message, o.state, o.tries, o.created_ms,
o.mode_epoch, o.error FROM outbox o JOIN conversation c USING (conversation_id)"""
_OF_CAUSE = f"{_ROW} WHERE o.conversation_id = ? AND o.cause = ? AND o.cause >= 'send:' ORDER BY o.k"
_HEAD = """SELECT id, state, owner, due_ms, mode_epoch, cause FROM outbox
WHERE conversation_id = ? AND state IN ('queued', 'claimed') ORDER BY n LIMIT 1"""
_ONE = f"{_ROW} WHERE o.id = ?"
_PLACE = """SELECT last_n, head, mode_epoch, bot_id, channel_id, user_id, thread, fence FROM conversation
WHERE conversation_id = ?"""
_APPEND = """UPDATE conversation SET last_n = ?, head = ?, updated_ms = max(updated_ms, ?) WHERE conversation_id = ?"""
_MODE = "SELECT mode, mode_epoch FROM conversation WHERE conversation_id = ?"
_UNDELIVERED = """SELECT DISTINCT conversation_id FROM outbox WHERE state IN ('queued', 'claimed') AND created_ms <= ?
LIMIT ?"""
_CLAIM = "UPDATE outbox SET state = 'claimed', owner = ?, tries = tries + 1 WHERE id = ?"
_CANCEL = "UPDATE outbox SET state = 'cancelled', done_ms = ? WHERE id = ?"
_FINISH = """UPDATE outbox SET state = ?, error = ?, provider_id = ?, due_ms = ?, done_ms = ?
WHERE conversation_id = ? AND n = ? AND state IN ('queued', 'claimed') AND state = 'claimed'"""  # as the index says it


class SqliteOutbox(Engine):
    """Sends, their claims and their ends."""

    async def send(
        self, conversation_id: ConversationId, key: str, messages: Sequence[Outgoing], *, deliver: bool, now_ms: int
    ) -> list[OutgoingRow]:
        encoded = [encode_outgoing(message) for message in messages]
        cause = f"send:{clean(key)}"

        def unit(db: sqlite3.Connection) -> list[OutgoingRow]:
            return _send_once(db, conversation_id, cause, encoded, deliver, now_ms)

        return await self._write(unit)

    async def undelivered(self, limit: int, older_ms: int = 0) -> list[ConversationId]:
        until_ms = self._now_ms() - older_ms if older_ms else FOREVER_MS
        rows = self._read(lambda db: db.execute(_UNDELIVERED, (until_ms, limit)).fetchall())
        return [ConversationId(row[0]) for row in rows]

    async def claim_send(self, conversation_id: ConversationId, now_ms: int) -> OutgoingRow | None:
        return await self._write(lambda db: _claim_head(db, conversation_id, self._boot, now_ms))

    async def finish_send(
        self, row: OutgoingRow, state: str, *, now_ms: int, error: str = "", provider_id: str = "", retry_at_ms: int = 0
    ) -> None:
        done_ms = None if state == "queued" else now_ms
        values = (state, clean(error), clean(provider_id), retry_at_ms, done_ms, row.conversation_id, row.n)
        await self._write(lambda db: db.execute(_FINISH, values).rowcount)


def _send_once(
    db: sqlite3.Connection,
    conversation_id: ConversationId,
    cause: str,
    messages: list[tuple[Outgoing, str]],
    deliver: bool,
    now_ms: int,
) -> list[OutgoingRow]:
    before = db.execute(_OF_CAUSE, (conversation_id, cause)).fetchall()
    if before:
        return [outgoing_row(row) for row in before]
    found = db.execute(_PLACE, (conversation_id,)).fetchone()
    if found is None:
        raise NoConversation(conversation_id=conversation_id)
    last_n, head, mode_epoch, *place = found
    chain = Chain(last_n, head, cause, mode_epoch)
    rows, head = insert_messages(db, Held(conversation_id, *place), chain, messages, deliver=deliver, now_ms=now_ms)
    db.execute(_APPEND, (last_n + len(rows), head, now_ms, conversation_id))
    return list(rows)


def _claim_head(db: sqlite3.Connection, conversation_id: ConversationId, boot: str, now_ms: int) -> OutgoingRow | None:
    """The oldest unfinished message, unless it is being sent now or its time has not come.

    A moment to wait for is only known to the process that set it: after a restart everything is tried at once.
    """
    while (head := db.execute(_HEAD, (conversation_id,)).fetchone()) is not None:
        row, state, owner, due_ms, mode_epoch, cause = head
        ours = owner == boot
        if ours and (state == "claimed" or due_ms > now_ms):
            return None
        if state == "queued" and _is_silenced(db, conversation_id, mode_epoch, cause):
            db.execute(_CANCEL, (now_ms, row))
            continue
        db.execute(_CLAIM, (boot, row))
        return outgoing_row(db.execute(_ONE, (row,)).fetchone(), died=state == "claimed")
    return None


def _is_silenced(db: sqlite3.Connection, conversation_id: ConversationId, mode_epoch: int, cause: str) -> bool:
    """A turn's message from before a person took over is not sent any more (promise P9)."""
    mode, epoch = db.execute(_MODE, (conversation_id,)).fetchone()
    return mode == "human" and mode_epoch < epoch and not cause.startswith("send:")
