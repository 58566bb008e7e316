"""What the keys of `gutenbot dev` do: open the chat, reload, run the tests, show logs, quit."""

import asyncio
import contextlib
import os
import signal
import sys
import webbrowser
from pathlib import Path

from gutenbot.app.reload import Reloader
from gutenbot.cli.keys import Keys
from gutenbot.cli.screen import Screen
from gutenbot.kernel.log import configure

LEVELS = ("off", "info", "debug")
HINT = "r reload · t tests · l logs · q quit"


class Developer:
    """Somebody at the terminal. `run` listens to the keys until the server stops."""

    def __init__(self, fd: int, screen: Screen, reloader: Reloader, folder: Path) -> None:
        self._screen = screen
        self._reloader = reloader
        self._folder = folder
        self._level = 0
        self._tests: asyncio.Task[None] | None = None
        self._opening: asyncio.Future[bool] | None = None
        self.url = ""
        """Where the server listens, once it does."""
        self.keys = Keys(
            fd,
            {
                "o": self._open,
                "r": self._reload,
                "t": self._test,
                "l": self._logs,
                "q": _quit,
                "?": lambda: screen.remark(f"o open · {HINT}"),
            },
        )

    async def run(self) -> None:
        """Until it is cancelled; tests that still run end with it."""
        try:
            await self.keys.run()
        finally:
            if self._tests is not None:
                self._tests.cancel()
                await asyncio.gather(self._tests, return_exceptions=True)

    def _open(self) -> None:
        if not self.url:
            return
        self._screen.remark(f"opening {self.url}/")
        self._opening = asyncio.get_running_loop().run_in_executor(None, webbrowser.open, f"{self.url}/")

    def _reload(self) -> None:
        self._screen.reloaded(self._reloader.everything())

    def _logs(self) -> None:
        self._level = (self._level + 1) % len(LEVELS)
        shown = LEVELS[self._level]
        configure(json=False, level="critical" if shown == "off" else shown)
        self._screen.remark(f"logs {shown}")

    def _test(self) -> None:
        if self._tests is None or self._tests.done():
            self._screen.remark("running the tests")
            self._tests = asyncio.create_task(self._run_tests(), name="tests")
        else:
            self._screen.remark("the tests are running already")

    async def _run_tests(self) -> None:
        command = (sys.executable, "-m", "gutenbot", "test")
        tests = await asyncio.create_subprocess_exec(*command, cwd=self._folder, stdin=asyncio.subprocess.DEVNULL)
        try:
            code = await tests.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                tests.kill()
        self._screen.tested(code)


def _quit() -> None:
    os.kill(os.getpid(), signal.SIGINT)
