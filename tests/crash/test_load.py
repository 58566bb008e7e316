"""The short form of `make crash`: thirty users, and six deaths."""

from pathlib import Path

from tests.crash.load import Plan, run
from tests.crash.run import plain_line, report


async def test_under_load_six_deaths_lose_double_and_reorder_nothing(tmp_path: Path) -> None:
    outcome = await run(Plan(messages=300, users=30, kills=6, seed=7), tmp_path)
    assert outcome.ok, f"{plain_line(outcome)} {'; '.join(outcome.verdict.details[:3])}\n{report(outcome)}"
