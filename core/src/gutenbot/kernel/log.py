"""Logs: key-value events named `noun.past_tense`; one line each, JSON for machines, short for people, no secrets."""

import contextlib
import logging
import re
import sys
import threading
import time
from collections.abc import Generator, MutableMapping
from typing import Any, TextIO

from gutenbot.kernel.logring import LOGGER, NUMBERS, Library, Ring


@contextlib.contextmanager
def _without(name: str) -> Generator[None]:
    """Within it, a package that is not imported yet cannot be: its import fails as if it were not installed."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


with _without("rich"):  # structlog works without; with it, every start would pay for colours that nobody looks at
    import structlog

_SECRET = re.compile(r"(token|secret|password|authorization|api_key|cookie)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")


def get_logger(name: str) -> Any:
    """A structured logger: `log.info("turn.finished", conversation=…)`."""
    return structlog.get_logger(**{LOGGER: name})


class Lines:
    """Writes one line per event. A line that cannot be written (a closed pipe, a full disk) is lost: no turn fails for it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def msg(self, line: str) -> None:
        """Writes the line."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{line}\n")
            self._out.flush()

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def configure(*, json: bool, level: str = "info", stream: TextIO | None = None, ring: "Ring | None" = None) -> None:
    """Sets up all logging of the process, the libraries' included. `ring` keeps the last lines, whatever is
    written out; one that is there stays."""
    ring = ring or the_ring()
    out = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(
            colors=out.isatty(), pad_event_to=30, exception_formatter=structlog.dev.plain_traceback
        )
    )
    lines = Lines(out)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
            structlog.processors.format_exc_info if json else _keep,
            clean,
            *([ring] if ring is not None else []),
            Written(number, with_logger=json),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number if ring is None else min(number, _lowest(ring))),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=out, format="%(levelname)s %(name)s %(message)s", force=True)
    if ring is not None:
        logging.getLogger().addHandler(Library(ring))


class Written:
    """A processor that lets through what is to be written out, and not only kept."""

    def __init__(self, number: int, *, with_logger: bool) -> None:
        self.number = number
        self._with_logger = with_logger

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if NUMBERS.get(event.get("level", method), 40) < self.number:
            raise structlog.DropEvent
        name = event.pop(LOGGER, None)
        if self._with_logger and name is not None:
            event["logger"] = name
        return event


def the_ring() -> "Ring | None":
    """What keeps the last lines of this process, if anything does."""
    return next((one for one in structlog.get_config()["processors"] if isinstance(one, Ring)), None)


def follow_levels() -> None:
    """After the levels of the ring have changed: events below the lowest are not even made."""
    processors = structlog.get_config()["processors"]
    ring, written = the_ring(), next((one for one in processors if isinstance(one, Written)), None)
    if ring is not None and written is not None:
        number = min(written.number, _lowest(ring))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(number))


def _lowest(ring: "Ring") -> int:
    return ring.levels.lowest(time.time_ns() // 1_000_000)


def _keep(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return event


def clean(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hides values of secret-looking keys and takes control characters out of values (INP-09)."""
    for key, value in event.items():
        if _SECRET.search(key):
            event[key] = "•••"
        elif isinstance(value, str) and key != "exception" and _CONTROL.search(value):
            event[key] = _CONTROL.sub("\ufffd", value.replace("\n", "\\n"))
    return event
