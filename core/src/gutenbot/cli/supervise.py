"""The parent of a server: starts it, starts it again when it dies, passes signals on. Imports next to nothing on purpose:
it stays in memory as long as the server runs."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

from gutenbot.kernel.clock import Clock, SystemClock

MAX_PER_MINUTE = 5
FIRST_WAIT_S = 0.5
CAP_S = 10.0
CHILD = "--no-supervise"
WORKERS = "--workers"
MOST_WORKERS = 256
SUPERVISED = "GUTENBOT_SUPERVISED"
METERS = "GUTENBOT_METERS"
METERS_BYTES = 1 << 20
"""As in `kernel/slices.py`, which is not imported here: it would stay in memory."""
REFUSED = 78
"""The child's code for: something must be mended first, another start would not help (EX_CONFIG of sysexits.h)."""
AWAY = 69
"""The child's code for: what it needs cannot be reached just now, another start will help some time (EX_UNAVAILABLE)."""
CRASHED = 70
"""The parent's code for a child that would not stay alive (EX_SOFTWARE)."""


def wanted(arguments: Sequence[str]) -> bool:
    """Whether these arguments start a server that is to be supervised."""
    words = [word for word in arguments if word != "--json"]
    return words[:1] == ["serve"] and not {CHILD, "--help", "-h"} & set(words)


def run(arguments: Sequence[str]) -> int:
    """Runs the server as a child until it ends for good, or several; returns the exit code."""
    arguments, number = workers_of(arguments)
    if number > 1:
        from gutenbot.cli import workers

        return workers.run(arguments, number)
    command = [sys.executable, "-m", "gutenbot", *arguments, CHILD]
    return Parent(command, SystemClock(), memory=meters_memory(1)).run()


def workers_of(arguments: Sequence[str]) -> tuple[list[str], int]:
    """The arguments without `--workers`, and how many it says; 1 when that is no number, which the command will refuse."""
    rest: list[str] = []
    number = 1
    words = iter(arguments)
    for word in words:
        if word == WORKERS or word.startswith(f"{WORKERS}="):
            text = word.partition("=")[2] or next(words, "")
            if not (text.isdecimal() and 1 <= int(text) <= MOST_WORKERS):
                return list(arguments), 1
            number = int(text)
        else:
            rest.append(word)
    return rest, number


class Parent:
    """Keeps one child alive."""

    def __init__(
        self,
        command: Sequence[str],
        clock: Clock,
        pause: Callable[[float], None] | None = None,
        *,
        memory: int | None = None,
    ) -> None:
        self._memory = memory
        self._command = list(command)
        self._clock = clock
        self._pause = pause or self._wait
        self._child = 0
        self._stopping = False
        self._starts: list[float] = []
        self._aways = 0
        """How often in a row the child could not reach what it needs."""

    def run(self) -> int:
        """Returns when the child ended for good."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._pass_on)
        while True:
            started = self._clock.monotonic()
            code = self._one()
            if self.stopping() or code in (0, 2):
                return code
            if code == REFUSED:
                return 1
            if code == AWAY:
                wait_s = pause_s(self._aways)
                self._aways += 1
                say(f"the server cannot start yet (see above); trying again in {wait_s:g} s")
                self._pause(wait_s)
                if self.stopping():
                    return 0
                continue
            self._aways = 0
            self._starts = [moment for moment in self._starts if started - moment < 60] + [started]
            if len(self._starts) >= MAX_PER_MINUTE:
                say(
                    f"the server ended {len(self._starts)} times within a minute; see the log above, then start it again"
                )
                return CRASHED
            wait_s = pause_s(len(self._starts) - 1)
            say(f"the server ended unexpectedly ({reason(code)}); starting it again in {wait_s:g} s")
            self._pause(wait_s)
            if self.stopping():
                return 0

    def stopping(self) -> bool:
        """Whether a signal came that ends everything."""
        return self._stopping

    def _one(self) -> int:
        """Starts a child and waits for its end; the code is negative for a signal."""
        environ = {**os.environ, SUPERVISED: "1"} | meters_place(self._memory, 0, 1)
        # A group of its own: Ctrl-C reaches the parent alone, which passes it on once.
        self._child = os.posix_spawn(self._command[0], self._command, environ, setpgroup=0)
        while True:
            try:
                _, status = os.waitpid(self._child, 0)
            except InterruptedError:
                continue
            self._child = 0
            return os.waitstatus_to_exitcode(status)

    def _pass_on(self, number: int, frame: object) -> None:
        self._stopping = True
        if self._child:
            os.kill(self._child, signal.SIGTERM if number == signal.SIGINT else number)

    def _wait(self, seconds: float) -> None:
        end = self._clock.monotonic() + seconds
        while not self._stopping and self._clock.monotonic() < end:
            time.sleep(0.05)


def meters_memory(number: int) -> int | None:
    """Memory for the meters of so many workers, as a file that they inherit: what one has counted is there after its death.

    None where the system has no such files; then each worker counts for itself.
    """
    if not hasattr(os, "memfd_create"):
        return None
    memory = os.memfd_create("gutenbot-meters", 0)
    os.ftruncate(memory, METERS_BYTES * number)
    return memory


def meters_place(memory: int | None, place: int, number: int) -> dict[str, str]:
    """The environment of the worker at this place."""
    return {} if memory is None else {METERS: f"{memory}:{place}:{number}"}


def pause_s(before: int) -> float:
    """How long to wait before another start, after so many that did not help."""
    return min(CAP_S, FIRST_WAIT_S * (1 << min(before, 10)))


def reason(code: int) -> str:
    """Why a child ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def say(text: str) -> None:
    """A line for whoever looks at the terminal or the log."""
    sys.stderr.write(f"gutenbot: {text}\n")
    sys.stderr.flush()
