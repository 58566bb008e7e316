"""`make bench`: everything that is measured, in one run, printed and kept in `bench/results/latest.md`.

Figures are ratios to floors of the same run: absolute ones are of this machine, on this day.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import (
    coldstart,
    content,
    crowd,
    history,
    latency,
    machine,
    memory,
    meters,
    newcomer,
    push,
    stages,
    throughput,
    workers,
)
from bench.contestants import REPOSITORY, floor_a, floor_b, gutenbot
from bench.postgres import Postgres
from bench.process import cores
from bench.tables import Table, goal, share

RESULTS = REPOSITORY / "bench" / "results" / "latest.md"
SECTIONS = (
    "throughput",
    "meters",
    "stages",
    "push",
    "memory",
    "coldstart",
    "workers",
    "crowd",
    "history",
    "content",
    "newcomer",
)


class Bench:
    """One run: how long each part may take, and where its databases are."""

    def __init__(self, folder: Path, *, quick: bool, rows: int) -> None:
        self.folder = folder
        self.rows = rows
        self.quick = quick
        self.seconds = 0.4 if quick else 3.0
        self.rounds = 1 if quick else 7

    def throughput(self) -> list[Table]:
        """Messages a second, what recording costs, and latency; the servers of all three are the same."""
        a, b, ours = floor_a(self.folder), floor_b(self.folder), gutenbot(self.folder)
        form = gutenbot(self.folder, "form")
        silent = gutenbot(self.folder, name="Gutenbot: echo, no trace", environ={"GUTENBOT_BENCH_NO_TRACE": "1"})
        everybody = [a, b, ours, form] if self.quick else [a, b, ours, form, silent]
        with ExitStack() as stack:
            for contestant in everybody:
                stack.enter_context(contestant.server)
            rates = throughput.measure(everybody, rounds=self.rounds, seconds=self.seconds)
            late = latency.measure(b, ours, seconds=1.0 if self.quick else 20.0, parts=1 if self.quick else 4)
        table = throughput.table(rates, a.name, b.name)
        table.notes = throughput.goals(rates, ours.name, a.name, b.name)
        if silent.name in rates:
            cost = 1 - throughput.ratio(rates, ours.name, silent.name, "cpu")
            told = f"What turns record of themselves costs {share(cost)} of the messages."
            table.notes.append(f"{told} Goal < 5 %: {goal(cost < 0.05)}.")
        return [table, latency.table(*late)]

    def meters(self) -> list[Table]:
        """What counting costs: the same server with and without it, in turns."""
        ours = gutenbot(self.folder, name="Gutenbot: echo, counted")
        uncounted = gutenbot(self.folder, name="Gutenbot: echo, not counted", environ={"GUTENBOT_BENCH_NO_METERS": "1"})
        with ours.server, uncounted.server:
            rates = throughput.measure([ours, uncounted], rounds=self.rounds, seconds=self.seconds)
        return [meters.table(rates, ours.name, uncounted.name), meters.turn(rates, ours.name), meters.operations()]

    def stages(self) -> list[Table]:
        """Where the time of a turn goes."""
        return [stages.measure(self.folder, seconds=self.seconds * 2)]

    def push(self) -> list[Table]:
        """With a send for each message."""
        return [push.table(push.measure(self.folder, messages=300 if self.quick else 10_000))]

    def memory(self) -> list[Table]:
        """What is held in memory."""
        return [memory.table(*memory.measure(self.folder, conversations=300 if self.quick else 10_000))]

    def coldstart(self) -> list[Table]:
        """How long a start takes."""
        return [coldstart.table(coldstart.measure(self.folder, times=1 if self.quick else 5))]

    def workers(self) -> list[Table]:
        """Several workers on one PostgreSQL."""
        rounds = 1 if self.quick else 3
        with Postgres(self.folder) as postgres:
            found = workers.table(postgres, self.folder, rounds=rounds, seconds=self.seconds * 2)
            return [*found, workers.over_http(postgres, self.folder, rounds=rounds, seconds=self.seconds * 2)]

    def crowd(self) -> list[Table]:
        """Many people at the same moment."""
        with Postgres(self.folder) as postgres:
            people, rounds = (50, 1) if self.quick else (crowd.PEOPLE, 3)
            return [crowd.measure(postgres, self.folder, people=people, rounds=rounds)]

    def history(self) -> Iterator[Table]:
        """Claims and turns beside ten million finished rows."""
        with Postgres(self.folder) as postgres:
            rows, rounds = (20_000, 20) if self.quick else (self.rows, 300)
            yield from history.measure(postgres, rows=rows, rounds=rounds)

    def content(self) -> list[Table]:
        """Lists of edited content, and rendering."""
        if self.quick:
            return content.measure(self.folder / "content", items=200, questions=100, times=3)
        return content.measure(self.folder / "content")

    def newcomer(self) -> list[Table]:
        """How long a newcomer takes."""
        return [newcomer.table(newcomer.measure(self.folder / "newcomer"))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs all sections, or those that were named."""
    wanted = _options().parse_args(arguments)
    sections: list[str] = wanted.sections or [name for name in SECTIONS if not (wanted.quick and name == "newcomer")]
    root = wanted.folder or REPOSITORY / ".gutenbot"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=root))
    allowed = os.sched_getaffinity(0)
    try:
        lines = ["# Results of the bench", "", *machine.facts(folder, any_disk=wanted.any_disk), ""]
        print("\n".join(lines), flush=True)
        os.sched_setaffinity(0, {cores()[1]})
        bench = Bench(folder, quick=wanted.quick, rows=wanted.rows)
        for name in sections:
            measure: Callable[[], Iterable[Table]] = getattr(bench, name)
            for table in measure():
                lines.append(table.markdown())
                print(lines[-1], flush=True)
    finally:
        os.sched_setaffinity(0, allowed)
        shutil.rmtree(folder, ignore_errors=True)
    results = wanted.into or (RESULTS if not wanted.quick and not wanted.sections else None)
    if results is not None:
        results.parent.mkdir(exist_ok=True)
        results.write_text("\n".join(lines), encoding="utf-8")
        print(f"Kept in {results}.")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"only these: {', '.join(SECTIONS)}")
    parser.add_argument("--quick", action="store_true", help="does everything once and shortly: shows that it works")
    parser.add_argument("--into", type=Path, help="file in which the results are kept; all sections: results/latest.md")
    parser.add_argument(
        "--rows", type=int, default=10_000_000, help="finished rows beside which claims are measured; needs 0.8 kB each"
    )
    parser.add_argument("--folder", type=Path, help="where the databases are; it must be on a disk")
    parser.add_argument(
        "--any-disk", action="store_true", help="also one in memory: shows that the bench works, no more"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
