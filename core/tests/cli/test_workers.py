"""The parent of several servers: which arguments ask for it, what it needs, and that each child is replaced by itself."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gutenbot.cli.supervise import AWAY, CRASHED, REFUSED, workers_of
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
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True, timeout=60)
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


def test_a_child_that_cannot_reach_its_database_does_not_end_the_others(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "try: (folder / 'away').touch(exist_ok=False)\n"
        "except FileExistsError: time.sleep(2)\n"
        f"else: sys.exit({AWAY})"
    )
    code_of_parent, said = children(code)
    assert code_of_parent == 0
    assert said.count("cannot start yet (see above); trying again in 0.5 s") == 1
    assert "ended" not in said


def test_a_child_that_always_dies_is_not_replaced_for_ever() -> None:
    started = SystemClock().monotonic()
    code, said = children("import os; os.kill(os.getpid(), 9)", number=1)
    assert code == CRASHED
    assert "ended 5 times within a minute" in said
    assert SystemClock().monotonic() - started < 50


CHILD = """
import os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
asked = []
signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
mine = folder / f"serves.{os.getpid()}"
if (folder / "broken").exists():
    (folder / "gave-up").touch()
    sys.exit(3)
pipe = os.environ.get("GUTENBOT_READY")
if pipe:
    (folder / "least").open("a").write(f"{len(list(folder.glob('serves.*')))} ")
mine.touch()
if pipe:
    os.write(int(pipe), b"1")
while not asked:
    time.sleep(0.01)
mine.unlink()
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits for a condition, not for a time."""
    end = SystemClock().monotonic() + 100
    while not condition():
        assert SystemClock().monotonic() < end
        time.sleep(0.02)


@contextmanager
def parent_of_three(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A parent whose children say that they serve, once all do."""
    (folder / "child.py").write_text(CHILD, "utf-8")
    script = (
        "import sys, os; from gutenbot.cli.workers import Workers; from gutenbot.kernel.clock import SystemClock\n"
        f"command = [sys.executable, {str(folder / 'child.py')!r}, {str(folder)!r}]\n"
        "sys.exit(Workers(command, dict(os.environ), 3, SystemClock()).run())"
    )
    command = [sys.executable, "-c", script]
    with (folder / "said").open("w") as said:
        parent = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=said, encoding="utf-8")
        try:
            wait_until(lambda: len(serving(folder)) == 3)
            yield parent
        finally:
            parent.terminate()
            parent.wait(30)


def serving(folder: Path) -> set[str]:
    """The processes that serve."""
    return {one.suffix for one in folder.glob("serves.*")}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1])
def test_hup_replaces_one_child_after_the_other_and_two_always_serve(tmp_path: Path, number: int) -> None:
    with parent_of_three(tmp_path) as parent:
        before = serving(tmp_path)
        parent.send_signal(number)
        wait_until(lambda: len(serving(tmp_path)) == 3 and not before & serving(tmp_path))
        assert (tmp_path / "least").read_text("utf-8").split() == ["2", "2", "2"]
    assert parent.returncode == 0
    assert (tmp_path / "said").read_text("utf-8").count("is a new one") >= 2


def test_hup_leaves_the_others_alone_when_a_new_child_does_not_serve(tmp_path: Path) -> None:
    with parent_of_three(tmp_path) as parent:
        before = serving(tmp_path)
        (tmp_path / "broken").touch()
        parent.send_signal(signal.SIGHUP)
        wait_until((tmp_path / "gave-up").exists)
        (tmp_path / "broken").unlink()
        wait_until(lambda: len(serving(tmp_path)) == 3)
        assert len(before & serving(tmp_path)) == 2
    assert "the others stay as they are" in (tmp_path / "said").read_text("utf-8")


def test_several_workers_need_postgresql_and_say_so(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text('from gutenbot import Bot\nbot = Bot("b")\n', "utf-8")
    command = [sys.executable, "-m", "gutenbot", "serve", "--workers", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr
    assert "gutenbot move --to postgresql://" in " ".join(done.stderr.split())


def test_a_role_of_its_own_needs_postgresql_too(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text('from gutenbot import Bot\nbot = Bot("b")\n', "utf-8")
    command = [sys.executable, "-m", "gutenbot", "--json", "serve", "--no-supervise", "--role", "web"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 1
    assert "different roles" in done.stdout + done.stderr
