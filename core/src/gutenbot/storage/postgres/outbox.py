"""The deliverer's part of the port: messages from outside a turn, and what became of each send."""

from collections.abc import Sequence
from typing import Any

from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.codec import clean, encode_outgoing
from gutenbot.storage.columns import FOREVER_MS, Held, outgoing_row
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.postgres.claims import LIVE
from gutenbot.storage.postgres.commit import Thread, insert_messages, take_numbers
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.postgres.marks import open_rows
from gutenbot.storage.rows import OutgoingRow

_ROW = """SELECT o.conversation_id, o.n, o.cause, o.k, c.channel_id, c.thread, o.message, o.state, o.tries, o.created_ms,
o.mode_epoch, o.error FROM outbox o JOIN conversation c USING (conversation_id)"""
_OF_CAUSE = f"{_ROW} WHERE o.conversation_id = %s AND o.cause = %s AND o.cause >= 'send:' ORDER BY o.k"
_HEAD = f"""SELECT o.bot_id, o.id, o.state, o.owner, o.due_ms, o.mode_epoch, o.cause, c.mode, c.mode_epoch,
{LIVE.format(owner="o.owner")} FROM outbox o JOIN conversation c USING (conversation_id)
WHERE o.conversation_id = %s AND o.state IN ('queued', 'claimed') ORDER BY o.n LIMIT 1"""
_ONE = f"{_ROW} WHERE o.bot_id = %s AND o.id = %s"
_PLACE = """SELECT last_n, head, mode_epoch, bot_id, channel_id, user_id, thread, fence FROM conversation
WHERE conversation_id = %s FOR UPDATE"""
_APPEND = """UPDATE conversation SET last_n = %s, head = %s, updated_ms = greatest(updated_ms, %s)
WHERE conversation_id = %s"""
_WAITING = open_rows("outbox", "id", "state IN ('queued', 'claimed')", "conversation_id, created_ms, owner")
_UNDELIVERED = f"""SELECT DISTINCT o.conversation_id FROM ({_WAITING}) o WHERE o.created_ms <= %(until_ms)s
AND (o.owner IS NULL OR o.owner = %(boot)s OR NOT {LIVE.format(owner="o.owner")}) LIMIT %(limit)s"""
_CLAIM = """UPDATE outbox SET state = 'claimed', owner = %s, tries = tries + 1
WHERE bot_id = %s AND id = %s AND state = %s AND owner IS NOT DISTINCT FROM %s"""
_CANCEL = "UPDATE outbox SET state = 'cancelled', done_ms = %s WHERE bot_id = %s AND id = %s AND state = 'queued'"
_FINISH = """UPDATE outbox SET state = %s, error = %s, provider_id = %s, due_ms = %s, done_ms = %s
WHERE conversation_id = %s AND n = %s AND state IN ('queued', 'claimed') AND state = 'claimed' AND owner = %s"""


class PostgresOutbox(Engine):
    """Sends, their claims and their ends. A claim lasts as long as the lease of the worker that sends."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._sending: set[ConversationId] = set()
        """Where this worker sends. What the database says to be claimed by us elsewhere is a claim whose answer got lost."""

    async def send(
        self, conversation_id: ConversationId, key: str, messages: Sequence[Outgoing], *, deliver: bool, now_ms: int
    ) -> list[OutgoingRow]:
        encoded = [encode_outgoing(message) for message in messages]
        cause = f"send:{clean(key)}"

        def unit(db: Connection) -> list[OutgoingRow]:
            return _send_once(db, conversation_id, cause, encoded, deliver, now_ms)

        return await self._write(unit, conversation_id)

    async def undelivered(self, limit: int, older_ms: int = 0) -> list[ConversationId]:
        until_ms = self._now_ms() - older_ms if older_ms else FOREVER_MS
        values = {"until_ms": until_ms, "boot": self._boot, "limit": limit, **self._outbox_mark.bounds.values()}
        rows = await self._read(lambda db: db.execute(_UNDELIVERED, values).fetchall())
        return [ConversationId(row[0]) for row in rows]

    async def claim_send(self, conversation_id: ConversationId, now_ms: int) -> OutgoingRow | None:
        sending = conversation_id in self._sending
        row = await self._write(
            lambda db: _claim_head(db, conversation_id, self._boot, now_ms, sending=sending), conversation_id
        )
        if row is not None:
            self._sending.add(conversation_id)
        return row

    async def finish_send(
        self, row: OutgoingRow, state: str, *, now_ms: int, error: str = "", provider_id: str = "", retry_at_ms: int = 0
    ) -> None:
        done_ms = None if state == "queued" else now_ms
        values = (state, error, provider_id, retry_at_ms, done_ms, row.conversation_id, row.n, self._boot)
        await self._write(lambda db: db.execute(_FINISH, values).rowcount, row.conversation_id)
        self._sending.discard(row.conversation_id)


def _send_once(
    db: Connection,
    conversation_id: ConversationId,
    cause: str,
    messages: list[tuple[Outgoing, str]],
    deliver: bool,
    now_ms: int,
) -> list[OutgoingRow]:
    found = db.execute(_PLACE, (conversation_id,)).fetchone()
    if found is None:
        raise NoConversation(conversation_id=conversation_id)
    before = db.execute(_OF_CAUSE, (conversation_id, cause)).fetchall()
    if before:
        return [outgoing_row(row) for row in before]
    last_n, head, mode_epoch, *place = found
    thread = Thread(Held(conversation_id, *place), last_n, head, cause, mode_epoch)
    rows = thread.append(messages, take_numbers(db, len(messages)), deliver=deliver, now_ms=now_ms)
    insert_messages(db, rows)
    db.execute(_APPEND, (thread.last_n, thread.head, now_ms, conversation_id))
    return [row[2] for row in rows]


def _claim_head(
    db: Connection, conversation_id: ConversationId, boot: str, now_ms: int, *, sending: bool
) -> OutgoingRow | None:
    """The oldest unfinished message, unless somebody alive is sending it now or its time has not come.

    A moment to wait for is only known to the worker that set it: when that one is gone, it is tried at once.
    """
    while (head := db.execute(_HEAD, (conversation_id,)).fetchone()) is not None:
        bot_id, row, state, owner, due_ms, epoch, cause, mode, mode_epoch, alive = head
        ours = owner == boot
        busy = sending if ours else alive
        if (busy and state == "claimed") or ((ours or alive) and state == "queued" and due_ms > now_ms):
            return None
        if state == "queued" and mode == "human" and epoch < mode_epoch and not cause.startswith("send:"):
            db.execute(_CANCEL, (now_ms, bot_id, row))  # from before a person took over (promise P9)
            continue
        if db.execute(_CLAIM, (boot, bot_id, row, state, owner)).rowcount:
            one = db.execute(_ONE, (bot_id, row)).fetchone()
            return outgoing_row(one, died=state == "claimed") if one else None
    return None
