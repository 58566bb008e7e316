"""Results of steps, kept before they are used: those of many conversations in one transaction of two round trips."""

from collections.abc import Callable, Sequence

import msgspec

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.errors import StateTooLarge
from gutenbot.storage.postgres.accept import columns
from gutenbot.storage.postgres.dialogs import write_dialogs
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.session import Transaction
from gutenbot.storage.rows import Claim, JournalRow

_LOCK = """SELECT conversation_id, fence, owner, state_size FROM conversation
WHERE conversation_id = ANY(%s::text[]) ORDER BY conversation_id FOR UPDATE"""
_GROW = """UPDATE conversation c SET state_size = c.state_size + v.added FROM unnest(%s::text[], %s::bigint[]) AS v (id, added)
WHERE c.conversation_id = v.id"""
_MEASURE = """UPDATE conversation c SET state_size =
CASE WHEN variables = '{}' THEN 0 ELSE octet_length(variables) END
+ (SELECT coalesce(sum(octet_length(args) + octet_length(start) + octet_length(pending)), 0) FROM frame f
WHERE f.conversation_id = c.conversation_id)
+ (SELECT coalesce(sum(octet_length(entries)), 0) FROM journal j WHERE j.conversation_id = c.conversation_id)
WHERE conversation_id = ANY(%s::text[]) RETURNING conversation_id, state_size"""


class StepResult(msgspec.Struct, frozen=True):
    """What a step of a claimed turn gave."""

    claim: Claim
    row: JournalRow


def group(results: Sequence[StepResult], boot: str, limit: int) -> Callable[[Transaction], None]:
    """The whole transaction for the results, each of another conversation; answers for each whether `boot` still holds it."""

    def work(transaction: Transaction) -> None:
        db, ids = transaction.db, [one.claim.conversation_id for one in results]
        with db.pipeline():
            begun = transaction.begin_in_pipeline()
            places = db.execute(_LOCK, (ids,))
            transaction.learn(begun)
            found = {row[0]: row[1:] for row in places.fetchall()}
        kept = [found.get(one.claim.conversation_id, ())[:2] == (one.claim.fence, boot) for one in results]
        held = [one for one, ours in zip(results, kept, strict=True) if ours]
        large = [
            one.claim.conversation_id
            for one in held
            if found[one.claim.conversation_id][2] + len(one.row.entries) > limit
        ]
        with db.pipeline():
            if held:
                db.execute(_GROW, columns([(one.claim.conversation_id, len(one.row.entries)) for one in held]))
                write_dialogs(db, [(one.claim, (), (one.row,), (), ()) for one in held])
            if not large:
                transaction.commit(kept)
        if large:
            measure(db, large, limit)
            transaction.commit(kept)

    return work


def measure(db: Connection, ids: Sequence[ConversationId], limit: int) -> None:
    """Corrects the estimates of these sizes. Raises `StateTooLarge`."""
    for conversation_id, size in db.execute(_MEASURE, (list(ids),)).fetchall():
        if size > limit:
            raise StateTooLarge(conversation_id=conversation_id, size=size, limit=limit)
