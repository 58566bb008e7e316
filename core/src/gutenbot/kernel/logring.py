"""The last lines of the log in memory, as data, for whoever looks at them in the console; and what is logged, by logger.

Lines are made harmless here: control characters are replaced, what is long is cut, and a name with a line break stays one line.
"""

import itertools
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

KEPT = 2_000
_LONGEST, _TRACEBACK, _MOST = 2_000, 20_000, 40
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
NUMBERS: Mapping[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
LOGGER = "logger_name"
"""The key of an event that bears the name of its logger."""
Hear = Callable[["Line"], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `seq` grows for as long as the process lives, and begins higher than in any earlier process."""

    seq: int
    at_ms: int
    level: str
    logger: str
    event: str
    data: Mapping[str, Any]
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines."""

    level: str = "debug"
    logger: str = ""
    turn: str = ""
    """The id of a conversation, request, job or turn that an event names."""
    words: str = ""

    def fits(self, line: Line) -> bool:
        """Whether a line is wanted."""
        if NUMBERS.get(line.level, 20) < NUMBERS.get(self.level, 10) or (self.logger and line.logger != self.logger):
            return False
        if self.turn and self.turn not in (str(value) for value in line.data.values()):
            return False
        return not self.words or self.words.lower() in _text(line)


def _text(line: Line) -> str:
    parts = [line.event, line.logger, line.traceback, *(f"{key}={value}" for key, value in line.data.items())]
    return " ".join(parts).lower()


@dataclass(slots=True)
class Levels:
    """What is logged: a level for all, and others for some loggers until a moment (milliseconds since 1970)."""

    base: str = "info"
    some: dict[str, tuple[str, int]] = field(default_factory=dict)

    def of(self, logger: str, now_ms: int) -> int:
        """The number of the level from which on events of a logger are kept."""
        found = self.some.get(logger)
        return NUMBERS[found[0] if found is not None and found[1] > now_ms else self.base]

    def lowest(self, now_ms: int) -> int:
        """The lowest of all."""
        return min([NUMBERS[self.base], *(NUMBERS[level] for level, until in self.some.values() if until > now_ms)])


class Ring:
    """A processor of structlog that keeps what comes by. From any thread."""

    def __init__(self, level: str = "info", kept: int = KEPT) -> None:
        self.levels = Levels(level)
        self.loggers: set[str] = set()
        """Those that have said something."""
        self._lines: deque[Line] = deque(maxlen=kept)
        self._numbers = itertools.count(time.time_ns() // 1_000 + 1)
        self._lock = threading.Lock()
        self._hear: dict[object, Hear] = {}

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        name = str(event.get(LOGGER, ""))
        level = str(event.get("level", method))
        level = level if level in NUMBERS else "error" if level == "exception" else "info"
        now_ms = time.time_ns() // 1_000_000
        if NUMBERS[level] >= self.levels.of(name, now_ms):
            self.add(now_ms, level, name, event)
        return event

    def add(self, now_ms: int, level: str, logger: str, event: Mapping[str, Any]) -> None:
        """Keeps an event, made harmless."""
        data = {
            str(key)[:100]: _harmless(value)
            for key, value in itertools.islice(event.items(), _MOST)
            if key not in ("event", "level", "timestamp", LOGGER, "exception", "exc_info")
        }
        traceback = _CONTROL.sub("\ufffd", _ANSI.sub("", str(event.get("exception") or "")))[:_TRACEBACK]
        with self._lock:
            line = Line(next(self._numbers), now_ms, level, logger, _line(event.get("event", "")), data, traceback)
            self._lines.append(line)
            self.loggers.add(logger)
            listening = list(self._hear.values())
        for hear in listening:
            hear(line)

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Calls `hear` with every line from now on, on the thread that logs; returns how to stop it."""
        token = object()
        with self._lock:
            self._hear[token] = hear

        def stop() -> None:
            with self._lock:
                self._hear.pop(token, None)

        return stop

    def last(self) -> int:
        """The number of the newest line."""
        with self._lock:
            return self._lines[-1].seq if self._lines else 0

    def first(self) -> int:
        """The number of the oldest line that is kept."""
        with self._lock:
            return self._lines[0].seq if self._lines else 0

    def lines(self, wanted: Wanted, *, after: int = 0, before: int = 0) -> Iterator[Line]:
        """Lines that are kept, the newest first; `before`: only older ones, `after`: only newer ones."""
        with self._lock:
            kept = list(self._lines)
        for line in reversed(kept):
            if line.seq <= after:
                return
            if (not before or line.seq < before) and wanted.fits(line):
                yield line


class Library(logging.Handler):
    """Brings what libraries log into the ring."""

    def __init__(self, ring: Ring) -> None:
        super().__init__(logging.WARNING)
        self._ring = ring

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        try:
            event: dict[str, Any] = {"event": record.getMessage()}
            if record.exc_info:
                event["exception"] = logging.Formatter().formatException(record.exc_info)
            level = record.levelname.lower()
            self._ring.add(round(record.created * 1000), level if level in NUMBERS else "info", record.name, event)
        except Exception:
            self.handleError(record)


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return _line(value)


def _line(value: Any) -> str:
    """One line of text without anything that a terminal or a page would obey."""
    text = _ANSI.sub("", str(value)[: _LONGEST * 2]).replace("\n", "\\n")
    text = _CONTROL.sub("\ufffd", text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
