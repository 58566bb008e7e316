"""From the start of the process to the first answer, on a fresh database and on one with conversations in it."""

import shutil
import socket
import time
from pathlib import Path
from statistics import median

from bench.contestants import Contestant, gutenbot
from bench.load import is_ok
from bench.tables import Table, goal


def measure(folder: Path, *, times: int) -> dict[str, list[float]]:
    """Seconds, for both kinds of start."""
    fresh, existing = gutenbot(folder, name="gutenbot fresh", key=False), gutenbot(folder, name="gutenbot existing")
    _first_answer(existing)
    found: dict[str, list[float]] = {"a fresh database": [], "an existing database": []}
    for _ in range(times):
        shutil.rmtree(folder / "gutenbot-fresh" / ".gutenbot", ignore_errors=True)
        found["a fresh database"].append(_first_answer(fresh))
        found["an existing database"].append(_first_answer(existing))
    return found


def _first_answer(ours: Contestant) -> float:
    """Seconds until the first 200."""
    server = ours.server
    server.spawn()
    try:
        while True:
            if _asked(ours):
                return time.monotonic() - server.started_at
            if time.monotonic() - server.started_at > 30:
                raise RuntimeError(f"no answer in 30 s:\n{server.log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.005)
    finally:
        server.stop()


def _asked(ours: Contestant) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", ours.port), timeout=10) as connection:
            connection.sendall(ours.make("")(0, 0))
            return is_ok(connection.recv(65536))
    except OSError:
        return False


def table(found: dict[str, list[float]]) -> Table:
    """With the goals."""
    result = Table("Cold start: from the start of the process to the first answer", ["on", "median s", "worst s"])
    for name, seconds in found.items():
        result.add(name, f"{median(seconds):.2f}", f"{max(seconds):.2f}")
    slowest = max(median(seconds) for seconds in found.values())
    result.notes = [f"Goal < 2 s: {goal(slowest < 2)}; aim 1 s: {goal(slowest <= 1)}."]
    return result
