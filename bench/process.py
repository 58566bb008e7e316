"""The server under measurement: a process of its own on a core of its own, and what the kernel says it used."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

START_LIMIT_S = 60.0
_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


@cache
def allowed() -> tuple[int, ...]:
    """The cores that this process had when it was first asked for, before it kept to one of them."""
    return tuple(sorted(os.sched_getaffinity(0)))


def cores() -> tuple[int, int]:
    """(the server's core, the load's core); the same one where there is only one."""
    return allowed()[0], allowed()[-1]


@contextmanager
def all_cores() -> Generator[None]:
    """What is started meanwhile may use every core: where many processes share them, the kernel knows best."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, allowed())
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that a process holds in memory."""

    now: int
    peak: int


class Server:
    """A server process: `with Server([...]) as server`."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        *,
        folder: Path,
        environ: Mapping[str, str] | None = None,
        core: int = -1,
        anywhere: bool = False,
    ) -> None:
        self.command = list(command)
        self.port = port
        self.folder = folder
        self._environ = {**os.environ, **(environ or {})}
        self._cores = set(allowed()) if anywhere else {cores()[0] if core < 0 else core}
        self._process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None, "the server was not started"
        return self._process.pid

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.folder / "server.log"

    def start(self) -> None:
        """Starts the process and waits until it listens."""
        self.spawn()
        self.wait_listening()

    def spawn(self) -> None:
        """Starts the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.started_at = time.monotonic()
            self._process = subprocess.Popen(
                self.command, cwd=self.folder, env=self._environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        os.sched_setaffinity(self._process.pid, self._cores)

    def wait_listening(self) -> None:
        """Returns when the port takes connections. Raises `RuntimeError` with the log when it never does."""
        end = time.monotonic() + START_LIMIT_S
        while time.monotonic() < end:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            with socket.socket() as probe:
                probe.settimeout(1.0)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text('utf-8', 'replace')[-4000:]}")

    def stop(self) -> None:
        """Ends the process, gracefully at first."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def cpu_s(self) -> float:
        """Seconds of processor time that all threads together have used, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S

    def memory(self) -> Memory:
        """What it holds now, and the most it ever held."""
        lines = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
            if ":" in line
        )
        return Memory(_kib(lines["VmRSS"]), _kib(lines["VmHWM"]))


def _kib(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) * 1024


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]
