"""Plain values that both engines share, and the checksum of a table.

A row is a list of None, int, float, str and bytes. What an engine keeps in another form is brought into the one that
SQLAlchemy gives it on SQLite: moments as UTC text, truth as 0 or 1, UUIDs as 32 hex digits, JSON with sorted keys.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

import msgspec

Value = None | int | float | str | bytes
Row = Sequence[Any]
Convert = Callable[[Any], Any]

encode_row: Callable[[Row], bytes] = msgspec.msgpack.Encoder().encode

_SIZE = 32
_ALL = 1 << (8 * _SIZE)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has, and a number that changes with any of them, whatever their order."""

    rows: int
    digest: str


class Summing:
    """Adds rows up. The sum of the hashes of all rows does not depend on the order in which an engine gives them."""

    def __init__(self) -> None:
        self.rows = 0
        self._total = 0

    def add(self, encoded: bytes) -> None:
        """One row, as `encode_row` gives it."""
        self.rows += 1
        self._total += int.from_bytes(blake2b(encoded, digest_size=_SIZE).digest(), "big")

    def result(self) -> Sum:
        """Of all rows so far."""
        return Sum(self.rows, f"{self._total % _ALL:064x}")


def sum_of(rows: Iterable[Row]) -> Sum:
    """The sum of a table."""
    found = Summing()
    for row in rows:
        found.add(encode_row(row))
    return found.result()


def truth(value: Any) -> Any:
    """0 or 1."""
    return int(value) if isinstance(value, bool) else value


def moment(value: Any) -> Any:
    """`2026-01-31 09:00:00.000000`, in UTC when its zone is known."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        return value.isoformat(" ", "microseconds")
    return value


def day(value: Any) -> Any:
    """`2026-01-31`."""
    return value.isoformat() if isinstance(value, date) else value


def clock_time(value: Any) -> Any:
    """`09:00:00.000000`."""
    if isinstance(value, str):
        value = time.fromisoformat(value)
    return value.isoformat("microseconds") if isinstance(value, time) else value


def exact(value: Any) -> Any:
    """A decimal number as text without trailing zeros."""
    try:
        return format(Decimal(str(value)).normalize(), "f")
    except InvalidOperation:
        return value


def document(value: Any) -> Any:
    """JSON without blanks and with sorted keys, from its text."""
    if not isinstance(value, str | bytes):
        return value
    return json.dumps(json.loads(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def converted(row: Row, converters: Sequence[tuple[int, Convert]]) -> Row:
    """The row with some of its values converted; None stays None."""
    changed = list(row)
    for index, convert in converters:
        if changed[index] is not None:
            changed[index] = convert(changed[index])
    return changed
