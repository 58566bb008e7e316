"""The parent of several servers: which arguments ask for it, what it needs, and that each child is replaced by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from gutenbot.cli.supervise import CRASHED, REFUSED, workers_of
from gutenbot.kernel.clock import SystemClock


@pytest.mark.parametrize(
    ("arguments", "rest", "number"),
    [("serve", "serve", 1), ("serve --workers 3", "serve", 3), ("serve --workers=2 --port 1", "serve --port 1", 2),
     ("serve --workers 0", "serve --workers 0", 1), ("serve --workers many", "serve --workers many", 1),
     ("serve --workers", "serve --workers", 1)],
)  # fmt: skip
def test_the_number_of_workers_is_taken_out_of_the_arguments(arguments: str, rest: str, number: int) -> None:
    assert workers_of(arguments.split()) == (rest.split(), number)


def children(code: str, number: int = 2) -> tuple[int, str]:
    """The exit code of the parent for children that run this code, and what it said."""
    script = (
        "import sys, os; from gutenbot.cli.workers import Workers; from gutenbot.kernel.clock import SystemClock\n"
        f"print(Workers([sys.executable, '-c', {code!r}], dict(os.environ), {number}, SystemClock()).run())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout), done.stderr


def test_children_that_end_well_or_refuse_end_all() -> None:
    assert children("pass")[0] == 0
    assert children(f"raise SystemExit({REFUSED})")[0] == 1


def test_a_child_that_dies_is_replaced_while_the_other_goes_on(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, time\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "first = not list(folder.glob('died'))\n"
        "try: (folder / 'died').touch(exist_ok=False) if first else None\n"
        "except FileExistsError: first = False\n"
        "os.kill(os.getpid(), 9) if first else time.sleep(2)"
    )
    code_of_parent, said = children(code)
    assert code_of_parent == 0
    assert said.count("ended unexpectedly (SIGKILL); starting it again in 0.5 s") == 1


def test_a_child_that_always_dies_is_not_replaced_for_ever() -> None:
    started = SystemClock().monotonic()
    code, said = children("import os; os.kill(os.getpid(), 9)", number=1)
    assert code == CRASHED
    assert "ended 5 times within a minute" in said
    assert SystemClock().monotonic() - started < 50


def test_several_workers_need_postgresql_and_say_so(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text('from gutenbot import Bot\nbot = Bot("b")\n')
    command = [sys.executable, "-m", "gutenbot", "serve", "--workers", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr
    assert "gutenbot move --to postgresql://" in " ".join(done.stderr.split())


def test_a_role_of_its_own_needs_postgresql_too(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text('from gutenbot import Bot\nbot = Bot("b")\n')
    command = [sys.executable, "-m", "gutenbot", "--json", "serve", "--no-supervise", "--role", "web"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "different roles" in done.stdout + done.stderr
