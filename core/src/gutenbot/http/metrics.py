"""`GET /metrics`: the numbers of all workers of this server, in the text that Prometheus reads."""

import asyncio
import hmac
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from gutenbot.http.auth import Gate, from_this_machine
from gutenbot.http.errors import MethodNotAllowed
from gutenbot.http.replies import Scope, Send, header, reply
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.readings import Reading, read
from gutenbot.kernel.slices import Slice
from gutenbot.storage.standing import Standing, standing

if TYPE_CHECKING:
    from prometheus_client import Metric

    from gutenbot.app.app import App

log = get_logger("metrics")

PATH = "/metrics"
PERMISSION = "metrics:read"
STANDING_S = 5.0
"""For so long an answer of the database counts for whoever asks again."""
_DATABASE_S = 2.0


class Metrics:
    """Answers the route. Who may ask: programs on this machine, whoever has the token of the settings, and the permission."""

    def __init__(self, app: "App", gate: Gate, token: str = "") -> None:
        self._app = app
        self._gate = gate
        self.token = token.encode()
        self._known: tuple[Standing | None, float] = (None, float("-inf"))
        self._asking = asyncio.Lock()
        gauge = app.meters.gauge
        self._up = gauge("gutenbot_database_up", "1 when the database answers within two seconds.", over="max")
        self._open = gauge(
            "gutenbot_open_events", "Accepted events that are not done, as the database knows.", over="max"
        )
        self._oldest = gauge(
            "gutenbot_oldest_open_event_seconds", "Age of the oldest event that is not done.", over="max"
        )
        self._sends = gauge("gutenbot_sends_waiting", "Messages that are not sent yet.", ("state",), over="max")
        self._oldest_send = gauge(
            "gutenbot_oldest_send_seconds", "Age of the oldest message that is not sent.", over="max"
        )
        self._dead = gauge("gutenbot_dead_letters", "Events that were given up and not replayed.", ("bot",), over="max")
        self._workers = gauge("gutenbot_worker_up", "1 for a worker that lives and gets to run.", over="each")

    async def __call__(self, scope: Scope, send: Send, request_id: str) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(path=PATH, method=scope["method"], allowed="GET")
        if not await self.may(scope):
            (await self._gate.actor(scope)).need(PERMISSION)
        await self._ask_database()
        accept = (header(scope, b"accept") or b"").decode("latin-1")
        body, kind = await asyncio.to_thread(self.text, accept)
        await reply(send, 200, body, request_id, kind=kind.encode())

    async def may(self, scope: Scope) -> bool:
        """Whether this request may see numbers and reasons, without being refused for asking."""
        given = header(scope, b"authorization") or b""
        if self.token:
            if given[:7].lower() == b"bearer " and hmac.compare_digest(given[7:].strip(), self.token):
                return True
        elif from_this_machine(scope) and not any(header(scope, name) for name in (b"forwarded", b"x-real-ip", b"via")):
            return True
        if not given and header(scope, b"cookie") is None:
            return False
        try:
            return (await self._gate.actor(scope)).may(PERMISSION)
        except GutenbotError:
            return False

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """The numbers at this moment, and the media type of the format that the reader prefers."""
        from prometheus_client.exposition import choose_encoder  # costs 0.1 s: only where somebody reads it

        self._app.vitals.look()
        encoder, kind = choose_encoder(accept)
        return encoder(self), kind

    def collect(self) -> "Iterator[Metric]":
        """What an encoder of prometheus-client asks for."""
        slices, own = self._app.meters.slices, self._app.meters.place

        def lives(one: Slice) -> bool:
            return one is own or self._app.vitals.fresh(one.beaten)

        for reading in read(slices, lives):
            if reading.meter.name == self._workers.name:
                reading.series = {(str(place),): [float(lives(one))] for place, one in enumerate(slices)}
            yield _metric(reading)

    async def _ask_database(self) -> None:
        """How the work stands; when the database does not say, nobody knows."""
        async with self._asking:
            found, asked = self._known
            now = self._app.clock.monotonic()
            if now - asked >= STANDING_S:
                found = await self._standing()
                self._known = (found, now)
        self._up.set(0.0 if found is None else 1.0)
        for gauge in (self._open, self._oldest, self._sends, self._oldest_send, self._dead):
            gauge.clear()
        if found is None:
            return
        now_ms = to_ms(self._app.clock.now())
        self._open.set(found.open_events)
        self._oldest.set(_age_s(found.oldest_open_ms, now_ms))
        self._oldest_send.set(_age_s(found.oldest_send_ms, now_ms))
        for state, number in found.sends.items():
            self._sends.set(number, state)
        for bot in self._app.bots:
            self._dead.set(found.dead.get(bot, 0), bot)

    async def _standing(self) -> Standing | None:
        try:
            async with asyncio.timeout(_DATABASE_S):
                return await self._app.storage.read(standing)
        except (GutenbotError, TimeoutError) as error:
            log.warning("metrics.no_database", reason=str(error) or type(error).__name__)
            return None


def _age_s(then_ms: int, now_ms: int) -> float:
    return max(0, now_ms - then_ms) / 1000 if then_ms else 0.0


def _metric(reading: Reading) -> "Metric":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    meter, labels = reading.meter, reading.labels
    if meter.kind == "histogram":
        histogram = HistogramMetricFamily(meter.name, meter.help, labels=labels)
        for values, cells in sorted(reading.series.items()):
            counts = accumulate(cells[:-1])
            bounds = [*(f"{bound:g}" for bound in meter.bounds), "+Inf"]
            histogram.add_metric(values, list(zip(bounds, counts, strict=True)), cells[-1])
        return histogram
    family = CounterMetricFamily if meter.kind == "counter" else GaugeMetricFamily
    metric = family(meter.name, meter.help, labels=labels)
    for values, cells in sorted(reading.series.items()):
        metric.add_metric(values, cells[0])
    return metric
