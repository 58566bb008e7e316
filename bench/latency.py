"""How long an answer takes when the server is not busy: 50 messages a second, at fixed moments."""

import uvloop

from bench.contestants import Contestant
from bench.load import Measured, at_a_rate
from bench.tables import Table, goal

PER_SECOND = 50


def measure(floor: Contestant, ours: Contestant, *, seconds: float, parts: int) -> tuple[Measured, Measured]:
    """The floor and Gutenbot in turn, in several parts."""
    found = Measured(), Measured()
    for number in range(parts):
        for total, contestant in zip(found, (floor, ours), strict=True):
            make = contestant.make(f"l{number}")
            one = uvloop.run(
                at_a_rate(contestant.port, make, per_second=PER_SECOND, seconds=seconds / parts, connections=8)
            )
            total.latencies_s += one.latencies_s
            total.wrong += one.wrong
    return found


def table(floor: Measured, ours: Measured) -> Table:
    """Both, with the goals."""
    found = Table(f"Latency at {PER_SECOND} messages a second", ["", "p50 ms", "p90 ms", "p99 ms", "messages"])
    for name, one in (("floor B: durable", floor), ("Gutenbot: echo", ours)):
        figures = [f"{one.percentile_ms(part):.2f}" for part in (0.5, 0.9, 0.99)]
        found.add(name, *figures, len(one.latencies_s))
    p50, p99 = (
        (ours.percentile_ms(0.5), floor.percentile_ms(0.5)),
        (ours.percentile_ms(0.99), floor.percentile_ms(0.99)),
    )
    found.notes = [
        (
            f"p50: floor + {p50[0] - p50[1]:.2f} ms. Goal ≤ floor + 1 ms: {goal(p50[0] <= p50[1] + 1)}. "
            f"p99: {p99[0] / max(p99[1], 0.01):.1f} × floor. Goal ≤ 2 × floor: {goal(p99[0] <= 2 * p99[1])}."
        )
    ]
    return found
