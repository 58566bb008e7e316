"""A bot is there at once: what only the console, tables and strangers' networks need is imported when somebody asks for it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def started(folder: Path, *options: str) -> dict[str, Any]:
    """What a start took."""
    program = Path(__file__).with_name("light_start.py")
    command = [sys.executable, str(program), str(folder), *options]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_a_bot_starts_answers_and_waits_without_what_is_slow_to_import(tmp_path: Path) -> None:
    found = started(tmp_path)
    assert found["answer"]["messages"][0]["text"] == "You said: Hello"
    assert found["heavy"] == [], "imported at the start: move the import to where it is used"


def test_modules_with_tables_do_not_make_the_start_slow(tmp_path: Path) -> None:
    started(tmp_path, "--modules")  # makes the database, and the modules' tables in it: that takes Alembic
    found = started(tmp_path, "--modules")
    assert {"channel-web", "notes", "subscriptions"} <= set(found["running"])
    assert found["answer"]["messages"][0]["text"] == "You said: Hello"
    assert found["heavy"] == [], "imported at the start: move the import to where it is used"
