"""What people install: the wheel alone, in a folder that has nothing else in it."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib import request

import pytest

from tests.architecture.source import TOP

pytestmark = pytest.mark.slow
EXAMPLES = sorted(place.parent.name for place in TOP.glob("examples/*/bot.py"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel puts into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(command, cwd=TOP / "core", check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def environ(installed: Path) -> dict[str, str]:
    """The wheel comes before the repository."""
    return {**os.environ, "PYTHONPATH": str(installed)}


@contextmanager
def demo(installed: Path, folder: Path) -> Generator[dict[str, Any]]:
    """`gutenbot --json demo` in an empty folder; gives what it says first."""
    command = [sys.executable, "-m", "gutenbot", "--json", "demo", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=environ(installed), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=40)


def test_the_demo_of_an_installed_wheel_runs_all_examples_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in installed.rglob("*")}
    with demo(installed, tmp_path) as first:
        assert sorted(first["bots"]) == EXAMPLES
        body = json.dumps({"text": "hello wheel", "bot": "echo"}).encode()
        wanted = request.Request(f"{first['url']}/api/v1/converse/ann", body, {"content-type": "application/json"})
        with request.urlopen(wanted, timeout=30) as answer:
            assert "hello wheel" in json.load(answer)["messages"][0]["text"]
    assert [place.name for place in tmp_path.iterdir()] == [".gutenbot"]
    assert {file: file.stat().st_mtime_ns for file in installed.rglob("*")} == before, "the package is left as it was"


def test_a_new_bot_of_an_installed_wheel_starts_from_its_template(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gutenbot", "new", "bot", "shop"]
    subprocess.run(command, cwd=tmp_path, env=environ(installed), check=True, capture_output=True, timeout=60)
    assert (tmp_path / "shop" / "bot.py").is_file()


def test_a_new_module_of_an_installed_wheel_is_whole(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gutenbot", "new", "module", "word-watch"]
    subprocess.run(command, cwd=tmp_path, env=environ(installed), check=True, capture_output=True, timeout=60)
    made = {
        file.relative_to(tmp_path / "gutenbot-word-watch").as_posix() for file in tmp_path.rglob("*") if file.is_file()
    }
    assert made >= {"pyproject.toml", ".gitignore", "tests/test_words.py", "ui/src/cloud.tsx"}
    inside = ("ui/console.js", "locales/fr.json", "migrations/versions/0001_words.py", "quality.toml")
    assert made >= {f"src/gutenbot_word_watch/{name}" for name in inside}


def test_the_wheel_has_the_examples_and_nothing_that_they_left_behind(installed: Path) -> None:
    package = installed / "gutenbot"
    assert sorted(place.parent.name for place in package.glob("examples/*/bot.py")) == EXAMPLES
    left = [file for file in package.rglob("*") if file.name in {".gutenbot", "__pycache__", ".pytest_cache"}]
    assert left == []
    assert not list(package.rglob("*.db*"))


def test_the_wheel_brings_the_documentation(installed: Path) -> None:
    code = "from gutenbot.app.documentation import Documentation as D; print(*(page.name for page in D().pages())); D().parts()"
    command = [sys.executable, "-c", code]
    found = subprocess.run(
        command, cwd=installed, env=environ(installed), check=True, capture_output=True, encoding="utf-8", timeout=60
    )
    assert set(found.stdout.split()) == {
        file.relative_to(TOP / "docs").with_suffix("").as_posix()
        for file in TOP.glob("docs/**/*.md")
        if "adr" not in file.parts
    }
