"""What the author of a kind of job writes: one step, which does a portion and says from where the next one goes on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class At:
    """Where a job is."""

    job_id: str
    params: Mapping[str, Any]
    """What it was started with."""
    cursor: Any
    """What the step before returned; None for the first one."""
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """What a step has done. Cursor, counts and pieces are kept in one transaction."""

    cursor: Any
    """JSON: the next step begins here."""
    done: int
    """How many in all, so far."""
    total: int | None = None
    """How many there are, when that is known or known better now."""
    pieces: tuple[bytes, ...] = ()
    """Parts of the file that comes out, of at most 1 MiB each."""
    finished: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)
    """At the end: `words` for people, `link` within the console, `file` and `type` when the pieces are a file."""


Step = Callable[[Any, At], Awaitable[Stepped]]
"""`async def step(app, at) -> Stepped`. A step takes less than a few seconds. After a crash the last one runs again: what it
does outside of what it returns must bear that."""

Undo = Callable[[Any, At], Awaitable[None]]
"""`async def undo(app, at)`. May be called more than once, and in another process than the steps."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of jobs, contributed to the registry `jobs` under its name."""

    step: Step
    unit: str = ""
    """What is counted: `lines`, `events`, `people`."""
    undo: Undo | None = None
    """Called when somebody cancels a job that has begun and not ended: takes back what its steps have done."""
