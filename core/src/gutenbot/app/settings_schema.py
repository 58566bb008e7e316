"""The JSON Schema of a settings class as forms want it: without what the console cannot set, secrets marked as such."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

from gutenbot.kernel.settings import MASK, is_secret, masked

_UNITS = {"s": "seconds", "ms": "milliseconds", "bytes": "bytes"}
_CAPITALS = {"url", "api", "id", "oidc", "http", "smtp", "sms", "ip"}


def schema_of(model: type[BaseModel], fields: Collection[str]) -> dict[str, Any]:
    """The schema of these fields. Their defaults are as they may be shown."""
    found = model.model_json_schema(mode="validation")
    properties: dict[str, Any] = {}
    for name, one in found.get("properties", {}).items():
        info = model.model_fields.get(name)
        if name not in fields or info is None:
            continue
        shown = dict(one)
        if info.title is None:
            shown["title"], unit = _title(name)
            if unit and "x-unit" not in shown:
                shown["x-unit"] = unit
        if is_secret(info):
            shown["writeOnly"] = True
            shown.pop("default", None)
        elif "default" in shown:
            shown["default"] = masked(shown["default"], info, name)
        properties[name] = shown
    schema = {**found, "properties": properties}
    schema["required"] = [name for name in found.get("required", []) if name in properties]
    return _without_defaults(schema) if MASK in str(schema) else schema


def _title(name: str) -> tuple[str, str]:
    """A name as words, and the unit that it ends with."""
    stem, _, last = name.rpartition("_")
    unit = _UNITS.get(last, "") if stem else ""
    words = (stem if unit else name).split("_")
    text = " ".join(word.upper() if word in _CAPITALS else word for word in words)
    return text[:1].upper() + text[1:], unit


def _without_defaults(value: Any) -> Any:
    """No default that is masked, at any depth: a form would take it for a value."""
    if isinstance(value, Mapping):
        return {key: _without_defaults(one) for key, one in value.items() if not (key == "default" and one == MASK)}
    if isinstance(value, list):
        return [_without_defaults(one) for one in value]
    return value
