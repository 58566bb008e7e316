"""What a PostgreSQL server and one, two and three workers do: turns a second, statements and commits of a turn.

Workers are processes of their own. Their load comes from inside the same process (`driver.py`), and over HTTP.
"""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from bench.contestants import HERE, PYTHONPATH, api_key, echoes, project
from bench.load import as_fast_as_possible
from bench.postgres import Postgres, counters, run
from bench.process import Server, all_cores, free_port, python
from bench.tables import Table, count, goal, share

SPEAKERS = {"echo": 64, "wait": 16}
"""How many people speak to each worker at the same time: with 50 ms each, 16 of them keep a worker waiting, not busy."""
NUMBERS = (1, 2, 3)
_START_S = 60.0
_ALIVE = "SELECT count(*) FROM worker WHERE lease_until > clock_timestamp()"


@dataclass(slots=True)
class Driven:
    """What several workers did together, in one run."""

    turns: int
    wall_s: float
    cpu_s: float
    server_cpu_s: float
    """Of PostgreSQL."""
    statements: int
    commits: int
    syncs: int
    p50_ms: float
    p99_ms: float
    groups: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.wall_s


class Worker:
    """A driver process."""

    def __init__(self, folder: Path, url: str) -> None:
        environ = {**os.environ, "PYTHONPATH": PYTHONPATH, "GUTENBOT_DATABASE_URL": url}
        with all_cores():
            self._process = subprocess.Popen(
                python(str(HERE / "driver.py"), str(folder)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environ,
                cwd=folder,
            )
        self.answer()

    def tell(self, **what: Any) -> None:
        """Has it start a run."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What it says next."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a driver ended with {self._process.wait(_START_S)}")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """Ends it, gracefully."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_START_S)
        finally:
            self._process.kill()


def drive(
    postgres: Postgres, workers: Sequence[Worker], url: str, part: str, *, seconds: float, speakers: int
) -> Driven:
    """All of them at the same time."""
    before, used = counters(url), postgres.cpu_s()
    for worker in workers:
        worker.tell(part=part, seconds=seconds, speakers=speakers)
    answers = [worker.answer() for worker in workers]
    used = postgres.cpu_s() - used
    after = counters(url)
    groups: dict[str, int] = {}
    for answer in answers:
        for name, number in answer["groups"].items():
            groups[name] = groups.get(name, 0) + number
    return Driven(
        turns=sum(answer["turns"] for answer in answers),
        wall_s=max(answer["wall_s"] for answer in answers),
        cpu_s=sum(answer["cpu_s"] for answer in answers),
        server_cpu_s=used,
        statements=sum(answer["statements"] for answer in answers),
        commits=after["commits"] - before["commits"],
        syncs=after["syncs"] - before["syncs"],
        p50_ms=median(answer["p50_ms"] for answer in answers),
        p99_ms=max(answer["p99_ms"] for answer in answers),
        groups=groups,
    )


def floor(url: str, seconds: float, group: int, how: str) -> tuple[float, float]:
    """The bare loop: turns a second, and processor seconds of its own for each turn."""
    command = python(str(HERE / "floors" / "postgres_loop.py"), url, str(seconds), str(group), how)
    with all_cores():
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds + _START_S)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())
    found = json.loads(done.stdout)
    return found["turns"] / found["wall_s"], found["cpu_s"] / found["turns"]


def table(postgres: Postgres, folder: Path, *, rounds: int, seconds: float) -> list[Table]:
    """Everything of this section."""
    echo = _scaling(postgres, folder, "echo", rounds=rounds, seconds=seconds)
    waiting = _scaling(postgres, folder, "wait", rounds=rounds, seconds=seconds)
    found = Table(
        f"Workers on one PostgreSQL {postgres.version()}, load from inside (no HTTP)",
        ["bot, workers", "turns/s", "to one worker", "CPU µs a turn (workers)", "CPU µs a turn (PostgreSQL)",
         "statements a turn", "commits a turn", "turns a sync of the log", "p50 ms", "p99 ms"],
    )  # fmt: skip
    for name, runs in (("echo", echo), ("waits 50 ms", waiting)):
        for number, several in runs.items():
            one = _middle(several)
            found.add(
                f"{name}, {number}", count(one.rate), f"{_gain(runs, number):.2f} ×", count(one.cpu_s / one.turns * 1e6),
                count(one.server_cpu_s / one.turns * 1e6),
                f"{one.statements / one.turns:.1f}", f"{one.commits / one.turns:.2f}",
                f"{one.turns / max(1, one.syncs):.1f}", f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}",
            )  # fmt: skip
    gain = _gain(waiting, 3)
    found.notes = [
        f"{SPEAKERS['echo']} people speak to each worker of the echo, {SPEAKERS['wait']} to each of the bot that waits 50 ms.",
        f"From one worker to three with waits of 50 ms: {gain:.2f} ×. Goal ≥ 1.6 ×: {goal(gain >= 1.6)}.",
    ]
    return [found, _floors(postgres, folder, echo, rounds=rounds, seconds=seconds)]


def _scaling(postgres: Postgres, folder: Path, bot: str, *, rounds: int, seconds: float) -> dict[int, list[Driven]]:
    """Number of workers → rounds, in turn, so that a busy moment of the machine meets all."""
    url = postgres.new_database(f"workers_{bot}")
    place = folder / f"workers-{bot}"
    project(place, bot)
    found: dict[int, list[Driven]] = {number: [] for number in NUMBERS}
    with ExitStack() as stack:
        workers = []
        for _ in range(max(NUMBERS)):
            workers.append(Worker(place, url))
            stack.callback(workers[-1].close)
        drive(postgres, workers, url, "warm", seconds=min(seconds, 1.0), speakers=SPEAKERS[bot])
        for number in range(rounds):
            for several in NUMBERS:
                part, speakers = f"r{number}-{several}", SPEAKERS[bot]
                found[several].append(drive(postgres, workers[:several], url, part, seconds=seconds, speakers=speakers))
    return found


def _floors(postgres: Postgres, folder: Path, echo: dict[int, list[Driven]], *, rounds: int, seconds: float) -> Table:
    """One worker again, in turn with the bare loops."""
    url, place = postgres.new_database("workers_floor"), folder / "workers-echo"
    group = max(1, round(median(one.turns / max(1, one.groups["commits"]) for one in echo[1])))
    ours: list[float] = []
    cpu: list[float] = []
    floors: dict[str, list[tuple[float, float]]] = {"together": [], "apart": []}
    worker = Worker(place, url)
    try:
        drive(postgres, [worker], url, "warm", seconds=min(seconds, 1.0), speakers=SPEAKERS["echo"])
        for number in range(rounds):
            one = drive(postgres, [worker], url, f"f{number}", seconds=seconds, speakers=SPEAKERS["echo"])
            ours.append(one.rate)
            cpu.append(one.cpu_s / one.turns)
            floors["together"].append(floor(url, seconds, group, "together"))
            floors["apart"].append(floor(url, seconds, 1, "apart"))
    finally:
        worker.close()
    of_floor = median(a / b[0] for a, b in zip(ours, floors["together"], strict=True))
    of_apart = median(a / b[0] for a, b in zip(ours, floors["apart"], strict=True))
    found = Table("One worker and the bare loops", ["", "turns/s", "CPU µs a turn", "Gutenbot to it"])
    found.add("Gutenbot: echo, one worker", count(median(ours)), count(median(cpu) * 1e6), "1")
    for name, how, ratio in (
        (f"bare psycopg, the same rows, groups of {group}", "together", share(of_floor)),
        ("bare psycopg, one commit per message", "apart", f"{of_apart:.1f} ×"),
    ):
        found.add(
            name,
            count(median(one[0] for one in floors[how])),
            count(median(one[1] for one in floors[how]) * 1e6),
            ratio,
        )
    found.notes = [
        f"Of the bare loop with the same groups: {share(of_floor)}. Goal ≥ 40 %: {goal(of_floor >= 0.4)}.",
        f"To one commit per message on one connection: {of_apart:.1f} ×. Goal ≥ 5 ×: {goal(of_apart >= 5)}.",
    ]
    return found


def over_http(postgres: Postgres, folder: Path, *, rounds: int, seconds: float) -> Table:
    """`gutenbot serve --workers N`, all behind one socket."""
    url, place = postgres.new_database("workers_http"), folder / "workers-http"
    project(place, "echo")
    key = api_key(place, {"GUTENBOT_DATABASE_URL": url})
    rates: dict[int, list[tuple[float, float, float]]] = {number: [] for number in NUMBERS}
    for number in range(rounds):
        for several in NUMBERS:
            with serving(place, url, several) as server:
                make = echoes(f"h{number}-{several}-", key)
                uvloop.run(as_fast_as_possible(server.port, make, seconds=min(1.0, seconds)))
                found = uvloop.run(as_fast_as_possible(server.port, make, seconds=seconds))
                if found.wrong:
                    raise RuntimeError(f"wrong answers, such as {found.wrong[0]}")
                rates[several].append(
                    (found.replies / found.wall_s, found.percentile_ms(0.5), found.percentile_ms(0.99))
                )
    one = median(rate[0] for rate in rates[1])
    shown = Table(
        "Workers behind one socket, 64 connections", ["workers", "messages/s", "to one worker", "p50 ms", "p99 ms"]
    )
    for several, runs in rates.items():
        rate, p50, p99 = (median(run[k] for run in runs) for k in range(3))
        shown.add(several, count(rate), f"{rate / one:.2f} ×", f"{p50:.1f}", f"{p99:.1f}")
    return shown


def serving(place: Path, url: str, workers: int) -> Server:
    """The server, with its parent when there are several workers. Use it with `with`: it is ready then."""
    port = free_port()
    how = ["--workers", str(workers)] if workers > 1 else ["--no-supervise"]
    command = python("-m", "gutenbot", "serve", *how, "--port", str(port))
    environ = {"PYTHONPATH": PYTHONPATH, "GUTENBOT_DATABASE_URL": url}
    return _Ready(command, port, folder=place, environ=environ, anywhere=True, url=url, workers=workers)


class _Ready(Server):
    """A server whose workers have all begun when it is entered."""

    def __init__(self, *given: Any, url: str, workers: int, **more: Any) -> None:
        super().__init__(*given, **more)
        self._url = url
        self._workers = workers

    def spawn(self) -> None:
        with all_cores():
            super().spawn()

    def wait_listening(self) -> None:
        super().wait_listening()
        end = time.monotonic() + _START_S
        while run(self._url, _ALIVE) != [(self._workers,)]:
            if time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"not all workers started:\n{self.log.read_text('utf-8', 'replace')[-4000:]}")
            time.sleep(0.1)


def _gain(runs: dict[int, list[Driven]], number: int) -> float:
    return median(several.rate / one.rate for several, one in zip(runs[number], runs[1], strict=True))


def _middle(several: Sequence[Driven]) -> Driven:
    return sorted(several, key=lambda one: one.rate)[len(several) // 2]
