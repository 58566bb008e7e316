"""Data for templates: only plain values cross into the engine, so that no template reaches an object of the bot's."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, NoReturn
from uuid import UUID

import msgspec

from gutenbot.events.incoming import Event

MAX_DEPTH = 20

_AS_TEXT = (Decimal, UUID, PurePath)


class Unfit(Exception):
    """A value that has no plain form; the message says of what kind it is."""


def _hide(_: object) -> NoReturn:
    raise AttributeError


def _closed(base: type) -> dict[str, Any]:
    """Overrides for every public method of a container, so that a template finds its keys and nothing else."""
    return {name: property(_hide) for name in dir(base) if not name.startswith("__")}


_Record: Any = type("Record", (dict,), {"__slots__": (), "__doc__": "A mapping without methods.", **_closed(dict)})
_Listing: Any = type("Listing", (list,), {"__slots__": (), "__doc__": "A list without methods.", **_closed(list)})
_AS_IS = frozenset({str, float, bool, type(None), _Record, _Listing})


def plain(value: Any, depth: int = 0) -> Any:
    """The value as text, number, boolean, list or mapping. A key whose value is None is left out: it counts as missing.

    Raises `Unfit` for anything else, and for what is nested too deeply.
    """
    kind = type(value)
    if kind in _AS_IS:
        return value
    if depth > MAX_DEPTH:
        raise Unfit("is nested too deeply")
    if kind is dict:
        return _Record(
            {
                key if type(key) is str else str(key): item if type(item) in _AS_IS else plain(item, depth + 1)
                for key, item in value.items()
                if item is not None
            }
        )
    if kind is int:
        return value if value.bit_length() < 64 else _long_number(value)
    if kind is list or kind is tuple:
        return _Listing([plain(item, depth + 1) for item in value])
    return _converted(value, depth)


def _converted(value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return plain(value.value, depth + 1)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, _AS_TEXT):
        return str(value)
    if isinstance(value, int | float):
        return plain(int(value) if isinstance(value, int) else float(value), depth + 1)
    return _container(value, depth)


def _container(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return plain(dict(value), depth)
    if isinstance(value, list | tuple):
        return plain(list(value), depth)
    if isinstance(value, AbstractSet):
        return plain(sorted(value, key=str), depth)
    return plain(_fields(value), depth)


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, msgspec.Struct):
        found = {name: getattr(value, name) for name in value.__struct_fields__}
        return {**found, "text": value.text} if isinstance(value, Event) else found
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    dump: Any = getattr(value, "model_dump", None)
    if dump is not None and not isinstance(value, type):
        found = dump()
        return found if isinstance(found, dict) else {}
    raise Unfit(f"is a {type(value).__name__}, which has no words: pass the parts that the text shows")


def _long_number(value: int) -> str:
    try:
        return str(value)
    except ValueError as error:
        raise Unfit("is a number of thousands of digits") from error
