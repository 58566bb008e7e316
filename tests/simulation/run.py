"""`make simulate`: thousands of worlds, each from its seed. A world in which a promise breaks prints its seed and its end.

`python -m tests.simulation.run --seed N --trace` shows one of them again, callback for callback the same.
"""

import argparse
import contextlib
import gc
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from tests.simulation.plan import plan
from tests.simulation.trace import Trace
from tests.simulation.world import World


@dataclass(slots=True)
class Outcome:
    """What became of one seed."""

    seed: int
    storm: bool = False
    error: str = ""
    """Empty, or why it failed, with where."""
    last: list[str] = field(default_factory=list)
    """The last lines of its trace."""
    digest: str = ""
    counts: Counter[str] = field(default_factory=Counter)


def simulate(seed: int, *, full: bool = False, storm: bool = False) -> Outcome:
    """One world from its beginning to its end. Needs `quiet_logs` around it."""
    trace = Trace(full=full)
    outcome = Outcome(seed, storm)
    world = World(plan(seed, storm=storm), trace)
    try:
        world.loop.run_until_complete(world.live())
    except Exception as error:
        outcome.error = f"{type(error).__name__}: {error}"
        if not isinstance(error, AssertionError):
            outcome.error += "\n" + "".join(traceback.format_exception(error))
        outcome.last = list(trace.last)
    finally:
        world.loop.end()
    outcome.digest = trace.digest
    checks = world.checks
    outcome.counts = trace.counts
    outcome.counts.update(
        events=len(world.server.tables.events), transactions=checks.transactions, sends=checks.sends,
        absorbed=sum(one.absorbed for one in world.networks), callbacks=world.loop.steps,
    )  # fmt: skip
    return outcome


@contextlib.contextmanager
def quiet_logs() -> Generator[None]:
    """The product logs what goes wrong, and here nearly everything does."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        yield
    finally:
        structlog.configure(**before)


def many(seeds: Iterable[int], processes: int, *, storm: bool = False) -> Iterator[Outcome]:
    """Outcomes in the order in which they come. Needs `quiet_logs` around it."""
    if processes == 1:
        yield from (simulate(seed, storm=storm) for seed in seeds)
        return
    with multiprocessing.get_context("fork").Pool(processes, _prepare) as pool:
        yield from pool.imap_unordered(partial(simulate, storm=storm), seeds, chunksize=10)


def _prepare() -> None:
    """Worlds are full of circles and soon forgotten: looking for them less often is quicker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the seeds; returns the exit code."""
    wanted = _options().parse_args(arguments)
    with quiet_logs():
        if wanted.seed is None:
            return _many(range(wanted.first, wanted.first + wanted.seeds), wanted)
        outcome = simulate(wanted.seed, full=wanted.trace, storm=wanted.storm)
    if outcome.error and not wanted.trace:
        print("\n".join(outcome.last))
    print(f"seed {wanted.seed}: {outcome.error or 'all promises kept'}\ntrace {outcome.digest}")
    return 1 if outcome.error else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5000, help="how many worlds")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--failures", type=int, default=3, help="stop after so many failures")
    parser.add_argument("--seed", type=int, help="this one only")
    parser.add_argument("--trace", action="store_true", help="with --seed: print everything that happens")
    parser.add_argument("--storm", action="store_true", help="worlds in which much goes wrong in little time")
    return parser


def _many(seeds: Sequence[int], wanted: argparse.Namespace) -> int:
    started = time.monotonic()
    total: Counter[str] = Counter()
    failed: list[Outcome] = []
    done = 0
    for outcome in many(seeds, wanted.processes, storm=wanted.storm):
        done += 1
        total += outcome.counts
        if outcome.error:
            failed.append(outcome)
            print(report(outcome), flush=True)
            if len(failed) >= wanted.failures:
                break
    took = time.monotonic() - started
    print(summary(done, took, total, len(failed)))
    return 1 if failed else 0


def report(outcome: Outcome) -> str:
    """A failure as a person needs it."""
    again = f"python -m tests.simulation.run {'--storm ' * outcome.storm}--seed {outcome.seed} --trace"
    return "\n".join([*outcome.last, f"SEED {outcome.seed}: {outcome.error}", f"again: {again}", ""])


def summary(done: int, took: float, total: Counter[str], failed: int) -> str:
    """All in a few lines."""
    kinds = ("crash", "poison", "freeze", "cut", "outage", "lossy", "deaf", "step", "stop")
    faults = ", ".join(f"{total[kind]} × {kind}" for kind in kinds)
    work = ", ".join(f"{total[kind]:,} {kind}" for kind in ("events", "transactions", "sends", "callbacks"))
    end = f"{failed} BROKE A PROMISE" if failed else "all promises kept"
    return f"{done} worlds in {took:.0f} s ({done / took:.1f} a second): {end}\n  faults: {faults}\n  {work}"


if __name__ == "__main__":
    sys.exit(main())
