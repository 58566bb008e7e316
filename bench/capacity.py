"""`python -m bench.capacity bench/results/postgres.md`: what more workers and more databases would carry, simulated.

The cost of a turn to a worker and to PostgreSQL is read from the results of the bench; the rest is queues. Events come at
random moments. Each is accepted by a database, run by a worker, and committed by the database of its conversation. So it
says where the bound is, and not how it feels: networks, disks that stall, and neighbours on the machine are not in it.
"""

import argparse
import heapq
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ACCEPTING = 0.45
"""The part of PostgreSQL's work that is done before the turn runs."""
LIMIT_MS = 100.0
"""Above this p95 a set-up is called full."""
_ROW = re.compile(r"^\| echo, 1 \|(.+)\|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of processor time for each turn."""

    worker_s: float
    database_s: float


@dataclass(frozen=True, slots=True)
class Setup:
    """Cores of all workers together (a worker uses hardly more than one), databases, and cores of each."""

    workers: int
    databases: int = 1
    database_cores: int = 4


def read_costs(text: str) -> Costs:
    """From the row of one worker. Raises `ValueError` when the results have none."""
    found = _ROW.search(text)
    if found is None:
        raise ValueError("no row `echo, 1`: run `python -m bench.run workers --into FILE` first")
    cells = [float(cell.strip().split()[0].replace(",", "")) for cell in found.group(1).split("|")]
    return Costs(cells[2] / 1e6, cells[3] / 1e6)


def bound(setup: Setup, costs: Costs) -> float:
    """Turns a second at which something is busy all the time."""
    return min(setup.workers / costs.worker_s, setup.databases * setup.database_cores / costs.database_s)


def p95_ms(setup: Setup, costs: Costs, per_second: float, chance: random.Random, turns: int = 20_000) -> float:
    """How long the slowest twentieth of turns takes at least, at this rate."""
    workers = [0.0] * setup.workers
    databases = [[0.0] * setup.database_cores for _ in range(setup.databases)]
    waiting: list[tuple[float, int, int]] = []
    begun: list[float] = []
    now = 0.0
    for turn in range(turns):
        now += chance.expovariate(per_second)
        begun.append(now)
        heapq.heappush(waiting, (now, turn, 0))
    took: list[float] = []
    while waiting:
        at, turn, stage = heapq.heappop(waiting)
        cores = workers if stage == 1 else databases[turn % setup.databases]
        spent = (ACCEPTING * costs.database_s, costs.worker_s, (1 - ACCEPTING) * costs.database_s)[stage]
        done = max(at, heapq.heappop(cores)) + chance.uniform(0.5, 1.5) * spent
        heapq.heappush(cores, done)
        if stage == 2:
            took.append(done - begun[turn])
        else:
            heapq.heappush(waiting, (done, turn, stage + 1))
    return sorted(took)[int(0.95 * len(took))] * 1000


def most(setup: Setup, costs: Costs, seed: int = 1) -> float:
    """The highest rate, in steps of 5 % of the bound, whose p95 stays below the limit."""
    best = 0.0
    for step in range(1, 20):
        rate = bound(setup, costs) * step / 20
        if p95_ms(setup, costs, rate, random.Random(seed)) < LIMIT_MS:
            best = rate
    return best


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("results", type=Path)
    costs = read_costs(parser.parse_args(arguments).results.read_text(encoding="utf-8"))
    print(f"A turn: {costs.worker_s * 1e6:.0f} µs of a worker, {costs.database_s * 1e6:.0f} µs of PostgreSQL.\n")
    print(f"| workers | databases × cores | bound, turns/s | with p95 < {LIMIT_MS:.0f} ms | what is full |")
    print("|--:|--:|--:|--:|---|")
    for setup in (
        Setup(1, 1, 2),
        Setup(2, 1, 2),
        Setup(4),
        Setup(8),
        Setup(16),
        Setup(16, 1, 8),
        Setup(32, 4),
        Setup(64, 8),
    ):
        full = "workers" if setup.workers / costs.worker_s <= bound(setup, costs) else "PostgreSQL"
        places = f"{setup.databases} × {setup.database_cores}"
        print(f"| {setup.workers} | {places} | {bound(setup, costs):,.0f} | {most(setup, costs):,.0f} | {full} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
