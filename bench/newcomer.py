"""A newcomer's time, scripted: a fresh virtual environment, the wheels, `gutenbot new bot hello`, `gutenbot dev`, an answer.

Runs alone too: `python -m bench.newcomer`. Needs what is needed to install: a package index, or uv's cache.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bench.contestants import REPOSITORY
from bench.process import free_port
from bench.tables import Table, goal

LIMIT_S = 60
_COMMAND_LIMIT_S = 240


@dataclass(slots=True)
class Story:
    """What was done, and how long it took."""

    steps: list[tuple[str, float]] = field(default_factory=list)
    answer: str = ""

    @property
    def seconds(self) -> float:
        """All steps but the first, which is the maker's and not the newcomer's."""
        return sum(seconds for _, seconds in self.steps[1:])


def measure(folder: Path) -> Story:
    """Does it all in a folder that is new."""
    story = Story()
    folder.mkdir(parents=True, exist_ok=True)
    wheels, venv = folder / "wheels", folder / "venv"
    environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    uv = str(Path(sys.executable).with_name("uv"))
    python = str(venv / "bin" / "python")
    _timed(story, "build the wheels (not counted)", lambda: _build(wheels, environ))
    _timed(story, "python -m venv", lambda: _run([uv, "venv", "--python", sys.executable, str(venv)], folder, environ))
    built = [str(wheel) for wheel in wheels.glob("*.whl")]
    locked = ["-r", str(REPOSITORY / "requirements" / "run.txt")]
    install = [uv, "pip", "install", "--python", python]
    _timed(story, "install what the lock names", lambda: _run([*install, *locked], folder, environ))
    _timed(story, "install gutenbot", lambda: _run([*install, "--no-deps", *built], folder, environ))
    gutenbot = str(venv / "bin" / "gutenbot")
    _timed(story, "gutenbot new bot hello", lambda: _run([gutenbot, "new", "bot", "hello"], folder, environ))
    _timed(story, "gutenbot dev, and the first answer", lambda: _dev(gutenbot, folder / "hello", environ, story))
    return story


def _build(wheels: Path, environ: dict[str, str]) -> None:
    for project in (REPOSITORY / "core", REPOSITORY / "modules" / "channel-web"):
        command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(wheels), str(project)]
        _run(command, REPOSITORY, environ)


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> None:
    found = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, encoding="utf-8", timeout=_COMMAND_LIMIT_S, check=False
    )
    if found.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} {' '.join(command[1:4])} failed:\n{found.stdout}{found.stderr}")


def _dev(gutenbot: str, folder: Path, environ: dict[str, str], story: Story) -> None:
    port = free_port()
    log = folder / "dev.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [gutenbot, "dev", "--port", str(port)],
            cwd=folder,
            env=environ,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    try:
        end = time.monotonic() + LIMIT_S
        while not story.answer:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"gutenbot dev gave no answer:\n{log.read_text('utf-8', 'replace')[-2000:]}")
            story.answer = _asked(port)
    finally:
        server.terminate()
        server.wait(30)


def _asked(port: int) -> str:
    body = json.dumps({"text": "hello"}).encode()
    wanted = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/converse/newcomer", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(wanted, timeout=10) as answer:
            said = json.load(answer)["messages"]
            return str(said[0].get("text", "")) if said else ""
    except OSError:
        time.sleep(0.05)
        return ""


def _timed(story: Story, name: str, work: object) -> None:
    started = time.monotonic()
    assert callable(work)
    work()
    story.steps.append((name, time.monotonic() - started))


def table(story: Story) -> Table:
    """All steps, and the sum."""
    found = Table("A newcomer's time", ["command", "s"])
    for name, seconds in story.steps:
        found.add(name, f"{seconds:.1f}")
    found.add("**all that the newcomer waits for**", f"{story.seconds:.1f}")
    found.notes = [f"The bot answered “{story.answer[:80]}”. Goal < {LIMIT_S} s: {goal(story.seconds < LIMIT_S)}."]
    return found


def main() -> int:
    """Runs it alone."""
    folder = Path(tempfile.mkdtemp(prefix="gutenbot-newcomer-"))
    try:
        story = measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(story).markdown())
    return 0 if story.seconds < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
