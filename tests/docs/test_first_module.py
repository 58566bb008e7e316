"""The tutorial about modules does what it says: its code is put where it says, and the module's tests pass."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gutenbot.cli.new import make_module
from tests.docs.pages import blocks

PAGE = "docs/tutorial/your-first-module.md"
pytestmark = pytest.mark.slow


def test_the_changes_of_the_tutorial_work(tmp_path: Path) -> None:
    change, test = (block.text for block in blocks("python") if block.page == PAGE)
    made = make_module("word-watch", tmp_path)
    service = made / "src/gutenbot_word_watch/service.py"
    whole = service.read_text("utf-8")
    after = re.sub(r"def count\(.*\Z", lambda _: change[change.index("def count") :], whole, flags=re.DOTALL)
    assert after != whole
    service.write_text(after, "utf-8")
    (made / "tests/test_shouted.py").write_text(test, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=made, capture_output=True, encoding="utf-8", timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout
