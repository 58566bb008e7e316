"""Why a handler answers an event or does not: the same conditions as `dialogs/hear.py` holds, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any

from gutenbot.dialogs.book import Book
from gutenbot.dialogs.frames import Frames
from gutenbot.dialogs.hear import Heard, Intent, Payload, holds
from gutenbot.events.incoming import MessageEvent, PayloadEvent

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Tried:
    """One handler (or the open question) in the order in which they are tried."""

    name: str
    condition: str
    why: str
    matched: bool


def explain(book: Book, frames: Frames, heard: Heard) -> list[Tried]:
    """All that could answer, in the order of the author's guide: what comes before the open question, it, and the rest."""
    asking = frames.asking
    open_already = {frame.dialog_name for frame in frames.stack if frame.is_asking}
    found: list[Tried] = []
    if asking is None:
        found += [_tried(handler, heard, open_already) for handler in book.handlers]
    else:
        found += [_tried(handler, heard, open_already) for handler in book.anywhere()]
        wait = asking.question
        question = wait.key if wait is not None else ""
        found.append(Tried(asking.dialog_name, f"the open question {_short(question)}", "its answer is tried", True))
        found += [_tried(handler, heard, open_already) for handler in book.elsewhere()]
    if book.fallback is not None:
        found.append(Tried(book.fallback.name, "fallback", "answers when nothing else does", True))
    return found


def _tried(handler: Any, heard: Heard, open_already: set[str]) -> Tried:
    name = handler.dialog.name
    words = " or ".join(in_words(one) for one in handler.conditions)
    matched = next((one for one in handler.conditions if holds(one, heard) is not None), None)
    if matched is None:
        return Tried(name, _short(words), "; ".join(why_not(one, heard) for one in handler.conditions)[:300], False)
    if name in open_already:
        return Tried(name, _short(words), "its dialog is open already", False)
    return Tried(name, _short(words), f"{in_words(matched)} holds", True)


def in_words(condition: Any) -> str:
    """A condition as people read it."""
    match condition:
        case str():
            return repr(_short(condition))
        case Pattern():
            return f"/{_short(condition.pattern)}/"
        case Intent(name=name, least=least):
            return f"intent {name} ≥ {least:.2f}"
        case Payload(payload=wanted):
            return f"payload {wanted if isinstance(wanted, str) else f'/{wanted.pattern}/'}"
        case type():
            return condition.__name__
        case Mapping():
            return ", ".join(f"{path} = {in_words(part)}" for path, part in condition.items())
        case list() | tuple():
            return " or ".join(in_words(part) for part in condition)
        case _ if callable(condition):
            return f"{getattr(condition, '__name__', 'a function')}()"
        case _:
            return repr(condition)


def why_not(condition: Any, heard: Heard) -> str:
    """Why a condition does not hold."""
    event = heard.event
    spoken = isinstance(event, (MessageEvent, PayloadEvent))
    match condition:
        case str() | Pattern() if not spoken:
            return f"it has no words: it is a {type(event).__name__.removesuffix('Event').lower()}"
        case str():
            return f"the words are not {in_words(condition)}"
        case Pattern():
            return f"{in_words(condition)} is not in the words"
        case Intent(name=name, least=least):
            sure = heard.intents.get(name)
            return f"intent {name} was not found" if sure is None else f"intent {name} {sure:.2f} < {least:.2f}"
        case Payload():
            return (
                "it is no tap" if not isinstance(event, PayloadEvent) else f"the payload is {_short(event.payload)!r}"
            )
        case type():
            return f"it is a {type(event).__name__}"
        case Mapping():
            failing = next((path for path in condition if holds({path: condition[path]}, heard) is None), "")
            return f"{failing} is not {in_words(condition.get(failing))}"
        case list() | tuple():
            return "; ".join(why_not(part, heard) for part in condition)
        case _:
            return f"{in_words(condition)} does not say True"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
