"""What two people changed in one value: both changes where they touch different fields, else the fields that both touched."""

import copy
from typing import Any

from gutenbot.editing.written import same_value

Path = tuple[str | int, ...]
GONE: Any = object()


def differences(old: Any, new: Any, at: Path = ()) -> dict[Path, Any]:
    """Field → its new value (`GONE` where there is none any more). A list of another length is one field."""
    if same_value(old, new):
        return {}
    if isinstance(old, dict) and isinstance(new, dict):
        found: dict[Path, Any] = {}
        for key in {**old, **new}:
            if key not in new:
                found[*at, key] = GONE
            elif key not in old:
                found[*at, key] = new[key]
            else:
                found |= differences(old[key], new[key], (*at, key))
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return {
            path: value
            for number, (one, other) in enumerate(zip(old, new, strict=True))
            for path, value in differences(one, other, (*at, number)).items()
        }
    return {at: new}


def merged(base: Any, theirs: Any, mine: Any) -> tuple[Any, list[str]]:
    """Theirs with my changes, and the fields that both changed differently (then the value is mine there)."""
    my_changes, their_changes = differences(base, mine), differences(base, theirs)
    same = sorted(
        shown(path)
        for path, value in my_changes.items()
        for other, there in their_changes.items()
        if _touch(path, other) and not (path == other and same_value(value, there))
    )
    if same:
        return mine, list(dict.fromkeys(same))
    found = copy.deepcopy(theirs)
    for path, value in my_changes.items():
        found = _with(found, path, value)
    return found, []


def shown(path: Path) -> str:
    """A field in words: `0.quick_replies.1`; the whole value is `*`."""
    return ".".join(str(part) for part in path) or "*"


def _touch(path: Path, other: Path) -> bool:
    size = min(len(path), len(other))
    return path[:size] == other[:size]


def _with(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    if len(path) == 1 and new is GONE:
        value.pop(path[0], None)
    elif len(path) == 1:
        value[path[0]] = new
    else:
        value[path[0]] = _with(value[path[0]], path[1:], new)
    return value
