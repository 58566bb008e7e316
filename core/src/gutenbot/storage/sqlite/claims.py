"""Statements around the right to run a turn: who holds a conversation, and which event is next. Inside a unit."""

import sqlite3
from collections.abc import Sequence

import msgspec

from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.bursts import burst_of
from gutenbot.storage.columns import Held, as_claim
from gutenbot.storage.rows import Claim

RELEASED = ""
"""The owner of a conversation that has open events but was given back: `recover` finds it."""

_NEXT = """SELECT seq, n, sender, external_id, event, lane, attempts, failures, not_before_ms, received_ms FROM inbox
WHERE conversation_id = ? AND state = 'open' AND seq > ? ORDER BY seq LIMIT ?"""

_COUNT_ATTEMPT = "UPDATE inbox SET attempts = attempts + 1 WHERE seq = ?"
_UNCOUNT_ATTEMPT = "UPDATE inbox SET attempts = attempts - 1 WHERE seq = ? AND state = 'open' AND attempts > 0"

_SET_ASIDE = "UPDATE inbox SET state = 'dead', error = ?, done_ms = received_ms WHERE seq = ?"
_ONE_LESS = "UPDATE conversation SET backlog = backlog - 1 WHERE conversation_id = ?"
_GIVE_BACK = "UPDATE conversation SET owner = NULL, backlog = 0 WHERE conversation_id = ?"

_HOLD = """UPDATE conversation SET owner = ?, fence = fence + (owner <> ?) WHERE conversation_id = ? AND owner IN (?, '')
RETURNING bot_id, channel_id, user_id, thread, fence"""
_RELEASE = "UPDATE conversation SET owner = '' WHERE conversation_id = ? AND owner = ? AND fence = ?"
_FENCE = "SELECT fence, owner FROM conversation WHERE conversation_id = ?"

_ORPHANS = """SELECT DISTINCT i.conversation_id FROM inbox i JOIN conversation c USING (conversation_id)
WHERE i.state = 'open' AND i.conversation_id > ? AND c.owner IS NOT ? ORDER BY i.conversation_id LIMIT ?"""
_TAKE_OVER = "UPDATE conversation SET owner = ?, fence = fence + 1 WHERE conversation_id = ?"
_TRY_AT_ONCE = "UPDATE inbox SET not_before_ms = 0 WHERE conversation_id = ? AND state = 'open' AND not_before_ms > 0"


def next_claim(db: sqlite3.Connection, held: Held, now_ms: int) -> tuple[Claim | None, int | None]:
    """The oldest open event, claimed; or the moment when it may be tried again; or neither: the conversation is idle
    now. An event that cannot be read is set aside as dead (POI-06)."""
    while (row := db.execute(_NEXT, (held.conversation_id, 0, 1)).fetchone()) is not None:
        if row[8] > now_ms:
            return None, row[8]
        try:
            claim = as_claim(held, row)
        except (msgspec.DecodeError, UnicodeError) as error:
            db.execute(_SET_ASIDE, (f"The stored event cannot be read: {error}", row[0]))
            db.execute(_ONE_LESS, (held.conversation_id,))
            continue
        db.execute(_COUNT_ATTEMPT, (claim.seq,))
        return claim, None
    db.execute(_GIVE_BACK, (held.conversation_id,))
    return None, None


def claim_held(db: sqlite3.Connection, conversation_id: ConversationId, boot: str, now_ms: int) -> Claim | None:
    """The next claim of a conversation that we hold, or that was given back with open events."""
    row = db.execute(_HOLD, (boot, boot, conversation_id, boot)).fetchone()
    return next_claim(db, Held(conversation_id, *row), now_ms)[0] if row else None


def claim_burst(db: sqlite3.Connection, claim: Claim, limit: int, boot: str, now_ms: int) -> list[Claim]:
    """The live messages that directly follow the claimed event, claimed too."""
    if db.execute(_FENCE, (claim.conversation_id,)).fetchone() != (claim.fence, boot):
        return []
    if not isinstance(claim.event, MessageEvent):
        return []  # a tap or a form has no words that more words could be added to
    burst = burst_of(claim, db.execute(_NEXT, (claim.conversation_id, claim.seq, limit)).fetchall(), now_ms)
    for following in burst:
        db.execute(_COUNT_ATTEMPT, (following.seq,))
    return burst


def release(db: sqlite3.Connection, claims: Sequence[Claim], boot: str, *, keep: bool) -> None:
    """Takes the attempts back; the conversations wait for whoever recovers them, unless they are kept."""
    for claim in claims:
        if db.execute(_FENCE, (claim.conversation_id,)).fetchone() in ((claim.fence, boot), (claim.fence, RELEASED)):
            db.execute(_UNCOUNT_ATTEMPT, (claim.seq,))
            if not keep:
                db.execute(_RELEASE, (claim.conversation_id, boot, claim.fence))


def recover(db: sqlite3.Connection, boot: str, after: str, limit: int) -> list[ConversationId]:
    """Takes over conversations with open events and no live owner, by id from `after`; their retries start at once."""
    found = [ConversationId(row[0]) for row in db.execute(_ORPHANS, (after, boot, limit)).fetchall()]
    for conversation_id in found:
        db.execute(_TAKE_OVER, (boot, conversation_id))
        db.execute(_TRY_AT_ONCE, (conversation_id,))
    reach("recover.inside")
    return found
