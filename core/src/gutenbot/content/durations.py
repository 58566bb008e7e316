"""Durations as authors write them: `1s`, `250ms`, `1m`, a number of milliseconds, or true for a second."""

import re
from typing import Any

MAX_MS = 3_600_000
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|h)?")


def milliseconds(value: Any) -> int:
    """The duration in milliseconds; raises ValueError with a reason."""
    if isinstance(value, bool):
        return 1_000 if value else 0
    text = str(value).strip()
    if text in ("true", "false"):
        return 1_000 if text == "true" else 0
    if not (match := _DURATION.fullmatch(text)):
        raise ValueError(f"`{text[:40]}` is not a duration such as 2s, 250ms or 1m")
    found = round(float(match[1]) * _UNITS[match[2] or "ms"])
    if found > MAX_MS:
        raise ValueError(f"`{text}` is longer than an hour")
    return found
