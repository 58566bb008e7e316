"""A bot is there at once: what only the console, tables and strangers' networks need is imported when somebody asks for it."""

import json
import subprocess
import sys
from pathlib import Path


def test_a_bot_starts_answers_and_waits_without_what_is_slow_to_import(tmp_path: Path) -> None:
    program = Path(__file__).with_name("light_start.py")
    run = subprocess.run(
        [sys.executable, str(program), str(tmp_path)], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["answer"]["messages"][0]["text"] == "You said: Hello"
    assert found["heavy"] == [], "imported at the start: move the import to where it is used"
