"""Starts `gutenbot serve` for the bench, with what only a bench needs: turns that record nothing (`GUTENBOT_BENCH_NO_TRACE`),
a server that counts nothing (`GUTENBOT_BENCH_NO_METERS`), clocks around the parts of a turn (`GUTENBOT_BENCH_PARTS=<file>`), or a
database without a large page cache (`GUTENBOT_BENCH_SMALL_CACHE`). None of them is set for the figures of throughput."""

import importlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PARTS: dict[str, tuple[str, str]] = {
    "accept: encode": ("gutenbot.storage.sqlite.turns", "prepare"),
    "accept: statements": ("gutenbot.storage.sqlite.accept", "accept_one"),
    "load": ("gutenbot.storage.sqlite.loads", "load"),
    "commit: encode": ("gutenbot.storage.sqlite.turns", "prepare_turn"),
    "commit: statements": ("gutenbot.storage.sqlite.commit", "commit_turn"),
    "HTTP: read the JSON": ("gutenbot.http.converse", "decode"),
    "HTTP: make the answer": ("gutenbot.http.converse", "_answer"),
}
"""Part of a turn → the function that does it, which never waits."""

EVERY_S = 0.2


def main() -> None:
    """Patches, then leaves the rest to the command line of Gutenbot."""
    if os.environ.pop("GUTENBOT_BENCH_NO_TRACE", ""):
        _switch_trace_off()
    if os.environ.pop("GUTENBOT_BENCH_NO_METERS", ""):
        _switch_meters_off()
    if os.environ.pop("GUTENBOT_BENCH_SMALL_CACHE", ""):
        _shrink_caches()
    parts = os.environ.pop("GUTENBOT_BENCH_PARTS", "")
    if parts:
        _measure_parts(Path(parts))
    from gutenbot.cli import main as gutenbot

    gutenbot(sys.argv[1:])


def _switch_trace_off() -> None:
    from gutenbot.turns import record

    record.record_of = lambda turn, frames: b""


def _switch_meters_off() -> None:
    """Nothing is counted, timed or looked at."""
    from gutenbot.app.vitals import Vitals
    from gutenbot.kernel.meters import Counter
    from gutenbot.storage.measured import StorageMeasures
    from gutenbot.turns.measures import Measures

    def nothing(*args: Any, **kwargs: Any) -> None:
        return None

    for owner, names in (
        (Measures, ("accepted", "committed", "sent", "hints", "fired")),
        (StorageMeasures, ("group",)),
        (Counter, ("add",)),
        (Vitals, ("start",)),
    ):
        for name in names:
            assert callable(getattr(owner, name))
            setattr(owner, name, nothing)


def _shrink_caches() -> None:
    """Two MB of pages for each connection, so that what grows with the conversations can be told from what is bounded."""
    from gutenbot.storage.sqlite.connections import PAGES_KB

    PAGES_KB.update(writing=2000, reading=2000)


def _measure_parts(file: Path) -> None:
    spent = {name: [0, 0] for name in PARTS}
    for name, (module, attribute) in PARTS.items():
        owner = importlib.import_module(module)
        setattr(owner, attribute, _timed(getattr(owner, attribute), spent[name]))
    threading.Thread(target=_report, args=(file, spent), daemon=True, name="parts").start()


def _timed(function: Callable[..., Any], spent: list[int]) -> Callable[..., Any]:
    """The same function, which adds its processor time (nanoseconds) and its calls."""
    clock = time.thread_time_ns

    def timed(*args: Any, **kwargs: Any) -> Any:
        started = clock()
        try:
            return function(*args, **kwargs)
        finally:
            spent[0] += clock() - started
            spent[1] += 1

    return timed


def _report(file: Path, spent: dict[str, list[int]]) -> None:
    """Writes what was spent so far, again and again."""
    while True:
        threads = {thread.name: _cpu_ns(thread.native_id) for thread in threading.enumerate()}
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps({"parts": spent, "threads": threads}), encoding="utf-8")
        draft.replace(file)
        time.sleep(EVERY_S)


def _cpu_ns(thread: int | None) -> int:
    fields = Path(f"/proc/self/task/{thread}/schedstat").read_text(encoding="ascii").split()
    return int(fields[0])


if __name__ == "__main__":
    main()
