"""What a turn says of itself to operators: small, kept with its event. The playground keeps more of it."""

from typing import TYPE_CHECKING, Any

import msgspec

from gutenbot.dialogs.frames import Frames
from gutenbot.kernel.blame import blame
from gutenbot.kernel.clock import to_ms

if TYPE_CHECKING:
    from gutenbot.turns.turn import Turn

encode = msgspec.json.Encoder(enc_hook=str).encode


def record_of(turn: "Turn", frames: Frames | None) -> bytes:
    """JSON: `by`, `at`, `said`, `did`, `us` and, where there is something to say, `wraps`, `steps`, `changed`, `error` …"""
    trace = turn.trace
    found: dict[str, Any] = {
        "by": trace.handled_by,
        "at": to_ms(turn.now),
        "said": 0 if turn.silent else len(turn.messages),
        "did": trace.notes,
        "us": trace.stages_us,
    }
    if trace.unused:
        found["unused"] = trace.unused
    if trace.warnings:
        found["warnings"] = trace.warnings
    if turn.intents:
        found["intents"] = turn.intents
    if trace.wraps:
        found["wraps"] = trace.wraps
    if trace.steps:
        found["steps"] = [(name, round(spent * 1000, 2), failed) for name, _, spent, failed in trace.steps]
    if turn.set_attributes or turn.unset_attributes or turn.variables is not None or turn.tags or turn.untag:
        found["changed"] = _changed(turn)
    if turn.error is not None:
        found["error"] = f"{type(turn.error).__name__}: {turn.error}"[:2000]
        found["where"] = blame(turn.error.__cause__ or turn.error).where
    if trace.tried is not None:
        found["tried"] = trace.tried
        found["state"] = {"before": trace.state, "after": state_of(turn, frames)}
    return encode(found)


def _changed(turn: "Turn") -> list[str]:
    """Names of what the turn changed; its values are personal."""
    before = turn.loaded.conversation.variables
    now = turn.variables if turn.variables is not None else before
    names = [f"user.{name}" for name in (*turn.set_attributes, *turn.unset_attributes)]
    names += [f"user #{name}" for name in (*turn.tags, *turn.untag)]
    return names + [
        f"conversation.{name}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name) and not name.startswith("_")
    ]


def state_of(turn: "Turn", frames: Frames | None) -> dict[str, Any]:
    """User, conversation and open questions, with what the turn has changed so far."""
    user, conversation = turn.loaded.user, turn.loaded.conversation
    attributes = {**user.attributes, **turn.set_attributes}
    variables = conversation.variables if turn.variables is None else turn.variables
    found: dict[str, Any] = {
        "user": {name: value for name, value in attributes.items() if name not in turn.unset_attributes},
        "conversation": {name: value for name, value in variables.items() if not name.startswith("_")},
        "answers": turn.mode or conversation.mode,
    }
    if frames is not None:
        found["dialogs"] = [
            {"dialog": frame.dialog_name, "waits": [f"{wait.kind} {wait.key}" for wait in frame.pending.waits]}
            for frame in frames.stack
        ]
    return found
