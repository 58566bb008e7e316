"""Messages a second, against both floors: measured in turn, round after round, since the machine is never quiet."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

import uvloop

from bench.contestants import Contestant
from bench.load import as_fast_as_possible
from bench.tables import Table, count, goal, share


@dataclass(frozen=True, slots=True)
class Rate:
    """One round of one contestant."""

    wall: float
    """Messages a second."""
    cpu: float
    """Messages a second of the server's processor time."""
    p50_ms: float
    p99_ms: float


def measure(contestants: list[Contestant], *, rounds: int, seconds: float) -> dict[str, list[Rate]]:
    """Rounds of all contestants, in turn, after one round of warming up."""
    rates: dict[str, list[Rate]] = defaultdict(list)
    for number in range(rounds + 1):
        for contestant in contestants:
            rate = _round(contestant, f"r{number}", min(1.0, seconds) if number == 0 else seconds)
            if number:
                rates[contestant.name].append(rate)
    return rates


def _round(contestant: Contestant, part: str, seconds: float) -> Rate:
    before = contestant.server.cpu_s()
    found = uvloop.run(as_fast_as_possible(contestant.port, contestant.make(part), seconds=seconds))
    used = contestant.server.cpu_s() - before
    if found.wrong:
        raise RuntimeError(f"{contestant.name}: {len(found.wrong)} wrong answers, such as {found.wrong[0]}")
    return Rate(
        found.replies / found.wall_s,
        found.replies / max(used, 0.01),
        found.percentile_ms(0.5),
        found.percentile_ms(0.99),
    )


def middle(rates: list[Rate], what: str) -> float:
    """The median of one figure."""
    return median(float(getattr(rate, what)) for rate in rates)


def ratio(rates: dict[str, list[Rate]], name: str, floor: str, what: str) -> float:
    """The median over rounds of a contestant's figure to the floor's of the same round."""
    pairs = zip(rates[name], rates[floor], strict=True)
    return median(float(getattr(one, what)) / float(getattr(other, what)) for one, other in pairs)


def table(rates: dict[str, list[Rate]], a: str, b: str) -> Table:
    """All contestants, with their ratios to both floors."""
    columns = [
        "",
        "messages/s",
        "messages/CPU s",
        "CPU µs a message",
        "p50 ms",
        "p99 ms",
        "of A, CPU",
        "of B, CPU",
        "of B, wall",
    ]
    found = Table("Messages a second: 64 connections, each waits for its answer", columns)
    for name, rounds in rates.items():
        cpu = middle(rounds, "cpu")
        figures = [count(middle(rounds, "wall")), count(cpu), count(1e6 / cpu)]
        figures += [f"{middle(rounds, 'p50_ms'):.1f}", f"{middle(rounds, 'p99_ms'):.1f}"]
        ratios = [
            share(ratio(rates, name, a, "cpu")),
            share(ratio(rates, name, b, "cpu")),
            share(ratio(rates, name, b, "wall")),
        ]
        found.add(name, *figures, *ratios)
    return found


def goals(rates: dict[str, list[Rate]], name: str, a: str, b: str) -> list[str]:
    """The goals for the echo turn."""
    of_a, of_b = ratio(rates, name, a, "cpu"), ratio(rates, name, b, "cpu")
    return [
        f"Ratio to floor B: {share(of_b)} of its messages per CPU second. Goal ≥ 33 %: {goal(of_b >= 0.33)}.",
        f"Ratio to floor A: {share(of_a)}. Good ≥ 20 %: {goal(of_a >= 0.20)}; excellent ≥ 30 %: {goal(of_a >= 0.30)}.",
    ]
