"""A Gutenbot server in a process of its own, which a test may kill."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

TOP = Path(__file__).parents[2]
START_LIMIT_S = 100.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], limit_s: float = 60.0) -> None:
    """Waits for something that a server does by itself."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


class Server:
    """`gutenbot dev` or `gutenbot serve` on a copy of an example."""

    def __init__(self, example: str, folder: Path, *command: str, settings: str = "") -> None:
        self.folder = folder / example
        if not self.folder.exists():
            ignored = shutil.ignore_patterns(".gutenbot", "__pycache__", "tests")
            shutil.copytree(TOP / "examples" / example, self.folder, ignore=ignored)
        if settings:
            (self.folder / "gutenbot.toml").write_text(settings, "utf-8")
        self.command = command or ("serve", "--no-supervise")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gutenbot", *self.command, "--port", str(self.port)],
                cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env={**os.environ, "NO_COLOR": "1"},
            )  # fmt: skip
        deadline = time.monotonic() + START_LIMIT_S
        while not self._ready():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is finished."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> None:
        """SIGTERM, as a deploy does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def edit(self, file: str, old: str, new: str) -> None:
        """Changes a file of the bot."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new), "utf-8")

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
