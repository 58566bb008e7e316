"""Who does something, and the line that tells of it in the audit log: data alone, for everybody who changes something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something, and from where."""

    kind: str
    """`account`, `key`, `system`, or `nobody` for somebody who is not known."""
    id: str
    name: str
    address: str = ""


SYSTEM = Who("system", "system", "gutenbot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line to be."""

    verb: str
    object: str
    object_id: str = ""
    what: str
    """In words, for people."""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
