"""Paranoid replay: in tests, every suspended dialog is run once more without input, and must add nothing."""

from collections.abc import Mapping
from typing import Any

from gutenbot.dialogs.commands import Step
from gutenbot.dialogs.endings import Failed, Suspended
from gutenbot.dialogs.errors import ReplayDiverged
from gutenbot.dialogs.frames import Frame
from gutenbot.dialogs.host import Host
from gutenbot.dialogs.journal import Journal
from gutenbot.dialogs.run import FrameRun
from gutenbot.dialogs.waits import encode
from gutenbot.events.messages import Outgoing
from gutenbot.storage.rows import JournalRow


async def replay_adds_nothing(frame: Frame, host: Host) -> None:
    """Raises `ReplayDiverged` when the dialog does anything new without new input."""
    if frame.dialog is None:
        return
    row = JournalRow(frame_id=frame.frame_id, n=0, entries=encode(frame.journal.entries))
    journal = Journal(frame.frame_id, [row])
    silent: Any = _Silent(host)
    run = FrameRun(
        frame.dialog, journal, silent, start=frame.start, args=frame.args, pending=frame.pending, frozen=True
    )
    ending = await run.drive()
    if isinstance(ending, Failed):
        raise ending.error
    waits = ending.waits if isinstance(ending, Suspended) else ()
    expected = frame.pending.waits
    if expected[0].kind != "call" and {w.slot for w in waits} != {w.slot for w in expected}:
        raise ReplayDiverged(where=frame.dialog.where, dialog=frame.dialog_name, kind="wait", key=expected[0].key)


class _Silent:
    """The host of a replay: everything can be read, nothing can be done."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def render(self, what: Any, data: Mapping[str, Any], where: str) -> list[Outgoing]:
        raise AssertionError("a replay renders nothing")

    def say(self, messages: list[Outgoing]) -> None:
        raise AssertionError("a replay says nothing")

    async def run_step(self, journal: Journal, command: Step[Any], key: str, occurrence: int) -> Any:
        raise AssertionError("a replay does no outside work")

    def note(self, kind: str, key: str) -> None:
        """A replay leaves no trace."""
