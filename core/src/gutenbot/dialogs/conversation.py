"""Who answers an event: repair words, the open question, other handlers, the fallback; and what follows from each ending.

The order is that of the author's guide: (1) `anywhere` handlers and repair words, (2) the open question's own answer,
(3) other matching handlers, on top, then the question is asked again, (4) "not understood", with a limit, then the fallback.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from gutenbot.dialogs import resolve
from gutenbot.dialogs.answers.answer import folded
from gutenbot.dialogs.book import Book
from gutenbot.dialogs.chat import Chat
from gutenbot.dialogs.dialog import Dialog
from gutenbot.dialogs.endings import Called, Ended, Ending, Failed, Left, Suspended, WentBack
from gutenbot.dialogs.errors import AnswerTimeout, Catchable, StepFailed, TooManyTries, UnknownDialog, WrongDialogCall
from gutenbot.dialogs.frames import Frame, Frames
from gutenbot.dialogs.hear import PASS, Handler, Heard
from gutenbot.dialogs.host import Host
from gutenbot.dialogs.paranoid import replay_adds_nothing
from gutenbot.dialogs.repair import repair_of
from gutenbot.dialogs.run import FrameRun
from gutenbot.dialogs.waits import Input, Match, Pending, Start, Wait
from gutenbot.events.incoming import VISIBLE, CustomEvent, Incoming, TimerEvent
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import FrameId

CONCLUDED = "gutenbot.handoff.concluded"
CONVERSATION_ENDED = "gutenbot.conversation.ended"
"""The name of the event by which a user ends a conversation."""


class Conversation:
    """One turn's view of the dialogs of a conversation."""

    def __init__(self, book: Book, frames: Frames, host: Host, *, cause: str, heard: Heard) -> None:
        self.book = book
        self.frames = frames
        self.host = host
        self.cause = cause
        self.heard = heard
        self.secret = False
        self.handled_by = ""
        self._started = 0

    # An event -------------------------------------------------------------------------------------------------------

    async def handle(self, event: Incoming) -> bool:
        """Answers an event; False when nobody wanted it (the fallback not counted)."""
        await self._leave_unknown()
        match event:
            case TimerEvent():
                return await self._on_timer(event)
            case CustomEvent() if await self._on_awaited(event.name, event.data):
                return True
        tag = event.__struct_config__.tag
        waiting = bool(self.frames.stack) and isinstance(tag, str)
        if waiting and await self._on_awaited(str(tag), msgspec.to_builtins(event)):
            return True
        asking = self.frames.asking
        if asking is None:
            return await self._on_new(event)
        if not isinstance(event, VISIBLE):
            return await self._on_new(event, on_top=True)
        return await self._on_open_question(asking, event)

    async def start(self, dialog: Dialog[..., Any], args: list[Any], event: Incoming | None = None) -> None:
        """Starts a dialog from outside (`bot.start`)."""
        await self._settle(self._new_frame(dialog, args, Start(event, on_top=self.frames.asking is not None)))

    async def remind(self) -> None:
        """Something else has answered: an open question is asked again."""
        await self._leave_unknown()
        if self.frames.asking is not None:
            await self._ask_again(self.frames.asking)

    async def end(self) -> None:
        """Ends all dialogs, the topmost first, each with its `on_exit`. Nothing is asked again."""
        self.handled_by = "the user's end"
        while self.frames.stack:
            await self._close(self.frames.stack[-1], "ended", resume=False)

    async def _on_open_question(self, asking: Frame, event: Incoming) -> bool:
        if await self._try_handlers(self.book.anywhere(), event, on_top=True):
            return True
        if await self._repair(asking, event):
            return True
        wait = asking.question
        assert wait is not None
        run = self._resumed(asking, Input(wait.key, wait.occurrence, event, wait.ordinal))
        ending = await run.drive()
        if not (isinstance(ending, Suspended) and ending.invalid is not None):
            self.handled_by = asking.dialog_name
            await self._settled(asking, run, ending)
            return True
        if await self._try_handlers(self.book.elsewhere(), event, on_top=True):
            return True
        return await self._not_understood(asking, run, ending, event)

    async def _not_understood(self, asking: Frame, run: FrameRun, ending: Suspended, event: Incoming) -> bool:
        self.handled_by = f"{asking.dialog_name} (asked again)"
        wait = next(wait for wait in ending.waits if wait.kind == "ask")
        self.secret = self.secret or wait.secret
        if not ending.exhausted:
            await self._settled(asking, run, resolve.complain(run, ending))
            return True
        again = self._resumed(asking, Input(wait.key, wait.occurrence, event, wait.ordinal, gave_up=True))
        outcome = await again.drive()
        uncaught = isinstance(outcome, Failed) and isinstance(outcome.error, TooManyTries)
        await self._settled(asking, again, outcome)
        return await self._fall_back(event) if uncaught and self.book.fallback else True

    async def _on_new(self, event: Incoming, *, on_top: bool = False) -> bool:
        """What answers no question: a handler; the fallback only answers what people see as a message."""
        if await self._try_handlers(self.book.handlers, event, on_top=on_top):
            return True
        if isinstance(event, CustomEvent):
            self.host.keep_early(event)
        return isinstance(event, VISIBLE) and await self._fall_back(event)

    async def _fall_back(self, event: Incoming) -> bool:
        if self.book.fallback is None:
            return False
        self.handled_by = self.book.fallback.name
        await self._settle(self._new_frame(self.book.fallback, [], Start(event)))
        return True

    async def _try_handlers(self, handlers: Any, event: Incoming, *, on_top: bool) -> bool:
        """The first handler that matches and does not return PASS. One whose dialog is open already is not started again
        on top of itself: whoever says "order" twice wants one order."""
        open_already = {frame.dialog_name for frame in self.frames.stack if frame.is_asking}
        for handler in handlers:
            found = handler.match(self.heard)
            if found is None or handler.dialog.name in open_already:
                continue
            if await self._run_handler(handler, event, found, on_top):
                self.handled_by = handler.dialog.name
                return True
        return False

    async def _run_handler(self, handler: Handler, event: Incoming, found: Match, on_top: bool) -> bool:
        frame = self._new_frame(handler.dialog, [], Start(event, found, on_top=on_top))
        run = self._fresh_run(frame)
        ending = await run.drive()
        if isinstance(ending, Ended) and ending.value is PASS:
            self.frames.remove(frame)
            return False
        await self._settled(frame, run, ending)
        return True

    # Outside events and timers --------------------------------------------------------------------------------------

    async def _on_awaited(self, name: str, data: dict[str, Any]) -> bool:
        """Gives an event to the frame that waits for it."""
        for frame in reversed(self.frames.stack):
            for wait in frame.pending.waits:
                if _awaits(wait, name, data):
                    self.handled_by = frame.dialog_name
                    await self._resume(frame, Input(wait.key, wait.occurrence, result=data))
                    return True
        return False

    async def _on_timer(self, event: TimerEvent) -> bool:
        for frame in self.frames.stack:
            for wait in frame.pending.waits:
                if wait.due_ms and frame.timer_name(wait) == event.name:
                    self.handled_by = f"{frame.dialog_name} (timer)"
                    await self._timed_out(frame, wait)
                    return True
        return False

    async def _timed_out(self, frame: Frame, wait: Wait) -> None:
        reminder = frame.dialog.timeout_handler if frame.dialog else None
        if wait.kind != "ask" or reminder is None:
            await self._resume(frame, Input(wait.key, wait.occurrence, timed_out=True))
            return
        rest = tuple(w if w is not wait else msgspec.structs.replace(w, due_ms=0) for w in frame.pending.waits)
        self.frames.suspend(frame, Pending(rest, frame.pending.held))
        await self._settle(self._new_frame(reminder, [], Start(frame.start.event, on_top=True, quiet=True)))

    # Repair words ---------------------------------------------------------------------------------------------------

    async def _repair(self, asking: Frame, event: Incoming) -> bool:
        """Cancel, back, repeat, skip, help, a person: unless the word is one of the offered answers."""
        word = repair_of(event, self.host, self.book.repair)
        wait = asking.question
        if word is None or wait is None or _offered(wait, event):
            return False
        self.handled_by = f"repair: {word}"
        match word:
            case "cancel":
                await self._cancel(asking)
            case "back":
                await self._settled(asking, *(await self._went_back(asking)))
            case "skip":
                await self._skip(asking, wait, event)
            case "help":
                self._say("#gutenbot.help")
                await self._ask_again(asking)
            case "repeat":
                await self._ask_again(asking)
            case "person":
                await self._settle(self._new_frame(_PERSON, [], Start(event, on_top=True)))
        return True

    async def _cancel(self, asking: Frame) -> None:
        self._say("#gutenbot.cancelled")
        frame: Frame | None = asking
        while frame is not None:
            parent = self.frames.find(frame.start.parent) if frame.start.parent else None
            await self._close(frame, "cancelled", resume=False)
            frame = parent
        below = self.frames.asking
        if below is not None:
            await self._ask_again(below)

    async def _went_back(self, asking: Frame) -> tuple[FrameRun, Ending]:
        run = self._resumed(asking, None)
        return run, run.go_back()

    async def _skip(self, asking: Frame, wait: Wait, event: Incoming) -> None:
        run = self._resumed(asking, Input(wait.key, wait.occurrence, event, wait.ordinal, skipped=True))
        ending = await run.drive()
        if isinstance(ending, Suspended) and ending.invalid is not None:
            ending = resolve.complain(run, ending)
        await self._settled(asking, run, ending)

    async def _ask_again(self, frame: Frame) -> None:
        run = self._resumed(frame, None, ask_again=True)
        await self._settled(frame, run, await run.drive())

    # Frames ---------------------------------------------------------------------------------------------------------

    def _new_frame(self, dialog: Dialog[..., Any], args: Sequence[Any], start: Start, *, where: str = "") -> Frame:
        stored = dialog.stored(args, where or dialog.where) if args else []
        frame_id = FrameId(f"{self.cause}.{self._started}")
        self._started += 1
        journal = self.frames.journal(frame_id)
        frame = Frame(frame_id, dialog, dialog.name, journal, start, stored, 0, started_ms=to_ms(self.host.now()))
        self.frames.push(frame)
        return frame

    def _fresh_run(self, frame: Frame) -> FrameRun:
        assert frame.dialog is not None
        return FrameRun(frame.dialog, frame.journal, self.host, start=frame.start, args=frame.args, fresh=True)

    def _resumed(self, frame: Frame, given: Input | None, *, ask_again: bool = False) -> FrameRun:
        assert frame.dialog is not None
        frame.journal.rewind()
        return FrameRun(
            frame.dialog, frame.journal, self.host,
            start=frame.start, args=frame.args, pending=frame.pending, given=given, ask_again=ask_again,
        )  # fmt: skip

    async def _settle(self, frame: Frame) -> None:
        run = self._fresh_run(frame)
        await self._settled(frame, run, await run.drive())

    async def _resume(self, frame: Frame, given: Input) -> None:
        run = self._resumed(frame, given)
        await self._settled(frame, run, await run.drive())

    async def _settled(self, frame: Frame, run: FrameRun, ending: Ending) -> None:
        """Does what follows from an ending."""
        self.secret = self.secret or run.secret
        match ending:
            case Ended(value=value, reason=reason):
                await self._close(frame, reason, value)
            case Failed(error=error):
                await self._failed(frame, error)
            case Suspended(waits=waits):
                await self._suspended(frame, run, waits)
            case Called(command=command, wait=wait):
                start = Start(run.message, parent=frame.frame_id)
                child = self._new_frame(command.dialog, command.args, start, where=command.where)
                self.frames.suspend(
                    frame, Pending((msgspec.structs.replace(wait, name=child.frame_id),), tuple(run.held))
                )
                await self._settle(child)
            case Left(command=command):
                start = _start_of_next(frame, run)
                await self._close(frame, "left", resume=False)
                await self._settle(self._new_frame(command.dialog, command.args, start, where=command.where))
            case WentBack(possible=possible):
                await self._after_back(frame, possible)

    async def _suspended(self, frame: Frame, run: FrameRun, waits: tuple[Wait, ...]) -> None:
        new_question = any(w.kind == "ask" for w in waits) and run.live
        self.frames.suspend(frame, Pending(waits, tuple(run.held)))
        if new_question:
            self.frames.raise_to_top(frame)
        if self.host.strict:
            await replay_adds_nothing(frame, self.host)

    async def _after_back(self, frame: Frame, possible: bool) -> None:
        if not possible:
            self._say("#gutenbot.cannot-go-back")
            await self._ask_again(frame)
            return
        self.frames.suspend(frame, Pending())
        run = self._resumed(frame, None)
        await self._settled(frame, run, await run.drive())

    async def _failed(self, frame: Frame, error: Exception) -> None:
        """A catchable error ends the dialog; anything else fails the whole turn."""
        if not isinstance(error, Catchable):
            raise error
        reason = {AnswerTimeout: "timeout", TooManyTries: "gave-up"}.get(type(error), "error")
        if isinstance(error, StepFailed):
            self.host.warn("dialog.failed", dialog=frame.dialog_name, error=str(error))
            self.host.failed(error)
            self._say("#gutenbot.error")
        elif isinstance(error, TooManyTries):
            self._say("#gutenbot.gave-up")
        await self._close(frame, reason, error=str(error))

    async def _close(
        self, frame: Frame, reason: str, value: Any = None, *, error: str = "", resume: bool = True
    ) -> None:
        """Ends a frame: its `on_exit`, then its caller goes on, or the question below is asked again."""
        self.frames.remove(frame)
        await self._on_exit(frame, reason)
        if not resume:
            return
        if frame.start.parent:
            await self._return(frame, value, error)
        elif frame.start.on_top and not frame.start.quiet and (below := self.frames.asking) is not None:
            await self._ask_again(below)

    async def _return(self, child: Frame, value: Any, error: str) -> None:
        parent = self.frames.find(child.start.parent)
        if parent is None:
            return
        wait = next((w for w in parent.pending.waits if w.kind == "call" and w.name == child.frame_id), None)
        if wait is not None:
            await self._resume(parent, Input(wait.key, wait.occurrence, result=value, error=error))

    async def _on_exit(self, frame: Frame, reason: str) -> None:
        handler = frame.dialog.exit_handler if frame.dialog else None
        if handler is None:
            return
        journal = self.frames.journal(FrameId(f"{frame.frame_id}.exit"))
        wanted = [w.name for w in handler.wants]
        args = [{"p": reason}] if "reason" in wanted else []
        run = FrameRun(handler, journal, self.host, start=frame.start, args=args, fresh=True)
        ending = await run.drive(Chat(run))
        if isinstance(ending, Failed):
            raise ending.error
        if not isinstance(ending, Ended):
            raise WrongDialogCall(
                where=handler.where,
                what="`on_exit` cannot wait: the dialog is over. Use `chat.say`, or start another dialog.",
            )

    async def _leave_unknown(self) -> None:
        """Frames whose dialog the code no longer has end here; the user starts afresh (DEP-01)."""
        if not self.frames.stack:
            return
        for frame in [f for f in self.frames.stack if f.dialog is None]:
            error = UnknownDialog(name=frame.dialog_name, known=", ".join(sorted(self.book.dialogs)) or "none")
            self.host.warn("dialog.gone", dialog=frame.dialog_name, error=str(error))
            self.frames.remove(frame)

    def _say(self, what: str) -> None:
        self.host.say(self.host.render(what, {}, "gutenbot"))


def _start_of_next(frame: Frame, run: FrameRun) -> Start:
    """How the dialog that follows a `goto` starts: in the place of the one before."""
    return Start(
        run.message, run.start.match, parent=frame.start.parent, on_top=frame.start.on_top, quiet=frame.start.quiet
    )


def _awaits(wait: Wait, name: str, data: dict[str, Any]) -> bool:
    if wait.kind == "handoff":
        return name == CONCLUDED
    if wait.kind != "event" or wait.name != name:
        return False
    return not wait.correlation or str(data.get("key", "")) == wait.correlation


def _offered(wait: Wait, event: Incoming) -> bool:
    said = folded(event.text)
    return any(said in (folded(option.title), folded(option.payload)) for option in wait.options)


async def _person(chat: Chat) -> None:
    await chat.handoff("asked for a person")


_PERSON: Dialog[..., Any] = Dialog(_person, "gutenbot.person")
