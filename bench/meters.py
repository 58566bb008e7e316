"""What counting costs: of a turn, measured on the whole server, and of one number, traced and not."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bench.tables import Table, count, goal, share
from bench.throughput import Rate, middle, ratio
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import BotId, ChannelId, UserId, conversation_id
from gutenbot.kernel.meters import Meters
from gutenbot.storage.measured import StorageMeasures
from gutenbot.storage.rows import Accepted, Arrival, Claim, Seq, TurnCommit
from gutenbot.turns.measures import Measures
from gutenbot.turns.turn import Trace

TIMES = 20_000


def table(rates: dict[str, list[Rate]], ours: str, uncounted: str) -> Table:
    """The same server with and without meters, round by round."""
    found = Table(
        "What metrics cost: the echo bot with and without them, in turns", ["", "messages/CPU s", "CPU µs a message"]
    )
    for name, rounds in rates.items():
        cpu = middle(rounds, "cpu")
        found.add(name, count(cpu), f"{1e6 / cpu:.1f}")
    cost = 1 - ratio(rates, ours, uncounted, "cpu")
    rounds_of = sorted(1 - one.cpu / other.cpu for one, other in zip(rates[ours], rates[uncounted], strict=True))
    told = (
        f"Metrics cost {share(cost)} of the messages per CPU second (median of the rounds, which lie between "
        f"{share(rounds_of[0])} and {share(rounds_of[-1])}). Goal < 2 %: {goal(cost < 0.02)}."
    )
    found.notes = [told]
    return found


def turn(rates: dict[str, list[Rate]], ours: str) -> Table:
    """Everything that is counted of one echo turn, called alone: on a busy machine this is the figure to trust."""
    mean_us = 1e6 / middle(rates[ours], "cpu")
    spent_us = (_ns(_turn(Meters())) - _ns(lambda: None)) / 1000
    cost = spent_us / mean_us
    found = Table("What is counted of one turn, called alone", ["", "CPU µs"])
    found.add("accept, turn, stages, commit, request, group", f"{spent_us:.1f}")
    found.add("the whole turn in the run above", f"{mean_us:.1f}")
    found.notes = [f"That is {share(cost)} of a turn. Goal < 2 %: {goal(cost < 0.02)}."]
    return found


def _turn(meters: Meters) -> Callable[[], None]:
    """The calls that one turn makes."""
    measures, storage = Measures(meters), StorageMeasures(meters)
    requests = meters.counter("bench_requests_total", "", ("part", "status"))
    place = conversation_id("echo", "api", "ann")
    arrival = Arrival(
        bot_id=BotId("echo"), channel_id=ChannelId("api"), conversation_id=place, thread="ann", sender="ann",
        external_id="1", event=MessageEvent(body="hello"), received_ms=1,
    )  # fmt: skip
    claim = Claim(
        conversation_id=place, bot_id=arrival.bot_id, channel_id=arrival.channel_id, user_id=UserId("ann"), thread="ann",
        sender="ann", seq=Seq(1), n=1, external_id="1", event=arrival.event, lane="live", attempts=1, failures=0, fence=1,
        received_ms=1,
    )  # fmt: skip
    kept = Accepted(conversation_id=place, seq=Seq(1), n=1, duplicate=False, claim=claim)
    commit = TurnCommit(claim=claim, rev=1, outcome="done", messages=(TextMessage("hello"),), now_ms=3)
    run: Any = SimpleNamespace(trace=Trace(stages_us={"load": 90, "receive": 2, "decide": 40, "render": 3}))

    def calls() -> None:
        measures.accepted((arrival,), (kept,), 0.002)
        measures.committed(run, commit, 0.004, 0.002)
        requests.add("converse", "2xx")
        storage.group("write", 2, 0.001)

    return calls


def operations() -> Table:
    """One number, and what a turn that nobody traces pays for traces."""
    meters = Meters()
    counter = meters.counter("bench_total", "", ("bot", "channel"))
    histogram = meters.histogram("bench_seconds", "", ("bot",))
    measures = Measures(meters)

    def untraced() -> None:
        if measures.tracing.on:
            raise AssertionError

    found = Table("What one number costs", ["", "CPU ns"])
    nothing = _ns(lambda: None)
    for name, function in (
        ("count", lambda: counter.add("echo", "web")),
        ("observe", lambda: histogram.observe(0.004, "echo")),
        ("traces that nobody wants, a place", untraced),
    ):
        found.add(name, f"{_ns(function) - nothing:.0f}")
    return found


def _ns(function: Callable[[], None]) -> float:
    """CPU time of a call, the least of some tries."""
    least = float("inf")
    for _ in range(5):
        started = time.thread_time_ns()
        for _ in range(TIMES):
            function()
        least = min(least, (time.thread_time_ns() - started) / TIMES)
    return least
