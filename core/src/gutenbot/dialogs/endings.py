"""How one activation of a frame can come out."""

from dataclasses import dataclass
from typing import Any

from gutenbot.dialogs.answers import Invalid
from gutenbot.dialogs.commands import Ask, Call, Goto
from gutenbot.dialogs.waits import Wait


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialog is over; `value` is what it returned."""

    value: Any = None
    reason: str = "done"


@dataclass(frozen=True, slots=True)
class Failed:
    """It raised: a `Catchable` that it did not catch ends only the dialog, anything else fails the turn."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Suspended:
    """It waits. `invalid` says that the input was no answer, and nothing has been said about it yet."""

    waits: tuple[Wait, ...]
    invalid: Invalid | None = None
    exhausted: bool = False
    """This was the last try."""
    question: Ask[Any] | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """It called another dialog and waits for it."""

    command: Call[Any]
    wait: Wait


@dataclass(frozen=True, slots=True)
class Left:
    """It went to another dialog."""

    command: Goto[Any]


@dataclass(frozen=True, slots=True)
class WentBack:
    """The question before is to be asked again; `False` when there is none to go back to."""

    possible: bool


Ending = Ended | Failed | Suspended | Called | Left | WentBack
