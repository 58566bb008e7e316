"""What counting costs: of a turn, measured on the whole server, and of one number, traced and not."""

import time
from collections.abc import Callable

from bench.tables import Table, count, goal, share
from bench.throughput import Rate, middle, ratio

TIMES = 200_000


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


def operations() -> Table:
    """One number, and what a turn that nobody traces pays for traces."""
    from gutenbot.kernel.meters import Meters
    from gutenbot.turns.measures import Measures

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
