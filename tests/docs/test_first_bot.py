"""The tutorial about a first bot, followed to the letter in what `gutenbot new` made: at its end all tests of the bot pass."""

import subprocess
import sys
from pathlib import Path

import pytest

from gutenbot.cli.new import make
from tests.docs.pages import pages

PAGE = "docs/tutorial/hello-in-five-minutes.md"
pytestmark = pytest.mark.slow


def test_who_follows_the_tutorial_has_a_bot_whose_tests_pass(tmp_path: Path) -> None:
    made = make("hello", tmp_path)
    for other in made.glob("content/*"):
        other.unlink()  # "delete the other files in content/"
    for block in pages()[PAGE].blocks:
        if block.title:
            (made / block.title).write_text(block.text, "utf-8")
    command = [sys.executable, "-m", "gutenbot", "test", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=made, capture_output=True, encoding="utf-8", timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
