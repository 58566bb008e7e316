"""Reading all that a turn starts from: two statements at most. Corrupt rows are named, never guessed at."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.codec import check_json, decode_object
from gutenbot.storage.errors import CorruptState, NoConversation
from gutenbot.storage.rows import ConversationRow, FrameRow, JournalRow, Loaded, UserRow

_PLACE = """SELECT c.conversation_id, c.bot_id, c.channel_id, c.user_id, c.thread, c.rev, c.fence, c.last_n, c.mode,
c.mode_epoch, c.variables, c.created_ms, c.updated_ms, c.seen_ms, c.state_size, u.rev, u.profile, u.profile_ms,
u.attributes, u.created_ms
FROM conversation c LEFT JOIN bot_user u ON u.bot_id = c.bot_id AND u.user_id = c.user_id
WHERE c.conversation_id = ?"""

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
        rows = db.execute(_DIALOGS, (conversation_id,)).fetchall() if row[14] else ()
        return assemble(row, rows)
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" not in str(error):
            raise
        raise CorruptState(conversation_id=conversation_id, reason=str(error)) from error


def assemble(row: tuple[Any, ...], rows: Sequence[tuple[Any, ...]]) -> Loaded:
    """From the columns of the two statements. Raises `CorruptState`."""
    try:
        return Loaded(conversation=_conversation(row), user=_user(row), frames=_frames(rows), journal=_journal(rows))
    except (msgspec.DecodeError, UnicodeError, _Missing) as error:
        raise CorruptState(conversation_id=row[0], reason=str(error)) from error


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
    if row[15] is None:
        raise _Missing(f"its user {row[3]} does not exist")
    return UserRow(
        user_id=row[3],
        bot_id=row[1],
        rev=row[15],
        profile={} if row[16] == "{}" else decode_object(row[16]),
        profile_ms=row[17],
        attributes={} if row[18] == "{}" else decode_object(row[18]),
        created_ms=row[19],
        seen_ms=row[13] or row[19],
    )


def _frames(rows: Sequence[tuple[Any, ...]]) -> tuple[FrameRow, ...]:
    frames = [_frame(row) for row in rows if row[0]]
    frames.sort(key=_depth)
    return tuple(frames)


def _frame(row: tuple[Any, ...]) -> FrameRow:
    for data in row[4:7]:
        check_json(data)
    return FrameRow(
        frame_id=row[1],
        depth=row[2],
        dialog=row[3],
        args=row[4],
        start=row[5],
        pending=row[6],
        started_ms=row[7],
        revision=row[8],
    )


def _depth(frame: FrameRow) -> int:
    return frame.depth


def _place_in_journal(row: tuple[Any, ...]) -> tuple[str, int]:
    return row[1], row[2]


def _journal(rows: Sequence[tuple[Any, ...]]) -> tuple[JournalRow, ...]:
    journal = sorted((row for row in rows if not row[0]), key=_place_in_journal)
    for row in journal:
        check_json(row[4])
    return tuple(JournalRow(frame_id=row[1], n=row[2], entries=row[4]) for row in journal)
