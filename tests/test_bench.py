"""The bench runs, and prints its ratios. What it measures is nobody's test: machines differ."""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def test_the_bench_compares_gutenbot_to_both_floors(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "bench.run", "--quick", "--any-disk", "--folder", str(tmp_path), "throughput"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    for line in ("| floor A: echo |", "| floor B: durable |", "| Gutenbot: echo |", "| Gutenbot: form |"):
        assert line in found.stdout
    assert "Ratio to floor B: " in found.stdout
    assert "Ratio to floor A: " in found.stdout
    assert "## Latency at 50 messages a second" in found.stdout
