"""Values to and from the journal. Plain data goes as it is; other types by the annotation of the function that made them."""

import inspect
import typing
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pydantic import PydanticSchemaGenerationError, TypeAdapter, ValidationError

from gutenbot.dialogs.errors import NotStorable
from gutenbot.events.incoming import UserText

_PLAIN = (str, int, float, bool, type(None))


def is_plain(value: Any) -> bool:
    """Whether JSON gives the value back exactly as it was."""
    if type(value) in _PLAIN:
        return True
    if type(value) is list:
        return all(is_plain(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    return False


@lru_cache(maxsize=1024)
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


@lru_cache(maxsize=1024)
def return_type(function: Callable[..., Any]) -> Any:
    """The annotated return type; None when there is none to be had."""
    try:
        hints = typing.get_type_hints(inspect.unwrap(function), include_extras=True)
    except (NameError, TypeError, AttributeError):
        return None
    return hints.get("return")


def dump(value: Any, annotation: Any, *, where: str, what: str) -> Any:
    """The JSON form of a value: `{"p": plain}`, `{"u": a user's words}` or `{"a": by annotation}`. Raises `NotStorable`."""
    if isinstance(value, UserText):
        return {"u": str(value)}
    if is_plain(value):
        return {"p": value}
    if annotation in (None, Any, inspect.Signature.empty):
        annotation = type(value)
        if annotation.__module__ != "builtins" and not _is_standard(annotation):
            raise NotStorable(where=where, what=what, reason=f"{what} has no return annotation")
        return {"s": annotation.__name__, "a": _dumped(annotation, value, where, what)}
    return {"a": _dumped(annotation, value, where, what)}


def load(stored: Any, annotation: Any, *, where: str, what: str) -> Any:
    """The value of its JSON form. Raises `NotStorable` when the code's annotation no longer fits what was recorded."""
    if "p" in stored:
        return stored["p"]
    if "u" in stored:
        return UserText(stored["u"])
    if "s" in stored:
        annotation = _STANDARD[stored["s"]]
    try:
        return _adapter(annotation).validate_python(stored["a"], strict=False)
    except ValidationError as error:
        raise NotStorable(
            where=where, what=what, reason=f"what was recorded does not fit {annotation}: {error}"
        ) from error


def _dumped(annotation: Any, value: Any, where: str, what: str) -> Any:
    try:
        adapter = _adapter(annotation)
        return adapter.dump_python(adapter.validate_python(value, strict=False), mode="json")
    except (PydanticSchemaGenerationError, ValidationError, ValueError, TypeError) as error:
        raise NotStorable(where=where, what=what, reason=str(error)) from error


def _is_standard(kind: type) -> bool:
    return kind.__name__ in _STANDARD and _STANDARD[kind.__name__] is kind


def _standard() -> dict[str, Any]:
    import datetime
    import decimal
    import uuid

    kinds = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID)
    return {kind.__name__: kind for kind in (*kinds, tuple, set, frozenset, bytes, list, dict)}


_STANDARD = _standard()
