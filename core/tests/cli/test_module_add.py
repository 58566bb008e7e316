"""`gutenbot module add` and `remove` beside a running server."""

import subprocess
import sys
from pathlib import Path

import pytest
from core.tests.app.wheels import wheel
from core.tests.cli.test_served_process import running

pytestmark = pytest.mark.slow


def ran(folder: Path, *arguments: str, types: str = "") -> tuple[int, str]:
    """The exit code of a command of this project, and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "gutenbot", "module", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=100, input=types,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def written(folder: Path, **options: str) -> str:
    name, data = wheel(**options)  # type: ignore[arg-type]
    (folder / name).write_bytes(data)
    return name


def test_a_module_is_added_to_the_running_server_and_removed_again(tmp_path: Path) -> None:
    good = written(tmp_path)
    broken = written(tmp_path, version="2.0", headers="Requires-Dist: gutenbot>=99\n")
    with running(tmp_path, "serve", "--no-supervise", GUTENBOT_DEV="1") as one:
        code, said = ran(tmp_path, "add", good, types="n\n")
        assert (code, "Nothing was installed" in said) == (1, True), said
        assert one.say("order") == ["Which size?"]
        code, said = ran(tmp_path, "add", good, types="y\n")
        assert (code, "✓ shouter 1.0 runs." in said) == (0, True), said
        assert "Shout Ltd" in said
        assert "verify" in said
        assert one.say("M") == ["DONE: M"]
        code, said = ran(tmp_path, "add", broken, "--yes")
        assert (code, ">=99" in said) == (1, True), said
        code, said = ran(tmp_path, "add", "nowhere.whl", "--yes")
        assert (code, "nowhere.whl" in said) == (1, True), said
        code, said = ran(tmp_path, "remove", "shouter")
        assert (code, "shouter 1.0 is removed. Its data is kept." in said) == (0, True), said
        assert one.say("order") == ["Which size?"]
        assert ran(tmp_path, "remove", "shouter")[0] == 1


def test_without_a_server_it_says_how_to_start_one(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text("from gutenbot import Bot\n\nbot = Bot('shop')\n", encoding="utf-8")
    code, said = ran(tmp_path, "add", "x.whl", "--yes")
    assert (code, "gutenbot serve" in said) == (1, True), said
