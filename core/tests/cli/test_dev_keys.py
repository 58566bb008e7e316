"""The keys of `gutenbot dev`, pressed in a real terminal, which is as it was when the server has ended."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core.tests.cli.test_served_process import BOT

termios = pytest.importorskip("termios")
pytestmark = pytest.mark.slow

TEST = """
async def test_it(): pass
"""
BROWSER = """#!/bin/sh
echo "$1" > opened
"""


class Terminal:
    """A terminal with `gutenbot dev` in it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._ours, self._theirs = os.openpty()
        self.before = self.mode()
        (folder / "bot.py").write_text(BOT, encoding="utf-8")
        (folder / "browser").write_text(BROWSER, encoding="utf-8")
        (folder / "browser").chmod(0o755)
        command = [sys.executable, "-m", "gutenbot", "dev", "bot.py", "--port", "0", *options]
        environ = {**os.environ, "NO_COLOR": "1", "BROWSER": str(folder / "browser"), "TERM": "dumb"}
        self.process = subprocess.Popen(command, cwd=folder, env=environ, preexec_fn=self._become)
        self.shown = ""

    def _become(self) -> None:
        os.login_tty(self._theirs)  # type: ignore[attr-defined, unused-ignore]

    def mode(self) -> list[Any]:
        """How the terminal behaves."""
        return list(termios.tcgetattr(self._ours))

    def until(self, pattern: str, limit_s: float = 100) -> re.Match[str]:
        """Reads what is shown until it matches; what was read before that is gone."""
        end = time.monotonic() + limit_s
        while (found := re.search(pattern, self.shown)) is None:
            assert time.monotonic() < end, self.shown
            assert self._more() or self.process.poll() is None, self.shown
        self.shown = self.shown[found.end() :]
        return found

    def _more(self) -> bool:
        if not select.select([self._ours], [], [], 0.2)[0]:
            return False
        try:
            data = os.read(self._ours, 65_536)
        except OSError:
            return False
        self.shown += data.decode().replace("\r\n", "\n")
        return bool(data)

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def end(self) -> int:
        """The exit code, once it is over."""
        end = time.monotonic() + 100
        while self.process.poll() is None:
            assert time.monotonic() < end, self.shown
            self._more()
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
        for fd in (self._ours, self._theirs):
            os.close(fd)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    one = Terminal(tmp_path)
    yield one
    one.close()


def steady(text: str) -> str:
    """What is shown, without what differs from run to run."""
    text = re.sub(r"\d\d:\d\d:\d\d", "TIME", text)
    text = re.sub(r"in \d+(\.\d)? (m?s)", r"in N \2", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    return re.sub(r"\S*/(\.gutenbot/dev\.db|bot\.py)", r"\1", text)


def test_the_first_screen_says_what_the_keys_do(terminal: Terminal) -> None:
    chat = terminal.until(r"Chat +http://127.0.0.1:\d+/ +press o to open")
    watching = terminal.until(r"Watching .*")
    assert steady(chat[0]) == "Chat        http://127.0.0.1:PORT/      press o to open"
    assert steady(watching[0]) == "Watching    bot.py   r reload · t tests · l logs · q quit"


def test_each_key_does_what_it_says(terminal: Terminal) -> None:
    folder = terminal.folder
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text(TEST, encoding="utf-8")
    url = terminal.until(r"Chat +(http://\S+)")[1]
    terminal.until("q quit")
    terminal.press("r")
    assert steady(terminal.until(r"\d\S+  ⟳ .*")[0]) == "TIME  ⟳ bot.py reloaded in N ms"
    terminal.press("l")
    assert steady(terminal.until(r"\d\S+  logs .*")[0]) == "TIME  logs info"
    terminal.press("ll")
    terminal.until("logs debug\n")
    terminal.until("logs off\n")
    terminal.press("?")
    terminal.until("o open · r reload · t tests · l logs · q quit")
    terminal.press("\x1b[At\x1bOBt")
    terminal.until("running the tests\n")
    terminal.until("the tests are running already\n")
    terminal.until("1 passed")
    assert steady(terminal.until(r"\d\S+  . the tests .*")[0]) == "TIME  ✓ the tests pass"
    terminal.press("o")
    terminal.until(f"opening {url}")
    end = time.monotonic() + 100
    while not (folder / "opened").exists() or not (folder / "opened").read_text(encoding="utf-8"):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (folder / "opened").read_text(encoding="utf-8").strip() == url
    terminal.press("xyz\n")
    terminal.press("q")
    assert terminal.end() == 0
    assert terminal.mode() == terminal.before


def test_a_reload_that_does_not_work_says_why(terminal: Terminal) -> None:
    terminal.until("q quit")
    (terminal.folder / "bot.py").write_text("x = = 1\n", encoding="utf-8")
    terminal.press("r")
    terminal.until("bot.py cannot be loaded")
    terminal.until("SyntaxError|invalid syntax")


@pytest.mark.parametrize(
    "numbers", [[signal.SIGTERM], [signal.SIGINT], [signal.SIGINT, signal.SIGINT], [signal.SIGQUIT]]
)
def test_the_terminal_is_given_back_however_the_server_ends(terminal: Terminal, numbers: list[signal.Signals]) -> None:
    terminal.until("q quit")
    deadline = time.monotonic() + 100
    while terminal.mode() == terminal.before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    for number in numbers:
        terminal.process.send_signal(number)
    terminal.end()
    assert terminal.mode() == terminal.before


def test_the_terminal_is_given_back_when_a_task_of_the_server_breaks(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from gutenbot.cli.keys import Keys\n"
        "async def main():\n"
        "    keys = asyncio.create_task(Keys(0, {}).run())\n"
        "    await asyncio.sleep(0.1)\n"
        "    raise RuntimeError('broken on purpose')\n"
        "asyncio.run(main())\n"
    )
    ours, theirs = os.openpty()
    before = termios.tcgetattr(ours)
    done = subprocess.run(
        [sys.executable, "-c", program], stdin=theirs, stderr=subprocess.PIPE, encoding="utf-8", check=False,
        start_new_session=True, timeout=30,
    )  # fmt: skip
    assert "broken on purpose" in done.stderr
    assert termios.tcgetattr(ours) == before
    for fd in (ours, theirs):
        os.close(fd)


def test_without_a_terminal_there_are_no_keys(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    command = [sys.executable, "-m", "gutenbot", "dev", "bot.py", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        watching = next(line for line in process.stdout if "Watching" in line)
        assert "Ctrl-C quits" in watching
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
