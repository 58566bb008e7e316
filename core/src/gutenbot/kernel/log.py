"""Logs: key-value events named `noun.past_tense`; one line each, JSON for machines, short for people, no secrets."""

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Generator, MutableMapping
from typing import Any, TextIO


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
    return structlog.get_logger(name)


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


def configure(*, json: bool, level: str = "info", stream: TextIO | None = None) -> None:
    """Sets up all logging of the process, the libraries' included."""
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
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=out, format="%(levelname)s %(name)s %(message)s", force=True)


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
