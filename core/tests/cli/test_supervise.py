"""The parent of a server: small, patient, and not for ever."""

import subprocess
import sys
from pathlib import Path

import pytest

from gutenbot.cli.supervise import AWAY, CRASHED, MAX_PER_MINUTE, REFUSED, wanted


@pytest.mark.parametrize(
    ("arguments", "supervised"),
    [("serve", True), ("serve bot.py --port 1", True), ("--json serve", True), ("serve --no-supervise", False),
     ("serve --help", False), ("dev", False), ("", False), ("new bot serve", False)],
)  # fmt: skip
def test_only_serve_is_supervised(arguments: str, supervised: bool) -> None:
    assert wanted(arguments.split()) is supervised


def parent(code: str) -> tuple[int, list[float]]:
    """The exit code for a child that runs this code, and the pauses between its starts."""
    pauses: list[float] = []
    script = (
        "import sys; from gutenbot.cli.supervise import Parent; from gutenbot.kernel.clock import SystemClock\n"
        f"pauses = []; code = Parent([sys.executable, '-c', {code!r}], SystemClock(), pauses.append).run()\n"
        "print(code, *pauses)"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    ).stdout.split()
    pauses = [float(one) for one in out[1:]]
    return int(out[0]), pauses


def test_a_child_that_ends_well_or_refuses_is_not_started_again() -> None:
    assert parent("pass") == (0, [])
    assert parent("raise SystemExit(2)") == (2, [])
    assert parent(f"raise SystemExit({REFUSED})") == (1, [])


def test_a_child_that_dies_is_started_again_later_and_later_and_not_for_ever() -> None:
    code, pauses = parent("import os; os.kill(os.getpid(), 9)")
    assert code == CRASHED
    assert pauses == [0.5, 1.0, 2.0, 4.0]
    assert len(pauses) == MAX_PER_MINUTE - 1


def test_a_child_that_cannot_reach_its_database_is_started_again_for_as_long_as_it_takes(tmp_path: Path) -> None:
    counted = (
        f"import pathlib, sys; file = pathlib.Path({str(tmp_path / 'starts')!r}); file.open('a').write('x')\n"
        f"sys.exit({AWAY} if file.stat().st_size < 9 else 0)"
    )
    assert parent(counted) == (0, [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0])


def test_the_parent_imports_nothing_heavy() -> None:
    script = (
        "import sys, pathlib, re; from gutenbot.cli import supervise\n"
        "heavy = {'click', 'asyncio', 'pydantic', 'msgspec', 'uvicorn', 'structlog', 'rich'} & set(sys.modules)\n"
        "status = pathlib.Path('/proc/self/status')\n"
        "kib = int(re.search(r'VmRSS:\\s+(\\d+)', status.read_text())[1]) if status.exists() else 0\n"
        "print(sorted(heavy), kib < 15 * 1024)"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True).stdout
    assert out.strip() == "[] True"
