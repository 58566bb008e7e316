"""What a handler listens to. A condition is data; `Heard` is what it is held against."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from re import Pattern
from typing import Any

import msgspec

from gutenbot.dialogs.dialog import Dialog
from gutenbot.dialogs.errors import WrongDialogCall
from gutenbot.dialogs.patterns import search
from gutenbot.dialogs.waits import Match
from gutenbot.events.incoming import Event, Incoming, MessageEvent, PayloadEvent


class _Pass:
    """The handler does not answer this message after all: the next one that matches is tried."""

    def __repr__(self) -> str:
        return "PASS"


PASS = _Pass()


@dataclass(frozen=True, slots=True)
class Intent:
    """A condition: the message was understood as this intent, at least this surely (0 to 1)."""

    name: str
    least: float = 0.5


@dataclass(frozen=True, slots=True)
class Payload:
    """A condition: a tap with this payload (a pattern is searched in it)."""

    payload: str | Pattern[str]


@dataclass(slots=True)
class Heard:
    """An event, with what was understood of it and who sent it."""

    event: Incoming
    channel: str = ""
    user: Callable[[], Mapping[str, Any]] = dict
    """Gives what is known of the sender; called only by conditions that look at it."""
    intents: Mapping[str, float] = field(default_factory=dict)
    slow: Callable[[str], None] = lambda where: None
    """Told of a pattern that took too long, by its text."""

    def paths(self) -> dict[str, Any]:
        """The event as nested mappings, for conditions on dotted paths."""
        tree: dict[str, Any] = msgspec.to_builtins(self.event)
        return {**tree, "text": self.event.text, "channel": self.channel, "user": self.user()}


Condition = (
    str
    | Pattern[str]
    | Intent
    | Payload
    | type[Event]
    | Mapping[str, Any]
    | Callable[[Any], Any]
    | list[Any]
    | tuple[Any, ...]
)


@dataclass(frozen=True, slots=True)
class Handler:
    """A dialog and the conditions that start it."""

    dialog: Dialog[..., Any]
    conditions: tuple[Any, ...]
    anywhere: bool = False

    def match(self, heard: Heard) -> Match | None:
        """What the first condition that holds found; None when none holds."""
        for condition in self.conditions:
            found = holds(condition, heard)
            if found is not None:
                return found
        return None


def check_condition(condition: Any, where: str) -> None:
    """Raises when something is no condition."""
    if isinstance(condition, (list, tuple)):
        for part in condition:
            check_condition(part, where)
    elif isinstance(condition, Mapping):
        for part in condition.values():
            check_condition(part, where)
    elif inspect.iscoroutinefunction(condition):
        raise WrongDialogCall(where=where, what="A condition must be a plain function, not `async def`.")
    elif not (
        isinstance(condition, (str, Pattern, Intent, Payload, bool, int, float))
        or callable(condition)
        or condition is None
    ):
        raise WrongDialogCall(
            where=where,
            what=f"{condition!r} is no condition: use text, a pattern, Intent, Payload, an event type, a mapping or a function.",
        )


def holds(condition: Any, heard: Heard) -> Match | None:
    """What a condition found in an event; None when it does not hold."""
    event = heard.event
    match condition:
        case str():
            return _same_text(condition, event)
        case Pattern():
            return _found(condition, event.text, heard) if isinstance(event, (MessageEvent, PayloadEvent)) else None
        case Intent(name=name, least=least):
            return Match(event.text) if heard.intents.get(name, 0.0) >= least else None
        case Payload(payload=wanted):
            return _payload(wanted, event, heard)
        case type():
            return Match(event.text) if isinstance(event, condition) else None
        case Mapping():
            return _all_paths(condition, heard)
        case list() | tuple():
            return next((found for part in condition if (found := holds(part, heard)) is not None), None)
        case _:
            return Match(event.text) if condition(event) is True else None


def _same_text(wanted: str, event: Incoming) -> Match | None:
    if not isinstance(event, (MessageEvent, PayloadEvent)):
        return None
    text = event.text.strip()
    folded = wanted.casefold()
    if text.casefold() == folded or (isinstance(event, PayloadEvent) and event.payload.casefold() == folded):
        return Match(text)
    return None


def _found(pattern: Pattern[str], text: str, heard: Heard) -> Match | None:
    return search(pattern, text, lambda: heard.slow(pattern.pattern))


def _payload(wanted: str | Pattern[str], event: Incoming, heard: Heard) -> Match | None:
    if not isinstance(event, PayloadEvent):
        return None
    if isinstance(wanted, str):
        return Match(event.payload) if event.payload.casefold() == wanted.casefold() else None
    return _found(wanted, event.payload, heard)


def _all_paths(conditions: Mapping[str, Any], heard: Heard) -> Match | None:
    """All paths must hold; what patterns captured adds up in the order of the keys."""
    tree = heard.paths()
    captured: tuple[str | None, ...] = ()
    named: dict[str, str | None] = {}
    for path, condition in conditions.items():
        found = _value_holds(condition, _at(tree, path), heard)
        if found is None:
            return None
        captured += found.captured
        named |= found.named
    return Match(heard.event.text, captured, named)


def _value_holds(condition: Any, value: Any, heard: Heard) -> Match | None:
    """A missing value (None) never equals text and is never searched."""
    match condition:
        case str():
            return Match(value) if isinstance(value, str) and value.strip().casefold() == condition.casefold() else None
        case Pattern():
            return _found(condition, value, heard) if isinstance(value, str) else None
        case list() | tuple():
            return next((f for part in condition if (f := _value_holds(part, value, heard)) is not None), None)
        case bool() | int() | float() | None:
            return Match() if value == condition and type(value) is type(condition) else None
        case _:
            return Match() if condition(value) is True else None


def _at(tree: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(tree, Mapping):
            tree = tree.get(part)
        elif isinstance(tree, list) and part.isdecimal() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return None
    return tree
