"""Where traces go: to a collector that speaks OTLP over HTTP, or wherever the environment of OpenTelemetry says.

Needs the extra `gutenbot[otel]`. It is imported only when traces are wanted.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import UserMistake
from gutenbot.modules.load import CORE_VERSION
from gutenbot.turns.spans import Numbers, Spans

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

ENVIRONMENT = "environment"
"""Instead of an address: what `OTEL_EXPORTER_OTLP_ENDPOINT` and its like say."""


class TracingMissing(UserMistake):
    """Traces are wanted (`trace_to`), but what makes them is not installed: pip install "gutenbot[otel]"."""

    code = "tracing.missing"


class Tracer:
    """A provider of our own, so that the numbers of first spans can be derived; `close` sends what waits."""

    def __init__(self, clock: Clock, *, share: float, processor: "SpanProcessor") -> None:
        self._provider, fixed = _provider(processor)
        tracer = self._provider.get_tracer("gutenbot", CORE_VERSION)
        self.spans = Spans(tracer, clock, share=share, fixed=fixed)

    def close(self) -> None:
        """Sends what was not sent yet, and ends. Blocks for some seconds when nobody takes it."""
        self._provider.shutdown()


def exporting(to: str, clock: Clock, *, share: float = 1.0) -> Tracer:
    """Traces for a collector, such as `http://127.0.0.1:4318`. Raises `TracingMissing`."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TracingMissing from error
    address = None if to == ENVIRONMENT else f"{to.rstrip('/')}/v1/traces"
    return Tracer(clock, share=share, processor=BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))


def _provider(processor: "SpanProcessor") -> "tuple[TracerProvider, _Fixed]":
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    except ImportError as error:
        raise TracingMissing from error
    fixed = _Fixed()

    class Derived(RandomIdGenerator):
        """Chance, but for spans whose numbers are given."""

        def generate_trace_id(self) -> int:
            return fixed.now.numbers[0] if fixed.now.numbers else super().generate_trace_id()

        def generate_span_id(self) -> int:
            return fixed.now.numbers[1] if fixed.now.numbers else super().generate_span_id()

    resource = Resource.create({"service.name": "gutenbot", "service.version": CORE_VERSION})
    provider = TracerProvider(id_generator=Derived(), resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return provider, fixed


class _Now(threading.local):
    numbers: Numbers | None = None


class _Fixed:
    """Gives the numbers of the span that is begun inside of it."""

    def __init__(self) -> None:
        self.now = _Now()

    @contextmanager
    def __call__(self, numbers: Numbers) -> Generator[None]:
        self.now.numbers = numbers
        try:
            yield
        finally:
            self.now.numbers = None
