"""What a suspended frame waits for, and what comes in to wake it: the stored forms."""

from typing import Any, Literal

import msgspec

from gutenbot.events.incoming import Incoming, UserText
from gutenbot.events.messages import QuickReply

WaitKind = Literal["ask", "sleep", "event", "handoff", "call"]


class Wait(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a frame waits for."""

    kind: WaitKind
    key: str
    occurrence: int
    due_ms: int = 0
    """When its timer comes due; 0: none."""
    tries: int = 0
    options: tuple[QuickReply, ...] = ()
    """The answers that were offered with the question."""
    ordinal: int = 0
    """How many questions the dialog had asked before this one (to find a literal question whose words were changed)."""
    name: str = ""
    """The event waited for, or the child frame of a call."""
    correlation: str = ""
    secret: bool = False

    @property
    def slot(self) -> tuple[str, int]:
        """Which wait of the frame it is."""
        return (self.key, self.occurrence)


class Input(msgspec.Struct, frozen=True, omit_defaults=True):
    """What answers a wait."""

    key: str
    occurrence: int
    event: Incoming | None = None
    ordinal: int = -1
    timed_out: bool = False
    skipped: bool = False
    gave_up: bool = False
    """The last try failed as well."""
    result: Any = None
    """The value of a called dialog, or what people concluded."""
    error: str = ""


class Pending(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a frame waits for, and answers that arrived for questions which changed code has not reached yet."""

    waits: tuple[Wait, ...] = ()
    held: tuple[Input, ...] = ()


class Match(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a pattern found: `match[1]`, `match["name"]`, `match.groups()`."""

    text: str = ""
    captured: tuple[str | None, ...] = ()
    named: dict[str, str | None] = {}

    def __getitem__(self, key: int | str) -> str | None:
        found = self.named[key] if isinstance(key, str) else self.text if key == 0 else self.captured[key - 1]
        return None if found is None else UserText(found)

    def group(self, key: int | str = 0) -> str | None:
        """The text of a group, by number (0: all) or name."""
        return self[key]

    def groups(self) -> tuple[str | None, ...]:
        """The captured groups."""
        return tuple(None if part is None else UserText(part) for part in self.captured)


class Start(msgspec.Struct, frozen=True, omit_defaults=True):
    """What started a frame."""

    event: Incoming | None = None
    match: Match | None = None
    parent: str = ""
    """The frame that called it, if any."""
    on_top: bool = False
    """It answered something else while a question was pending: the question is asked again when it ends."""
    quiet: bool = False
    """Do not ask the question below again when it ends."""


decode_pending = msgspec.json.Decoder(Pending).decode
decode_start = msgspec.json.Decoder(Start).decode
encode = msgspec.json.Encoder(enc_hook=str).encode
