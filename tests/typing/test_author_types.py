"""A wrong answer type or step argument in an author's bot is an error in mypy and in pyright; a right one is none."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOP = HERE.parents[1]
SOURCE = (HERE / "author.py.txt").read_text("utf-8")
WRONG = {number for number, line in enumerate(SOURCE.splitlines(), 1) if line.endswith("# error")}


@pytest.fixture
def author(tmp_path: Path) -> Path:
    """The author's file, outside the repository."""
    path = tmp_path / "author.py"
    path.write_text(SOURCE, "utf-8")
    return path


def test_mypy_refuses_exactly_the_wrong_lines(author: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file", os.devnull, str(author)]
    result = subprocess.run(
        command,
        cwd=author.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "MYPYPATH": str(TOP / "core/src")},
    )
    found = {int(number) for number in re.findall(r"author\.py:(\d+): error", result.stdout)}
    assert found == WRONG, result.stdout


def test_pyright_refuses_exactly_the_wrong_lines(author: Path) -> None:
    settings = {"include": ["author.py"], "extraPaths": [str(TOP / "core/src")], "venvPath": str(TOP), "venv": ".venv"}
    (author.parent / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [str(TOP / "scripts/with-node"), str(TOP / "ui/node_modules/.bin/pyright"), "--outputjson", "-p", "."]
    result = subprocess.run(command, cwd=author.parent, capture_output=True, encoding="utf-8", check=False)
    report = json.loads(result.stdout)["generalDiagnostics"]
    found = {entry["range"]["start"]["line"] + 1 for entry in report if entry["severity"] == "error"}
    assert found == WRONG, result.stdout
