"""Reading all that a turn starts from: two statements at most. Corrupt rows are named, never guessed at."""

import sqlite3
from typing import Any

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.columns import assemble
from gutenbot.storage.errors import CorruptState, NoConversation
from gutenbot.storage.rows import Loaded

STATE = """c.rev, c.fence, c.last_n, c.mode, c.mode_epoch, c.variables, c.created_ms, c.updated_ms, c.seen_ms,
c.state_size, u.rev, u.profile, u.profile_ms, u.attributes, u.created_ms"""
OF_ONE = """FROM conversation c LEFT JOIN bot_user u ON u.bot_id = c.bot_id AND u.user_id = c.user_id
WHERE c.conversation_id = ?"""
AT_HAND = 16_384
"""So much state at most is read along with an event; more of it would hold up the others that come in."""
_PLACE = f"SELECT c.conversation_id, c.bot_id, c.channel_id, c.user_id, c.thread, {STATE} {OF_ONE}"
_STATE_SIZE = 14

_DIALOGS = """SELECT 1, frame_id, depth, dialog, args, start, pending, started_ms, revision
FROM frame WHERE conversation_id = ?1
UNION ALL SELECT 0, frame_id, n, NULL, entries, NULL, NULL, NULL, NULL
FROM journal WHERE conversation_id = ?1"""


def load(db: sqlite3.Connection, conversation_id: ConversationId) -> Loaded:
    """The state as of the last commit. Raises `NoConversation`, or `CorruptState` (POI-06)."""
    try:
        row = db.execute(_PLACE, (conversation_id,)).fetchone()
        if row is None:
            raise NoConversation(conversation_id=conversation_id)
        rows = db.execute(_DIALOGS, (conversation_id,)).fetchall() if row[_STATE_SIZE] else ()
        return assemble(row, rows)
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" not in str(error):
            raise
        raise CorruptState(conversation_id=conversation_id, reason=str(error)) from error


def at_hand(db: sqlite3.Connection, row: tuple[Any, ...]) -> Loaded | None:
    """The same from what was just read of a conversation: its address, its user and thread, and the columns of `STATE`.

    None when it is large or cannot be read: then `load` says why.
    """
    size = row[_STATE_SIZE]
    if size > AT_HAND:
        return None
    try:
        return assemble(row, db.execute(_DIALOGS, (row[0],)).fetchall() if size else ())
    except (CorruptState, sqlite3.OperationalError):
        return None
