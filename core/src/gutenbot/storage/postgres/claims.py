"""Statements around the right to run a turn: who holds a conversation, and which event is next. Inside a transaction.

A conversation belongs to its `owner` while that worker's lease lasts; the fence rises with every change of owner.
Whose lease lasts is decided by the clock of the database alone.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.crashpoints import reach
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.bursts import burst_of
from gutenbot.storage.columns import Held, as_claim
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.marks import Bounds, open_rows
from gutenbot.storage.rows import Claim

NEXT_COLUMNS = "seq, n, sender, external_id, event, lane, attempts, failures, not_before_ms, received_ms"
_NEXT = f"""SELECT {NEXT_COLUMNS} FROM inbox
WHERE conversation_id = %s AND state = 'open' AND seq > %s ORDER BY seq LIMIT %s"""

_FIRST = f"""SELECT v.id, i.* FROM unnest(%s::text[]) AS v (id), LATERAL (SELECT {NEXT_COLUMNS}
FROM inbox WHERE conversation_id = v.id AND state = 'open' ORDER BY seq LIMIT 1) i"""

_COUNT_ATTEMPT = "UPDATE inbox SET attempts = attempts + 1 WHERE bot_id = %s AND seq = %s"
COUNT_ATTEMPTS = """UPDATE inbox i SET attempts = attempts + 1 FROM unnest(%s::text[], %s::bigint[]) AS v (bot_id, seq)
WHERE i.bot_id = v.bot_id AND i.seq = v.seq"""
_UNCOUNT_ATTEMPT = """UPDATE inbox SET attempts = attempts - 1
WHERE bot_id = %s AND seq = %s AND state = 'open' AND attempts > 0"""

_SET_ASIDE = "UPDATE inbox SET state = 'dead', error = %s, done_ms = received_ms WHERE bot_id = %s AND seq = %s"
_ONE_LESS = "UPDATE conversation SET backlog = backlog - 1 WHERE conversation_id = %s"
_GIVE_BACK = "UPDATE conversation SET owner = NULL, backlog = 0 WHERE conversation_id = %s"

_HOLD = """UPDATE conversation SET owner = %(boot)s, fence = fence + (owner <> %(boot)s)::int
WHERE conversation_id = %(id)s AND owner IN (%(boot)s, '') RETURNING bot_id, channel_id, user_id, thread, fence"""
_RELEASE = """UPDATE conversation SET owner = '' WHERE conversation_id = %s AND owner = %s AND fence = %s"""
_HOLDS = "SELECT fence, owner FROM conversation WHERE conversation_id = %s FOR UPDATE"

_GIVE_UP = """UPDATE conversation SET owner = '' WHERE owner = %(boot)s
AND conversation_id IN (SELECT conversation_id FROM inbox WHERE state = 'open')
AND (conversation_id = ANY(%(places)s::text[]) OR '' = ANY(%(places)s::text[]))"""

LIVE = "EXISTS (SELECT FROM worker w WHERE w.boot = {owner} AND w.lease_until > clock_timestamp())"

OPEN_EVENTS = open_rows("inbox", "seq", "state = 'open'", "conversation_id, bot_id, channel_id, seq")
_TAKE_OVER = f"""WITH open AS MATERIALIZED ({OPEN_EVENTS}),
wanted AS MATERIALIZED (
SELECT conversation_id, bot_id, min(seq) AS oldest, row_number() OVER (PARTITION BY bot_id ORDER BY min(seq)) AS place
FROM open WHERE (%(bots)s::text[] IS NULL OR bot_id = ANY(%(bots)s::text[]))
AND (%(channels)s::text[] IS NULL OR channel_id = ANY(%(channels)s::text[])) GROUP BY 1, 2),
free AS MATERIALIZED (
SELECT c.conversation_id, wanted.oldest FROM wanted JOIN conversation c USING (conversation_id)
WHERE c.owner IS DISTINCT FROM %(boot)s AND NOT {LIVE.format(owner="c.owner")}
ORDER BY wanted.place, wanted.oldest LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED)
UPDATE conversation c SET owner = %(boot)s, fence = fence + 1 FROM free
WHERE c.conversation_id = free.conversation_id
RETURNING c.conversation_id, c.bot_id, c.channel_id, c.user_id, c.thread, c.fence, free.oldest"""
"""What is open comes first and by that alone: the statistics may know nothing yet of a bot whose history is long."""
_TRY_AT_ONCE = """UPDATE inbox SET not_before_ms = 0
WHERE conversation_id = ANY(%s::text[]) AND state = 'open' AND not_before_ms > 0"""


def next_claim(db: Connection, held: Held, now_ms: int) -> tuple[Claim | None, int | None]:
    """The oldest open event, claimed; or the moment when it may be tried again; or neither: the conversation is idle
    now. An event that cannot be read is set aside as dead (POI-06)."""
    while (row := db.execute(_NEXT, (held.conversation_id, 0, 1)).fetchone()) is not None:
        if row[8] > now_ms:
            return None, row[8]
        try:
            claim = as_claim(held, row)
        except (msgspec.DecodeError, UnicodeError) as error:
            set_aside(db, held.bot_id, row[0], error)
            db.execute(_ONE_LESS, (held.conversation_id,))
            continue
        db.execute(_COUNT_ATTEMPT, (held.bot_id, claim.seq))
        return claim, None
    db.execute(_GIVE_BACK, (held.conversation_id,))
    return None, None


def set_aside(db: Connection, bot_id: BotId, seq: int, error: Exception) -> None:
    """An event that cannot be read becomes a dead letter."""
    db.execute(_SET_ASIDE, (f"The stored event cannot be read: {error}", bot_id, seq))


def claim_held(db: Connection, conversation_id: ConversationId, boot: str, now_ms: int) -> Claim | None:
    """The next claim of a conversation that we hold, or that was given back with open events."""
    row = db.execute(_HOLD, {"boot": boot, "id": conversation_id}).fetchone()
    return next_claim(db, Held(conversation_id, *row), now_ms)[0] if row else None


def claim_burst(db: Connection, claim: Claim, limit: int, boot: str, now_ms: int) -> list[Claim]:
    """The live messages that directly follow the claimed event, claimed too."""
    if db.execute(_HOLDS, (claim.conversation_id,)).fetchone() != (claim.fence, boot):
        return []
    if not isinstance(claim.event, MessageEvent):
        return []  # a tap or a form has no words that more words could be added to
    burst = burst_of(claim, db.execute(_NEXT, (claim.conversation_id, claim.seq, limit)).fetchall(), now_ms)
    for following in burst:
        db.execute(_COUNT_ATTEMPT, (following.bot_id, following.seq))
    return burst


def release(db: Connection, claims: Sequence[Claim], boot: str, *, keep: bool) -> None:
    """Takes the attempts back, also of what another worker holds by now: who says so lives, so they ended nothing. What is
    ours waits for whoever recovers it, unless it is kept."""
    for claim in sorted(claims, key=_place):
        holder = db.execute(_HOLDS, (claim.conversation_id,)).fetchone()
        db.execute(_UNCOUNT_ATTEMPT, (claim.bot_id, claim.seq))
        if not keep and holder in ((claim.fence, boot), (claim.fence, "")):
            db.execute(_RELEASE, (claim.conversation_id, boot, claim.fence))


def give_up(boot: str, places: Sequence[str], db: Connection) -> None:
    """Releases those of these conversations that we hold (an empty place: all that we hold)."""
    db.execute(_GIVE_UP, {"boot": boot, "places": list(places)})


class Wanted(msgspec.Struct, frozen=True):
    """What a worker wants to take over; None: of any bot, any channel."""

    boot: str
    limit: int
    bots: list[BotId] | None
    channels: list[str] | None
    bounds: Bounds


def take_over(db: Connection, wanted: Wanted) -> list[Held]:
    """Conversations with open events and no live owner are ours now: bots take turns, the longest wait first (CON-07).

    What another worker takes at the same moment is passed over. Their retries start at once.
    """
    rows = db.execute(_TAKE_OVER, msgspec.structs.asdict(wanted) | wanted.bounds.values()).fetchall()
    rows.sort(key=_oldest)
    db.execute(_TRY_AT_ONCE, ([row[0] for row in rows],))
    reach("recover.inside")
    return [Held(*row[:6]) for row in rows]


def claim_ready(db: Connection, wanted: Wanted, now_ms: int) -> list[Claim]:
    """Takes over conversations and claims the oldest event of each: four statements, however many they are."""
    taken = take_over(db, wanted)
    first = {row[0]: row[1:] for row in db.execute(_FIRST, ([held.conversation_id for held in taken],)).fetchall()}
    claims: list[Claim] = []
    apart: list[Held] = []
    for held in taken:
        claim = _readable(held, first.get(held.conversation_id), now_ms)
        if claim is None:
            apart.append(held)
        else:
            claims.append(claim)
    db.execute(COUNT_ATTEMPTS, ([claim.bot_id for claim in claims], [claim.seq for claim in claims]))
    late = (next_claim(db, held, now_ms)[0] for held in apart)
    return sorted([*claims, *(claim for claim in late if claim is not None)], key=_seq)


def _readable(held: Held, row: tuple[Any, ...] | None, now_ms: int) -> Claim | None:
    """None: it has to be looked at on its own."""
    if row is None or row[8] > now_ms:
        return None
    try:
        return as_claim(held, row)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _seq(claim: Claim) -> int:
    return claim.seq


def _place(claim: Claim) -> str:
    return claim.conversation_id


def _oldest(row: tuple[object, ...]) -> int:
    assert isinstance(row[6], int)
    return row[6]
