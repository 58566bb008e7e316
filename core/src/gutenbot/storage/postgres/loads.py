"""Reading all that turns start from: many conversations in one round trip, as of one moment."""

from collections.abc import Sequence
from typing import Any

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.columns import assemble
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.lanes import Job
from gutenbot.storage.postgres.session import Session

_PLACES = """SELECT c.conversation_id, c.bot_id, c.channel_id, c.user_id, c.thread, c.rev, c.fence, c.last_n, c.mode,
c.mode_epoch, c.variables, c.created_ms, c.updated_ms, c.seen_ms, c.state_size, u.rev, u.profile, u.profile_ms,
u.attributes, u.created_ms
FROM conversation c LEFT JOIN bot_user u ON u.bot_id = c.bot_id AND u.user_id = c.user_id
WHERE c.conversation_id = ANY(%s::text[])"""

_DIALOGS = """SELECT conversation_id, 1, frame_id, depth, dialog, args, start, pending, started_ms, revision
FROM frame WHERE conversation_id = ANY(%(ids)s::text[])
UNION ALL SELECT conversation_id, 0, frame_id, n, NULL, entries, NULL, NULL, NULL, NULL
FROM journal WHERE conversation_id = ANY(%(ids)s::text[])"""

_Rows = dict[str, tuple[tuple[Any, ...], list[tuple[Any, ...]]]]


def load_all(session: Session, jobs: Sequence[Job[ConversationId]]) -> None:
    """The state of each, as of the last commit. Raises `NoConversation`, or `CorruptState` (POI-06), for that one."""
    ids = [job.work for job in jobs]
    found = session.read(lambda db: _select(db, ids))
    for job in jobs:
        try:
            if job.work not in found:
                raise NoConversation(conversation_id=job.work)
            job.result = assemble(*found[job.work])
        except Exception as error:
            job.fail(error)


def _select(db: Connection, ids: list[ConversationId]) -> _Rows:
    with db.pipeline():
        db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        places = db.execute(_PLACES, (ids,))
        dialogs = db.execute(_DIALOGS, {"ids": ids})
        db.execute("COMMIT")
        found: _Rows = {row[0]: (row, []) for row in places.fetchall()}
        for conversation_id, *row in dialogs.fetchall():
            found[conversation_id][1].append(tuple(row))
    return found
