"""Sends: their order, their claims, their ends. A claim lasts as long as the lease of the worker that sends."""

from collections.abc import Sequence

import msgspec

from gutenbot.events.messages import Outgoing
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.rows import OutgoingRow
from tests.simulation.model.tables import UNFINISHED, Message, Tables
from tests.simulation.model.turns import append


def send(
    db: Tables,
    conversation_id: ConversationId,
    cause: str,
    messages: Sequence[tuple[Outgoing, str]],
    *,
    deliver: bool,
    now_ms: int,
) -> list[OutgoingRow]:
    """Adds messages from outside a turn, once per cause."""
    place = db.place(conversation_id)
    if place is None:
        raise NoConversation(conversation_id=conversation_id)
    before = [line for line in place.lines if isinstance(line, Message) and line.row.cause == cause]
    if before:
        return [as_row(message, message.state) for message in before]
    place.updated_ms = max(place.updated_ms, now_ms)
    return list(append(place, cause, messages, deliver=deliver, now_ms=now_ms))


def undelivered(db: Tables, boot: str, limit: int, until_ms: int) -> list[ConversationId]:
    """Conversations with messages, made until a moment, that nobody else who lives is sending."""
    found = [
        place.conversation_id
        for place in db.places.values()
        if any(one.row.created_ms <= until_ms and _is_free(db, one, boot) for one in place.unsent)
    ]
    return found[:limit]


def _is_free(db: Tables, message: Message, boot: str) -> bool:
    return message.owner in (None, boot) or not db.is_live(message.owner)


def claim_head(
    db: Tables, conversation_id: ConversationId, boot: str, now_ms: int, *, sending: bool
) -> OutgoingRow | None:
    """The oldest unfinished message, unless somebody alive is sending it now or its time has not come.

    `sending`: this worker knows that it sends there; a claim of its own that it does not know of got no answer.
    """
    place = db.place(conversation_id)
    while place is not None and place.unsent:
        head = place.unsent[0]
        ours, alive = head.owner == boot, db.is_live(head.owner)
        if head.state == "claimed" and (sending if ours else alive):
            return None
        if head.state == "queued" and (ours or alive) and head.due_ms > now_ms:
            return None
        silenced = place.mode == "human" and head.row.mode_epoch < place.mode_epoch
        if head.state == "queued" and silenced and not head.row.cause.startswith("send:"):
            head.state, head.done_ms = "cancelled", now_ms
            place.unsent.pop(0)
            continue
        died = head.state == "claimed"
        head.state, head.owner = "claimed", boot
        head.tries += 1
        return as_row(head, "unknown" if died else "claimed")
    return None


def as_row(message: Message, state: str) -> OutgoingRow:
    """The message as the deliverer sees it."""
    return msgspec.structs.replace(message.row, state=state, tries=message.tries, error=message.error)


def finish(
    db: Tables, row: OutgoingRow, boot: str, state: str, *, now_ms: int, error: str, provider_id: str, retry_at_ms: int
) -> bool:
    """Records what became of a send, if it is still this worker's; returns whether it was."""
    place = db.place(row.conversation_id)
    message = place.lines[row.n - 1] if place is not None and row.n <= place.last_n else None
    if place is None or not isinstance(message, Message):
        return False
    if message.state != "claimed" or message.owner != boot:
        return False
    message.state, message.error, message.provider_id, message.due_ms = state, error, provider_id, retry_at_ms
    if state not in UNFINISHED:
        message.done_ms = now_ms
        place.unsent.remove(message)
    return True
