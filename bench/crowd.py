"""A thousand people speak at the same moment, five times each: how long the last of them waits."""

from pathlib import Path

import uvloop

from bench.contestants import api_key, echoes, project
from bench.load import Measured, as_fast_as_possible
from bench.postgres import Postgres
from bench.tables import Table, count, goal
from bench.workers import serving

PEOPLE, EACH = 1000, 5
LIMIT_MS = 1500.0


def measure(postgres: Postgres, folder: Path, *, people: int = PEOPLE, rounds: int) -> Table:
    """All of them are connected; then they speak together, and each goes on as soon as it is answered."""
    url, place = postgres.new_database("crowd"), folder / "crowd"
    project(place, "echo")
    key = api_key(place, {"GUTENBOT_DATABASE_URL": url})
    found = Table(
        f"{count(people)} people at once, {EACH} messages each, on PostgreSQL",
        ["workers", "replies", "errors", "p50 ms", "p99 ms", "longest ms", "messages/s"],
    )
    longest: list[float] = []
    for workers in (1, 2):
        with serving(place, url, workers) as server:
            warm = as_fast_as_possible(server.port, echoes("warm-", key), seconds=60, connections=64, requests=500)
            uvloop.run(warm)
            for number in range(rounds):
                one = uvloop.run(_all(server.port, f"{workers}-{number}-", key, people))
                longest.append(one.percentile_ms(1.0))
                figures = [f"{one.percentile_ms(part):.0f}" for part in (0.5, 0.99, 1.0)]
                found.add(workers, one.replies, len(one.wrong), *figures, count(one.replies / one.wall_s))
    wanted = f"The longest wait of {len(longest)} rounds: {max(longest):.0f} ms."
    found.notes = [f"{wanted} Goal < {LIMIT_MS:.0f} ms, without an error: {goal(max(longest) < LIMIT_MS)}."]
    return found


async def _all(port: int, part: str, key: str, people: int) -> Measured:
    return await as_fast_as_possible(port, echoes(part, key), seconds=60, connections=people, requests=people * EACH)
