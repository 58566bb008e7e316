"""Statements over the running dialogs and the timers of many turns at once. Inside a transaction; no answers awaited."""

from collections.abc import Sequence
from typing import Any, LiteralString

from gutenbot.kernel.ids import FrameId
from gutenbot.storage.codec import clean
from gutenbot.storage.postgres.accept import columns
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.rows import Claim, FrameRow, JournalRow, TurnCommit

_FRAMES = """INSERT INTO frame (conversation_id, frame_id, bot_id, depth, dialog, args, start, pending, started_ms, revision)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[],
%s::bigint[], %s::bigint[]) ON CONFLICT (conversation_id, frame_id) DO UPDATE SET depth = excluded.depth,
dialog = excluded.dialog, args = excluded.args, start = excluded.start, pending = excluded.pending,
started_ms = excluded.started_ms, revision = excluded.revision"""
_JOURNAL = """INSERT INTO journal (conversation_id, frame_id, n, bot_id, entries)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::bytea[])
ON CONFLICT (conversation_id, frame_id, n) DO UPDATE SET entries = excluded.entries"""
_END = """DELETE FROM frame USING unnest(%s::text[], %s::text[]) AS v (id, frame)
WHERE conversation_id = v.id AND frame_id = v.frame"""
_DROP = """DELETE FROM journal USING unnest(%s::text[], %s::text[]) AS v (id, frame)
WHERE conversation_id = v.id AND frame_id = v.frame"""
_TIMERS = """INSERT INTO timer (conversation_id, name, bot_id, due_ms, generation)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (conversation_id, name) DO UPDATE SET due_ms = excluded.due_ms, generation = excluded.generation"""
_CANCEL = """DELETE FROM timer USING unnest(%s::text[], %s::text[]) AS v (id, timer)
WHERE conversation_id = v.id AND name = v.timer"""

Dialogs = tuple[Claim, Sequence[FrameRow], Sequence[JournalRow], Sequence[FrameId], Sequence[FrameId]]
"""Of one turn: its claim, frames, journal, ended frames, and frames whose journal is written anew."""


def write_dialogs(db: Connection, turns: Sequence[Dialogs]) -> None:
    """Frames and journals, in the order that a turn means: drop, write, end."""
    dropped = [(claim.conversation_id, frame) for claim, _, _, _, frames in turns for frame in frames]
    ended = [(claim.conversation_id, frame) for claim, _, _, frames, _ in turns for frame in frames]
    frames = {(claim.conversation_id, row.frame_id): _frame(claim, row) for claim, rows, *_ in turns for row in rows}
    journal = {
        (claim.conversation_id, row.frame_id, row.n): (
            claim.conversation_id,
            row.frame_id,
            row.n,
            claim.bot_id,
            row.entries,
        )
        for claim, _, rows, *_ in turns
        for row in rows
    }
    _execute(db, _DROP, dropped)
    _execute(db, _FRAMES, list(frames.values()))
    _execute(db, _JOURNAL, list(journal.values()))
    _execute(db, _END, ended)
    _execute(db, _DROP, ended)


def write_timers(db: Connection, turns: Sequence[tuple[TurnCommit, int]]) -> None:
    """A timer's generation is the revision that set it: it rises, also after the timer fired and is set again."""
    cancelled = [(turn.claim.conversation_id, clean(name)) for turn, _ in turns for name in turn.cancel_timers]
    timers = {
        (turn.claim.conversation_id, timer.name): (
            turn.claim.conversation_id,
            clean(timer.name),
            turn.claim.bot_id,
            timer.due_ms,
            rev,
        )
        for turn, rev in turns
        for timer in turn.timers
    }
    _execute(db, _CANCEL, cancelled)
    _execute(db, _TIMERS, list(timers.values()))


def _execute(db: Connection, sql: LiteralString, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        db.execute(sql, columns(rows))


def _frame(claim: Claim, row: FrameRow) -> tuple[Any, ...]:
    return (
        claim.conversation_id,
        row.frame_id,
        claim.bot_id,
        row.depth,
        row.dialog,
        row.args,
        row.start,
        row.pending,
        row.started_ms,
        row.revision,
    )
