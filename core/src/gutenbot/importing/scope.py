"""Which expression of ours stands for a name of Mustache: names are looked up in the elements around them, innermost first."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
_RESERVED = frozenset(
    "and or not in is if elif else for set true false none True False None loop self range raw endraw endif endfor".split()
)
_RENAMED = {
    ("user", "timezone"): ("user", "time_zone"),
    ("user", "platform"): ("channel",),
    ("originalEvent", "text"): ("message", "text"),
    ("originalEvent", "platform"): ("channel",),
    ("originalEvent", "user"): ("user",),
    ("event", "preview"): ("message", "text"),
    ("event", "payload", "text"): ("message", "text"),
    ("event", "state", "user"): ("user",),
    ("event", "channel"): ("channel",),
    ("state", "user"): ("user",),
    ("bot", "name"): ("bot",),
}
"""Where values that were always at hand are now; the longest beginning counts."""
AT_HAND = frozenset({"user", "conversation", "message", "bot", "channel", "locale", "now"})


@dataclass(frozen=True, slots=True)
class Known:
    """An element whose value is known when the file is read."""

    value: Any


@dataclass(frozen=True, slots=True)
class Bound:
    """An element that an expression stands for."""

    name: str


Frame = Known | Bound


@dataclass(slots=True)
class Scope:
    """The elements around a place, outermost first, and what was renamed on the way."""

    frames: tuple[Frame, ...] = ()
    taken: frozenset[str] = frozenset()
    """Names that are used here, so that no loop may take them."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Names that our templates cannot have, with the ones to pass instead; those that mean something here, with themselves.
    Shared by all scopes of an item."""

    def inside(self, frame: Frame) -> "Scope":
        """The scope within an element."""
        return Scope((*self.frames, frame), self.taken, self.renamed)

    def fresh_name(self) -> str:
        """A name for an element that nothing here has."""
        used = self.taken | {frame.name for frame in self.frames if isinstance(frame, Bound)} | AT_HAND
        words = ["item", "inner", "element", *(f"item_{number}" for number in range(2, 100))]
        return next(word for word in words if word not in used)

    def known(self, name: str) -> Known | None:
        """The value of a name, where it is known for certain."""
        path = _path(name)
        for frame in reversed(self.frames):
            if isinstance(frame, Bound):
                return None
            if not path:
                return frame
            if isinstance(frame.value, dict) and path[0] in frame.value:
                return Known(_walk(frame.value, path))
        return None

    def expression(self, name: str, otherwise: str = "") -> str:
        """The expression for a name; `otherwise` stands for it where it is missing, and is none when empty."""
        found = otherwise
        for candidate in reversed(list(self._candidates(_path(name)))):
            found = f"{candidate} | default({found})" if found else candidate
        return found

    def _candidates(self, path: tuple[str, ...]) -> Iterable[str]:
        for frame in reversed(self.frames):
            if isinstance(frame, Known):
                if not path or (isinstance(frame.value, dict) and path[0] in frame.value):
                    yield literal(_walk(frame.value, path))
                    return
            elif not path:
                yield frame.name
                return
            else:
                yield frame.name + "".join(_step(step) for step in path)
        if path:
            yield self._from_outside(path)

    def _from_outside(self, path: tuple[str, ...]) -> str:
        for size in range(len(path), 1, -1):
            if path[:size] in _RENAMED:
                path = _RENAMED[path[:size]] + path[size:]
                break
        else:
            if path[0] in AT_HAND - {"user"}:
                self.renamed[path[0]] = path[0]
        return self._root(path[0]) + "".join(_step(step) for step in path[1:])

    def _root(self, name: str) -> str:
        if _NAME.fullmatch(name) and name not in _RESERVED:
            return name
        word = re.sub(r"[^a-zA-Z0-9_]+", "_", name).strip("_") or "value"
        word = f"{word}_" if word in _RESERVED else word if word[0].isalpha() else f"value_{word}"
        self.renamed[name] = word
        return word


def roots(names: Iterable[str]) -> frozenset[str]:
    """The first words of names."""
    return frozenset(path[0] for path in map(_path, names) if path)


def literal(value: Any) -> str:
    """A value as our templates write it."""
    return json.dumps(value, ensure_ascii=False)


def _path(name: str) -> tuple[str, ...]:
    return tuple(step for step in name.strip().split(".") if step)


def _step(step: str) -> str:
    if step.isdigit():
        return f"[{step}]"
    return f".{step}" if _NAME.fullmatch(step) and step not in _RESERVED else f"[{literal(step)}]"


def _walk(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
