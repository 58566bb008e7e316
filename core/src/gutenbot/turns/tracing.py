"""Traces of events, as the turn loop tells of them. What they are made of is in `turns/spans.py`, which costs an import.

The number of a trace is derived from the conversation and the event's place in it, so that every process that has a part
in it knows it: no column, no header, no message between them.
"""

from collections.abc import Awaitable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar

from gutenbot.storage.rows import Accepted, Arrival, Claim, OutgoingRow, TurnCommit
from gutenbot.turns.turn import Turn

T = TypeVar("T")


class Tracing(Protocol):
    """Who makes spans of what happens. Nothing is called while `on` is False."""

    on: bool

    def caller(self, headers: Iterable[tuple[bytes, bytes]]) -> AbstractContextManager[None]:
        """Inside of it, events that are taken in belong to the request with these headers (`traceparent`)."""
        ...

    def accepted(self, arrival: Arrival, kept: Accepted, took_s: float) -> None:
        """An event is on disk: the first span of its trace."""
        ...

    def fired(self, kept: Accepted) -> None:
        """A timer became an event."""
        ...

    async def turn(self, claim: Claim, work: Awaitable[T]) -> T:
        """The work of one turn, inside its span: what a bot's code asks of other servers belongs to it."""
        ...

    def committed(self, turn: Turn | None, commit: TurnCommit, commit_s: float) -> None:
        """The turn inside whose span this is called was committed."""
        ...

    def sent(self, row: OutgoingRow, outcome: str, took_s: float, error: str) -> None:
        """A try to send came to this."""
        ...


class NoTracing:
    """Nobody wants traces."""

    on = False

    def caller(self, headers: Iterable[tuple[bytes, bytes]]) -> AbstractContextManager[None]:
        return nullcontext()

    def accepted(self, arrival: Arrival, kept: Accepted, took_s: float) -> None:
        """Is not called."""

    def fired(self, kept: Accepted) -> None:
        """Is not called."""

    async def turn(self, claim: Claim, work: Awaitable[T]) -> T:
        return await work

    def committed(self, turn: Turn | None, commit: TurnCommit, commit_s: float) -> None:
        """Is not called."""

    def sent(self, row: OutgoingRow, outcome: str, took_s: float, error: str) -> None:
        """Is not called."""


NO_TRACING = NoTracing()
