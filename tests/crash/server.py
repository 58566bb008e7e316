"""The server that is killed: a real process, started again and again on the same folder."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

REPOSITORY = Path(__file__).resolve().parents[2]
READY_LIMIT_S = 30.0
STOP_LIMIT_S = 40.0
_REACHED = re.compile(r"""\breach\(\s*["']([\w.]+)["']""")


def crash_points() -> list[str]:
    """The names of all places in the product where a test can make the process die."""
    sources = (REPOSITORY / "core" / "src").rglob("*.py")
    return sorted({name for source in sources for name in _REACHED.findall(source.read_text(encoding="utf-8"))})


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Died(Exception):
    """The server ended before it was ready."""


class CrashServer:
    """`gutenbot serve` on a folder."""

    ready_limit_s = READY_LIMIT_S

    def __init__(self, folder: Path, *, environ: Mapping[str, str], supervised: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.supervised = supervised
        self.starts = 0
        self.exit_codes: list[int] = []
        self._environ = {**os.environ, **environ}
        self._environ.pop("GUTENBOT_CRASH_AT", None)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it printed, over all its lives."""
        return self.folder / "server.log"

    @property
    def database(self) -> Path:
        """Its database file."""
        return self.folder / ".gutenbot" / "gutenbot.db"

    async def start(self, crash_at: str = "") -> None:
        """Starts a process; it may be armed to die at a named point. Does not wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environ = {**self._environ, **({"GUTENBOT_CRASH_AT": crash_at} if crash_at else {})}
        command = [sys.executable, "-m", "gutenbot", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                *([] if self.supervised else ["--no-supervise"]),
                cwd=self.folder,
                env=environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    async def ready(self) -> None:
        """Returns when the server says that it is ready. Raises `Died` when it ends before."""
        async with asyncio.timeout(self.ready_limit_s), aiohttp.ClientSession() as http:
            while not await self._is_ready(http):
                if self._process is None or self._process.returncode is not None:
                    raise Died(self.tail())
                await asyncio.sleep(0.01)

    async def _is_ready(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.base}/ready", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process that serves: under supervision, the child of the one that was started."""
        assert self._process is not None
        if not self.supervised:
            return self._process.pid
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text("utf-8").split()
        return int(children[0]) if children else 0

    def kill(self) -> bool:
        """SIGKILL to the process that serves; false when it has gone already."""
        with contextlib.suppress(ProcessLookupError, FileNotFoundError, AssertionError):
            pid = self.pid
            if pid:
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def terminate(self) -> None:
        """SIGTERM."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    async def wait(self, limit_s: float = STOP_LIMIT_S) -> int:
        """The exit code, negative for a signal. Raises `TimeoutError`."""
        assert self._process is not None
        code = await asyncio.wait_for(self._process.wait(), limit_s)
        self.exit_codes.append(code)
        return code

    async def stop(self) -> int:
        """Ends it gracefully."""
        self.terminate()
        return await self.wait()

    async def clean_up(self) -> None:
        """Leaves no process behind, whatever happened."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    def tail(self, characters: int = 3000) -> str:
        """The end of the log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:] if self.log.exists() else ""
