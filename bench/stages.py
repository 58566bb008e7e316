"""Where the processor time of a turn goes: clocks around its parts, and what turns record of their own stages."""

import json
import sqlite3
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import uvloop

from bench.contestants import gutenbot
from bench.load import as_fast_as_possible
from bench.tables import Table, share

STAGES = ("receive", "understand", "decide", "render")


def measure(folder: Path, *, seconds: float) -> Table:
    """Runs the echo bot once with clocks in it."""
    file = folder / "parts.json"
    contestant = gutenbot(folder, name="gutenbot parts", environ={"GUTENBOT_BENCH_PARTS": str(file)})
    with contestant.server as server:
        uvloop.run(as_fast_as_possible(contestant.port, contestant.make(""), seconds=min(1.0, seconds)))
        time.sleep(0.5)
        before, used = json.loads(file.read_text(encoding="utf-8")), server.cpu_s()
        found = uvloop.run(as_fast_as_possible(contestant.port, contestant.make(""), seconds=seconds))
        used = server.cpu_s() - used
        time.sleep(0.5)
        after = json.loads(file.read_text(encoding="utf-8"))
    traced = _traced(next((server.folder / ".gutenbot").glob("*.db")))
    return _table(found.replies, used, before, after, traced)


def _table(turns: int, cpu_s: float, before: dict[str, Any], after: dict[str, Any], traced: dict[str, float]) -> Table:
    total = cpu_s * 1e6 / turns
    table = Table("Where the processor time of an echo turn goes", ["part", "CPU µs a turn", "share"])
    known = 0.0
    for name in after["parts"]:
        spent = (after["parts"][name][0] - before["parts"][name][0]) / 1000 / turns
        known += spent
        table.add(name, f"{spent:.1f}", share(spent / total))
    for name in STAGES:
        known += traced.get(name, 0.0)
        table.add(
            f"stage {name.upper()} (recorded in the trace)",
            f"{traced.get(name, 0.0):.1f}",
            share(traced.get(name, 0.0) / total),
        )
    table.add(
        "the rest: sockets, HTTP, event loops, tasks, the commit itself",
        f"{total - known:.1f}",
        share(1 - known / total),
    )
    table.add("**a turn**", f"{total:.1f}", "100 %")
    threads = {
        name: (after["threads"][name] - before["threads"].get(name, 0)) / 1000 / turns for name in after["threads"]
    }
    told = ", ".join(
        f"{name} {spent:.0f}" for name, spent in sorted(threads.items(), key=lambda item: -item[1]) if spent >= 1
    )
    table.notes = [f"By thread, µs a turn: {told}. The clocks themselves cost about 1 µs a part."]
    return table


def _traced(database: Path) -> dict[str, float]:
    """Stage → mean µs over the latest turns."""
    sums: dict[str, list[float]] = defaultdict(list)
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        for (trace,) in db.execute("SELECT trace FROM inbox WHERE trace IS NOT NULL ORDER BY seq DESC LIMIT 5000"):
            for name, spent in json.loads(trace).get("us", {}).items():
                sums[name].append(spent)
    db.close()
    return {name: sum(values) / len(values) for name, values in sums.items()}
