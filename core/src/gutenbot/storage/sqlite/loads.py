"""Reading all that a turn starts from: two statements at most. Corrupt rows are named, never guessed at."""

import sqlite3
from typing import Any

import msgspec

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.codec import check_json, decode_object
from gutenbot.storage.errors import CorruptState, NoConversation
from gutenbot.storage.rows import ConversationRow, FrameRow, JournalRow, Loaded, UserRow

_STATE = """SELECT c.conversation_id, c.bot_id, c.channel_id, c.user_id, c.thread, c.rev, c.fence, c.last_n, c.mode,
c.mode_epoch, c.variables, c.created_ms, c.updated_ms, u.rev, u.profile, u.profile_ms, u.attributes, u.created_ms,
(SELECT max(seen_ms) FROM conversation s WHERE s.bot_id = c.bot_id AND s.user_id = c.user_id),
EXISTS (SELECT 1 FROM journal j WHERE j.conversation_id = c.conversation_id),
f.frame_id, f.depth, f.dialog, f.args, f.start, f.pending, f.started_ms, f.revision
FROM conversation c
LEFT JOIN bot_user u ON u.bot_id = c.bot_id AND u.user_id = c.user_id
LEFT JOIN frame f ON f.conversation_id = c.conversation_id
WHERE c.conversation_id = ?"""
_JOURNAL = "SELECT frame_id, n, entries FROM journal WHERE conversation_id = ? ORDER BY frame_id, n"


def load(db: sqlite3.Connection, conversation_id: ConversationId) -> Loaded:
    """The state as of the last commit. Raises `NoConversation`, or `CorruptState` (POI-06)."""
    try:
        rows = db.execute(_STATE, (conversation_id,)).fetchall()
        if not rows:
            raise NoConversation(conversation_id=conversation_id)
        first = rows[0]
        return Loaded(
            conversation=_conversation(first),
            user=_user(first),
            frames=_frames(rows) if first[20] is not None else (),
            journal=_journal(db, conversation_id) if first[19] else (),
        )
    except (msgspec.DecodeError, UnicodeError, _Missing) as error:
        raise CorruptState(conversation_id=conversation_id, reason=str(error)) from error
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" not in str(error):
            raise
        raise CorruptState(conversation_id=conversation_id, reason=str(error)) from error


class _Missing(Exception):
    """A row that must exist does not."""


def _conversation(row: tuple[Any, ...]) -> ConversationRow:
    return ConversationRow(
        conversation_id=row[0],
        bot_id=row[1],
        channel_id=row[2],
        user_id=row[3],
        thread=row[4],
        rev=row[5],
        fence=row[6],
        last_n=row[7],
        mode=row[8],
        mode_epoch=row[9],
        variables={} if row[10] == "{}" else decode_object(row[10]),
        created_ms=row[11],
        updated_ms=row[12],
    )


def _user(row: tuple[Any, ...]) -> UserRow:
    if row[13] is None:
        raise _Missing(f"its user {row[3]} does not exist")
    return UserRow(
        user_id=row[3],
        bot_id=row[1],
        rev=row[13],
        profile={} if row[14] == "{}" else decode_object(row[14]),
        profile_ms=row[15],
        attributes={} if row[16] == "{}" else decode_object(row[16]),
        created_ms=row[17],
        seen_ms=max(row[17], row[18]),
    )


def _frames(rows: list[tuple[Any, ...]]) -> tuple[FrameRow, ...]:
    frames = [_frame(row) for row in rows]
    if len(frames) > 1:
        frames.sort(key=lambda frame: frame.depth)
    return tuple(frames)


def _frame(row: tuple[Any, ...]) -> FrameRow:
    for data in row[23:26]:
        check_json(data)
    return FrameRow(
        frame_id=row[20],
        depth=row[21],
        dialog=row[22],
        args=row[23],
        start=row[24],
        pending=row[25],
        started_ms=row[26],
        revision=row[27],
    )


def _journal(db: sqlite3.Connection, conversation_id: ConversationId) -> tuple[JournalRow, ...]:
    rows = db.execute(_JOURNAL, (conversation_id,)).fetchall()
    for row in rows:
        check_json(row[2])
    return tuple(JournalRow(frame_id=frame, n=n, entries=entries) for frame, n, entries in rows)
