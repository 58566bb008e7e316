"""One activation of one frame: the coroutine runs from the top, is fed what is recorded, and goes as far as it can."""

import contextlib
import difflib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import structlog

from gutenbot.dialogs import codec, resolve
from gutenbot.dialogs.chat import Chat
from gutenbot.dialogs.commands import Ask, Back, Call, Command, End, First, Gather, Goto, Say, Sleep, Step, WaitFor
from gutenbot.dialogs.commands import Handoff as HandoffCommand
from gutenbot.dialogs.dialog import Dialog, annotations_of
from gutenbot.dialogs.endings import Called, Ended, Ending, Failed, Left, Suspended, WentBack
from gutenbot.dialogs.errors import Catchable, ForeignAwait, ForgottenAwait, ReplayDiverged
from gutenbot.dialogs.host import Host
from gutenbot.dialogs.journal import WARN_ENTRIES, Journal
from gutenbot.dialogs.waits import Input, Pending, Start, Wait
from gutenbot.events.incoming import CustomEvent, Incoming

SIMILAR = 0.6
_NOTHING = CustomEvent(name="gutenbot.nothing")
_SILENT = structlog.get_logger("gutenbot.silent").bind()


class FrameRun:
    """The state of one activation. Give it an input to answer a wait, `ask_again` to repeat the open question."""

    def __init__(
        self,
        dialog: Dialog[..., Any],
        journal: Journal,
        host: Host,
        *,
        start: Start,
        args: list[Any],
        pending: Pending | None = None,
        given: Input | None = None,
        ask_again: bool = False,
        fresh: bool = False,
        frozen: bool = False,
    ) -> None:
        self.dialog = dialog
        self.journal = journal
        self.host = host
        self.start = start
        self.args = args
        self.pending = pending or Pending()
        self.input = given
        self.ask_again = ask_again
        self.live = fresh
        self.frozen = frozen
        """Paranoid replay: nothing new may happen."""
        self.message: Incoming = start.event or _NOTHING
        self.made: list[Command[Any]] = []
        self.asked = 0
        self.timeout: timedelta | None = None
        """How long the latest question waits for its answer."""
        self.held: list[Input] = list(self.pending.held)
        self.secret = False

    # The trampoline -------------------------------------------------------------------------------------------------

    async def drive(self, chat: Chat | None = None) -> Ending:
        """Runs the dialog until it ends or waits."""
        coroutine = self._coroutine(chat or Chat(self))
        ending = await self._drive(coroutine)
        with contextlib.suppress(RuntimeError):  # an `await` in a `finally` of the author
            coroutine.close()
        self._check_forgotten(ending)
        return ending

    async def _drive(self, coroutine: Coroutine[Any, Any, Any]) -> Ending:
        value: Any = None
        error: Exception | None = None
        while True:
            try:
                command = coroutine.send(value) if error is None else coroutine.throw(error)
            except StopIteration as stop:
                return Ended(stop.value)
            except Exception as raised:
                return Failed(raised)
            value, error = None, None
            if not isinstance(command, Command):
                return Failed(ForeignAwait(where=innermost(coroutine), what=type(command).__name__))
            try:
                value = await self._resolve(command)
            except Catchable as caught:
                error = caught
            if isinstance(value, (Suspended, Called, Left, WentBack, Ended)):
                return value

    def _coroutine(self, chat: Chat) -> Coroutine[Any, Any, Any]:
        return self.dialog.function(*self._arguments(chat))

    def _arguments(self, chat: Chat) -> list[Any]:
        """The dialog's arguments: provided ones by name, services by type, the caller's by position."""
        wants = self.dialog.wants
        if len(wants) == 1 and wants[0].name in ("chat", "job"):
            return [chat]
        given = list(self.args)
        hints = annotations_of(self.dialog.function)
        return [self._argument(chat, want, index, given, hints) for index, want in enumerate(wants)]

    def _argument(self, chat: Chat, want: Any, index: int, given: list[Any], hints: dict[str, Any]) -> Any:
        provided = {"chat": chat, "job": chat, "user": chat.user, "conversation": chat.conversation}
        if want.name in provided:
            return provided[want.name]
        if want.name == "message":
            return self.message
        if want.name == "match":
            return chat.match
        if given:
            what = f"the argument {want.name} of {self.dialog.name}"
            return codec.load(given.pop(0), hints.get(want.name), where=self.dialog.where, what=what)
        if want.default is not want.empty:
            return want.default
        return chat if index == 0 else self.host.service(hints.get(want.name))

    async def _resolve(self, command: Command[Any]) -> Any:
        """The value of a command, or an ending."""
        if isinstance(command, Say):
            return resolve.say(self, command)
        if isinstance(command, Ask):
            return resolve.ask(self, command)
        match command:
            case Step():
                return await resolve.step(self, command)
            case Sleep():
                return resolve.sleep(self, command)
            case WaitFor():
                return resolve.wait_for(self, command)
            case HandoffCommand():
                return resolve.handoff(self, command)
            case Gather():
                wait = resolve.first if isinstance(command, First) else resolve.gather
                return await wait(self, command)
            case Goto():
                return self._new("goto", command.key) and Left(command)
            case Call():
                return resolve.call(self, command)
            case Back():
                return self.go_back()
            case End():
                return Ended(command.value, "done")
            case _:
                raise TypeError(f"unknown command {command!r}")

    # What commands share --------------------------------------------------------------------------------------------

    @property
    def log(self) -> Any:
        """The author's log; silent while replaying."""
        return structlog.get_logger("bot").bind(dialog=self.dialog.name) if self.live else _SILENT

    def recorded(self, kind: str, key: str, make: Callable[[], Any]) -> Any:
        """A value that is made once and the same on every replay."""
        occurrence = self.journal.occurrence(kind, key)
        entry = self.journal.find(kind, key, occurrence)
        if entry is None:
            self._new(kind, key)
            entry = self.journal.add(kind, key, occurrence, make())
        return entry.value

    def write(self, subject: Any, key: str, value: Any) -> None:
        """Changes a user or conversation, unless this is only the replay of a change."""
        if self.live:
            subject.write(key, value)

    def remove(self, subject: Any, key: str) -> None:
        """Deletes a value of a user or conversation, unless this is only the replay of it."""
        if self.live:
            subject.delete(key)

    def _new(self, kind: str, key: str) -> bool:
        """From here on the dialog does what it has not done before."""
        if self.frozen:
            raise ReplayDiverged(where=self.dialog.where, dialog=self.dialog.name, kind=kind, key=key)
        self.live = True
        self.host.note(kind, key)
        return True

    def went_live(self, kind: str, key: str) -> None:
        """Says that the dialog does something new: checked by the paranoid replay, noted in the turn's record."""
        self._new(kind, key)

    def waiting(self, kind: str, slot: tuple[str, int]) -> Wait | None:
        """The stored wait of a slot."""
        return next((w for w in self.pending.waits if w.kind == kind and w.slot == slot), None)

    def take_input(self, key: str, occurrence: int) -> Input | None:
        """The input for a slot: what came in just now, or was held for it."""
        given = self.input
        if given is not None and (given.key, given.occurrence) == (key, occurrence):
            self.input = None
            return given
        for held in self.held:
            if (held.key, held.occurrence) == (key, occurrence):
                self.held.remove(held)
                return held
        return None

    def take_renamed(self, key: str, ordinal: int) -> Input | None:
        """The input for a literal question whose words were changed while it was open: same place, similar words."""
        given = self.input
        if given is None or given.ordinal != ordinal or not _reworded(given.key, key):
            return None
        self.input = None
        return given

    def hold_input(self) -> None:
        """Keeps an answer for a question that changed code has not reached yet."""
        if self.input is not None:
            self.held.append(self.input)
            self.input = None

    def go_back(self) -> WentBack:
        """Forgets the last answer and all after it, unless outside work was done since."""
        self._new("back", "")
        entries = self.journal.entries
        for position in range(len(entries) - 1, -1, -1):
            if entries[position].kind in ("step", "step!"):
                return WentBack(False)
            if entries[position].kind == "ask":
                self.journal.truncate(position)
                return WentBack(True)
        return WentBack(False)

    # After the run --------------------------------------------------------------------------------------------------

    def _check_forgotten(self, ending: Ending) -> None:
        if isinstance(ending, Failed):
            return
        for command in self.made:
            if not command.awaited:
                error = ForgottenAwait(where=command.where, verb=command.verb)
                if self.host.strict:
                    raise error
                self.host.warn("dialog.await_forgotten", error=str(error))
        if len(self.journal.entries) == WARN_ENTRIES:
            self.host.warn("dialog.journal_long", dialog=self.dialog.name, entries=len(self.journal.entries))


def _reworded(old: str, new: str) -> bool:
    """Whether two keys are the same literal question in other words (and not one that was put before the other)."""
    (old_scope, _, old_words), (new_scope, _, new_words) = old.rpartition("/"), new.rpartition("/")
    if old_scope != new_scope or old_words.startswith("#") or new_words.startswith("#"):
        return False
    return difflib.SequenceMatcher(None, old_words, new_words).ratio() >= SIMILAR


def innermost(coroutine: Any) -> str:
    """`file:line` of the deepest `await` of a suspended coroutine that lies in a Python frame."""
    where = "?"
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if frame is None:
            break
        name = frame.f_code.co_filename
        if "/asyncio/" not in name and not name.startswith("<frozen"):
            where = f"{name}:{frame.f_lineno}"
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
    return where
