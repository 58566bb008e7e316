"""Traces of events as OpenTelemetry spans: one trace for an event, from its arrival over its turns to its sends.

The numbers of a trace and of its first span are a hash of the conversation and the event's place in it, which every
process that works on the event knows. Later spans find their parent by that. Nothing of a message's words is told.
"""

from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import blake2b
from typing import Any, TypeVar

from opentelemetry import context as contexts
from opentelemetry import propagate
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.rows import Accepted, Arrival, Claim, OutgoingRow, Seq, TurnCommit
from gutenbot.turns.turn import Turn

T = TypeVar("T")
Numbers = tuple[int, int]
"""Of a trace, and of its first span."""
Fixed = Callable[[Numbers], AbstractContextManager[None]]
"""Inside of it, a span without a parent gets these numbers."""
_CARRIED = (b"traceparent", b"tracestate")
_STAGES = ("receive", "understand", "decide", "render")


def numbers_of(conversation_id: ConversationId, cause: str) -> Numbers:
    """The numbers of an event's trace. `cause` is its `seq` as text, or that of a message from outside a turn."""
    digest = blake2b(f"trace\x1f{conversation_id}\x1f{cause}".encode(), digest_size=24).digest()
    return int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:]) or 1


class Spans:
    """Makes the spans of a process. `share`: of all traces, this part is kept, the same ones by all processes."""

    on = True

    def __init__(self, tracer: Tracer, clock: Clock, *, share: float = 1.0, fixed: Fixed | None = None) -> None:
        self._tracer = tracer
        self._clock = clock
        self._limit = round(share * (1 << 64))
        self._fixed: Fixed = fixed or (lambda _: nullcontext())
        self._owns_numbers = fixed is not None

    @contextmanager
    def caller(self, headers: Iterable[tuple[bytes, bytes]]) -> Generator[None]:
        """Inside of it, events that are taken in belong to the request with these headers (`traceparent`)."""
        given = {key.decode("latin-1"): value.decode("latin-1") for key, value in headers if key in _CARRIED}
        if not given:
            yield
            return
        token = contexts.attach(propagate.extract(given))
        try:
            yield
        finally:
            contexts.detach(token)

    def accepted(self, arrival: Arrival, kept: Accepted, took_s: float) -> None:
        """The first span of an event; it is linked with the request that brought it, where that has a trace."""
        caller = get_current_span().get_span_context()
        about = {"gutenbot.bot": arrival.bot_id, "gutenbot.channel": arrival.channel_id, "gutenbot.lane": arrival.lane}
        links = [Link(caller)] if caller.is_valid else []
        self._first("gutenbot.accept", kept.conversation_id, kept.seq, took_s, about, links)

    def fired(self, kept: Accepted) -> None:
        """The first span of a timer's event."""
        self._first("gutenbot.timer", kept.conversation_id, kept.seq, 0.0, {"gutenbot.lane": "timer"}, [])

    async def turn(self, claim: Claim, work: Awaitable[T]) -> T:
        """The span of one attempt. It ends with its commit, for the wait before another try is no part of it."""
        numbers = numbers_of(claim.conversation_id, str(claim.seq))
        parent = self._under(numbers)
        if not self._wanted(numbers):
            return await _within(parent, work)
        about = {
            **_about(claim.conversation_id, claim.seq),
            "gutenbot.bot": claim.bot_id,
            "gutenbot.channel": claim.channel_id,
            "gutenbot.attempt": claim.attempts,
        }
        span = self._tracer.start_span("gutenbot.turn", parent, SpanKind.CONSUMER, about, start_time=self._now_ns())
        try:
            return await _within(set_span_in_context(span, parent), work)
        except BaseException as error:
            if span.is_recording():
                span.record_exception(error)
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            if span.is_recording():
                span.end(self._now_ns())

    def committed(self, turn: Turn | None, commit: TurnCommit, commit_s: float) -> None:
        """What the turn was made of, and its end."""
        span = get_current_span()
        if not span.is_recording():
            return
        now = self._now_ns()
        if turn is not None:
            self._parts(turn)
        self._part("gutenbot.commit", now - _ns(commit_s), now)
        span.set_attribute("gutenbot.outcome", commit.outcome)
        span.set_attribute("gutenbot.messages", len(commit.messages))
        if turn is not None and turn.trace.handled_by:
            span.set_attribute("gutenbot.handled_by", turn.trace.handled_by)
        if commit.outcome in ("retry", "dead"):
            span.set_status(Status(StatusCode.ERROR, commit.outcome))
        span.end(now)

    def sent(self, row: OutgoingRow, outcome: str, took_s: float, error: str) -> None:
        """A try to send, as a part of the trace of what made the message."""
        numbers = numbers_of(row.conversation_id, row.cause)
        if not self._wanted(numbers):
            return
        about: dict[str, Any] = {
            "gutenbot.conversation": row.conversation_id,
            "gutenbot.channel": row.channel_id,
            "gutenbot.n": row.n,
            "gutenbot.try": row.tries,
            "gutenbot.outcome": outcome,
        }
        now = self._now_ns()
        span = self._tracer.start_span(
            "gutenbot.send", self._under(numbers), SpanKind.PRODUCER, about, start_time=now - _ns(took_s)
        )
        if outcome != "sent":
            span.set_status(Status(StatusCode.ERROR, outcome))
        span.end(now)

    # ----------------------------------------------------------------------------------------------------------------

    def _first(
        self, name: str, conversation: ConversationId, seq: Seq, took_s: float, about: dict[str, Any], links: list[Link]
    ) -> None:
        numbers = numbers_of(conversation, str(seq))
        if not self._wanted(numbers):
            return
        now = self._now_ns()
        about = {**_about(conversation, seq), **about}
        parent = Context() if self._owns_numbers else self._under(numbers)
        with self._fixed(numbers):
            span = self._tracer.start_span(
                name, parent, SpanKind.CONSUMER, about, links=links, start_time=now - _ns(took_s)
            )
        span.end(now)

    def _parts(self, turn: Turn) -> None:
        """Stages and steps, from the times that the turn has kept."""
        spent = turn.trace.stages_us
        at = round(turn.now.timestamp() * 1e9)
        if "load" in spent:
            self._part("gutenbot.load", at - spent["load"] * 1000, at)
        for stage in _STAGES:
            if stage in spent:
                self._part(f"gutenbot.stage.{stage}", at, at := at + spent[stage] * 1000)
        for name, began, spent_s, failed in turn.trace.steps:
            start = round(began.timestamp() * 1e9)
            self._part("gutenbot.step", start, start + _ns(spent_s), {"gutenbot.step": name[:100]}, failed=failed)

    def _part(
        self, name: str, start: int, end: int, about: dict[str, Any] | None = None, *, failed: bool = False
    ) -> None:
        span: Span = self._tracer.start_span(name, attributes=about, start_time=start)
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(max(start, end))

    def _under(self, numbers: Numbers) -> Context:
        flags = TraceFlags(TraceFlags.SAMPLED if self._wanted(numbers) else TraceFlags.DEFAULT)
        return set_span_in_context(
            NonRecordingSpan(SpanContext(numbers[0], numbers[1], is_remote=True, trace_flags=flags)), Context()
        )

    def _wanted(self, numbers: Numbers) -> bool:
        return numbers[0] & ((1 << 64) - 1) < self._limit

    def _now_ns(self) -> int:
        return int(self._clock.now().timestamp() * 1e9)


async def _within(context: Context, work: Awaitable[T]) -> T:
    token = contexts.attach(context)
    try:
        return await work
    finally:
        contexts.detach(token)


def _about(conversation: ConversationId, seq: Seq) -> dict[str, Any]:
    return {"gutenbot.conversation": conversation, "gutenbot.seq": seq}


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
