"""The frames of one conversation during one turn: what was loaded, what changed, what has to be written."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from gutenbot.dialogs.dialog import Dialog
from gutenbot.dialogs.journal import Journal
from gutenbot.dialogs.waits import Pending, Start, Wait, decode_pending, decode_start, encode
from gutenbot.events.messages import QuickReply
from gutenbot.kernel.ids import ConversationId, FrameId
from gutenbot.storage.rows import FrameRow, JournalRow, Loaded, TimerRow

_decode_args = msgspec.json.Decoder(list[Any]).decode


def offered(loaded: Loaded) -> tuple[QuickReply, ...]:
    """The answers that the open question of a conversation offers."""
    for row in reversed(loaded.frames):
        for wait in decode_pending(row.pending).waits if row.pending else ():
            if wait.kind == "ask":
                return wait.options
    return ()


@dataclass(slots=True)
class Frame:
    """One running dialog, as this turn sees it."""

    frame_id: FrameId
    dialog: Dialog[..., Any] | None
    dialog_name: str
    journal: Journal
    start: Start
    args: list[Any]
    depth: int
    pending: Pending = field(default_factory=Pending)
    started_ms: int = 0
    stored: bool = False
    changed: bool = False

    @property
    def question(self) -> Wait | None:
        """The open question, if it has one."""
        return next((wait for wait in self.pending.waits if wait.kind == "ask"), None)

    @property
    def is_asking(self) -> bool:
        """Whether it has an open question, or a dialog that it called may have one."""
        return any(wait.kind in ("ask", "call") for wait in self.pending.waits)

    def timer_name(self, wait: Wait) -> str:
        """The name of the timer of a wait: unique in the conversation."""
        return f"{self.frame_id}|{wait.kind}|{wait.key}|{wait.occurrence}"

    def row(self) -> FrameRow:
        """What is stored of it."""
        return FrameRow(
            frame_id=self.frame_id,
            depth=self.depth,
            dialog=self.dialog_name,
            args=encode(self.args),
            start=encode(self.start),
            pending=encode(self.pending),
            started_ms=self.started_ms,
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What the dialogs of a turn changed."""

    frames: tuple[FrameRow, ...]
    ended: tuple[FrameId, ...]
    journal: tuple[JournalRow, ...]
    drop_journal: tuple[FrameId, ...]
    timers: tuple[TimerRow, ...]
    cancel_timers: tuple[str, ...]


NO_CHANGES = Changes((), (), (), (), (), ())


class Frames:
    """The stack, lowest first; the last one that has an open question is the one that is answered."""

    def __init__(self, loaded: Loaded, find: Any) -> None:
        self.conversation_id: ConversationId = loaded.conversation.conversation_id
        self._rows: dict[FrameId, list[JournalRow]] = {}
        for row in loaded.journal:
            self._rows.setdefault(row.frame_id, []).append(row)
        self.stack: list[Frame] = [self._restored(row, find) for row in loaded.frames]
        self.ended: list[FrameId] = []
        self.timers: dict[str, int] = {}
        self.cancelled: set[str] = set()

    def _restored(self, row: FrameRow, find: Any) -> Frame:
        return Frame(
            frame_id=row.frame_id,
            dialog=find(row.dialog),
            dialog_name=row.dialog,
            journal=self.journal(row.frame_id),
            start=decode_start(row.start) if row.start else Start(),
            args=_decode_args(row.args),
            depth=row.depth,
            pending=decode_pending(row.pending) if row.pending else Pending(),
            started_ms=row.started_ms,
            stored=True,
        )

    def journal(self, frame_id: FrameId) -> Journal:
        """The journal of a frame; of a new one, what steps of a crashed attempt left behind."""
        return Journal(frame_id, self._rows.get(frame_id, ()))

    @property
    def asking(self) -> Frame | None:
        """The topmost frame with an open question."""
        return next((frame for frame in reversed(self.stack) if frame.question is not None), None)

    def find(self, frame_id: str) -> Frame | None:
        """The frame of this id, if it still runs."""
        return next((frame for frame in self.stack if frame.frame_id == frame_id), None)

    def push(self, frame: Frame) -> None:
        """Puts a new frame on top."""
        frame.depth = self.stack[-1].depth + 1 if self.stack else 0
        frame.changed = True
        self.stack.append(frame)

    def raise_to_top(self, frame: Frame) -> None:
        """Its question is the latest one: answers go to it."""
        if self.stack[-1] is not frame:
            self.stack.remove(frame)
            self.push(frame)

    def suspend(self, frame: Frame, pending: Pending) -> None:
        """Stores what a frame waits for now; sets and cancels its timers."""
        before = {frame.timer_name(wait): wait.due_ms for wait in frame.pending.waits if wait.due_ms}
        after = {frame.timer_name(wait): wait.due_ms for wait in pending.waits if wait.due_ms}
        for name in before.keys() - after.keys():
            self._cancel(name)
        for name, due in after.items():
            if before.get(name) != due:
                self.timers[name] = due
                self.cancelled.discard(name)
        frame.pending = pending
        frame.changed = True

    def remove(self, frame: Frame) -> None:
        """Takes an ended frame away, with its timers."""
        self.stack.remove(frame)
        for wait in frame.pending.waits:
            if wait.due_ms:
                self._cancel(frame.timer_name(wait))
        self.ended.append(frame.frame_id)
        if not frame.stored and not frame.journal.next_n:
            self.ended.pop()  # nothing of it is on disk: no step was recorded either

    def _cancel(self, name: str) -> None:
        if self.timers.pop(name, None) is None:
            self.cancelled.add(name)

    def changes(self) -> Changes:
        """All that has to be written with the turn."""
        if not (self.stack or self.ended or self.timers or self.cancelled):
            return NO_CHANGES
        changed = [frame for frame in self.stack if frame.changed]
        journal = [(frame, row) for frame in changed if (row := frame.journal.unsaved()) is not None]
        return Changes(
            frames=tuple(frame.row() for frame in changed),
            ended=tuple(self.ended),
            journal=tuple(row for _, row in journal),
            drop_journal=tuple(frame.frame_id for frame in changed if frame.journal.rewritten),
            timers=tuple(
                TimerRow(conversation_id=self.conversation_id, name=name, due_ms=due)
                for name, due in self.timers.items()
            ),
            cancel_timers=tuple(self.cancelled),
        )
