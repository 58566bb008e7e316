"""Parts of JSON values, by dotted paths."""

from typing import Any


def steps_of(path: str) -> list[str]:
    """The keys along a dotted path."""
    return path.split(".") if path else []


def part_of(value: Any, steps: list[str]) -> Any:
    """What is there, or None."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def replaced_in(value: Any, steps: list[str], part: Any) -> Any:
    """The value with the part put in; what is in the way and is no object (or list position) gives way to an object."""
    if not steps:
        return part
    step, rest = steps[0], steps[1:]
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        index = int(step)
        return [*value[:index], replaced_in(value[index], rest, part), *value[index + 1 :]]
    members = value if isinstance(value, dict) else {}
    return members | {step: replaced_in(members.get(step), rest, part)}
