"""The parent of several servers on one host: they share one listening socket, and each is started again when it dies.
Imports next to nothing on purpose: it stays in memory as long as the servers run."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from gutenbot.cli.supervise import (
    AWAY,
    CHILD,
    CRASHED,
    MAX_PER_MINUTE,
    REFUSED,
    SUPERVISED,
    meters_memory,
    meters_place,
    pause_s,
    reason,
    say,
)
from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.kernel.ids import new_key

LISTENER = "GUTENBOT_LISTENER"
"""The number of the open socket that a worker serves."""
COMMANDS_KEY = "GUTENBOT_COMMANDS_KEY"
"""The key with which commands of this project reach any of the workers."""
READY = "GUTENBOT_READY"
"""The number of the pipe into which a worker writes once it serves."""
WHERE = "--where"
"""Has `serve` say where it would listen, as JSON, and end."""


def run(arguments: Sequence[str], number: int) -> int:
    """Runs so many workers until they end for good; returns the exit code."""
    serve = [sys.executable, "-m", "gutenbot", *arguments]
    asked = subprocess.run([*serve, WHERE, CHILD], stdout=subprocess.PIPE, check=False)  # noqa: S603 - ourselves
    if asked.returncode != 0:
        return 1 if asked.returncode == REFUSED else asked.returncode
    where = json.loads(asked.stdout)
    try:
        listener = _listen(where["host"], where["port"])
    except OSError as error:
        say(f"cannot listen on {where['host']}:{where['port']}: {error.strerror or error}")
        return 1
    os.set_inheritable(listener.fileno(), True)
    memory = meters_memory(number)
    environ = {
        **os.environ, SUPERVISED: "1", LISTENER: str(listener.fileno()), COMMANDS_KEY: new_key("gb_")
    }  # fmt: skip
    return Workers([*serve, CHILD], environ, number, SystemClock(), memory=memory).run()


def _listen(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    found = socket.socket(family, kind)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(address)
    found.listen(2048)
    return found


class Workers:
    """Keeps several children alive, each by itself: one that dies is replaced while the others serve.

    SIGHUP replaces them all, one after the other: each finishes what it has begun, and the next one ends when the new one serves.
    Where one does not come up, the rest stay as they are. On a terminal SIGHUP says that the terminal is gone, and ends all;
    SIGUSR1, by which a worker asks for the same, does not.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: dict[str, str],
        number: int,
        clock: Clock,
        pause: Callable[[float], None] = time.sleep,
        *,
        memory: int | None = None,
    ) -> None:
        self._command = list(command)
        self._environ = environ
        self._number = number
        self._clock = clock
        self._pause = pause
        self._memory = memory
        self._children: dict[int, int] = {}
        """Process → its place."""
        self._due: dict[int, float] = dict.fromkeys(range(number), 0.0)
        """Place → when it is to be filled."""
        self._deaths: dict[int, list[float]] = {place: [] for place in range(number)}
        self._aways = dict.fromkeys(range(number), 0)
        """Place → how often in a row its child could not reach what it needs."""
        self._stopping = False
        self._rolling: list[int] = []
        """Places whose children are still to be replaced, one after the other."""
        self._leaving: int | None = None
        """The place whose child is being replaced."""
        self._pipe: int | None = None
        """Where the new child at this place says that it serves."""
        self._on_terminal = os.isatty(0)
        self._code = 0

    def run(self) -> int:
        """Returns when all children have ended for good."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
            signal.signal(number, self._told)
        while True:
            self._start_due()
            self._reap()
            self._roll()
            if not self._children and (self._stopping or not self._due):
                return self._code
            self._pause(0.05)

    def _start_due(self) -> None:
        now = self._clock.monotonic()
        for place, due in list(self._due.items()):
            if due <= now and not self._stopping:
                del self._due[place]
                environ = self._environ | meters_place(self._memory, place, self._number)
                tells = self._open_pipe() if place == self._leaving else None
                if tells is not None:
                    environ[READY] = str(tells)
                child = os.posix_spawn(self._command[0], self._command, environ, setpgroup=0)
                self._children[child] = place
                if tells is not None:
                    os.close(tells)

    def _open_pipe(self) -> int:
        """The end that the next child gets."""
        self._pipe, tells = os.pipe()
        os.set_blocking(self._pipe, False)
        os.set_inheritable(tells, True)
        return tells

    def _roll(self) -> None:
        """Goes on with replacing the children, one after the other."""
        if self._pipe is not None and self._leaving is not None:
            try:
                said = os.read(self._pipe, 1)
            except BlockingIOError:
                return
            os.close(self._pipe)
            self._pipe, place, self._leaving = None, self._leaving, None
            if said:
                say(f"worker {place + 1} is a new one")
            else:
                self._rolling.clear()
                say(f"the new worker {place + 1} does not serve; the others stay as they are")
        if self._rolling and self._leaving is None and not self._stopping:
            self._leaving = self._rolling.pop(0)
            for child in [child for child, place in self._children.items() if place == self._leaving]:
                os.kill(child, signal.SIGTERM)
                return
            self._leaving = None  # it has died just now, and a new one comes anyway

    def _reap(self) -> None:
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            place = self._children.pop(child, None)
            if place is not None:
                self._ended(place, os.waitstatus_to_exitcode(status))

    def _ended(self, place: int, code: int) -> None:
        if self._stopping:
            self._code = self._code or (max(0, code))
            return
        now = self._clock.monotonic()
        if place == self._leaving and self._pipe is None:  # as it was told
            self._due[place] = now
            return
        if code == AWAY:
            wait_s = pause_s(self._aways[place])
            self._aways[place] += 1
            say(f"worker {place + 1} cannot start yet (see above); trying again in {wait_s:g} s")
            self._due[place] = now + wait_s
            return
        self._aways[place] = 0
        deaths = [moment for moment in self._deaths[place] if now - moment < 60] + [now]
        self._deaths[place] = deaths
        if code in (0, 2, REFUSED):  # it was told to end, or another start would not help
            self._end(1 if code == REFUSED else code)
        elif len(deaths) >= MAX_PER_MINUTE:
            say(f"worker {place + 1} ended {len(deaths)} times within a minute; see the log above, then start again")
            self._end(CRASHED)
        else:
            wait_s = pause_s(len(deaths) - 1)
            say(f"worker {place + 1} ended unexpectedly ({reason(code)}); starting it again in {wait_s:g} s")
            self._due[place] = now + wait_s

    def _end(self, code: int) -> None:
        self._code = code
        self._stop(signal.SIGTERM)

    def _stop(self, number: int) -> None:
        self._stopping = True
        for child in list(self._children):
            os.kill(child, number)

    def _told(self, number: int, frame: object) -> None:
        if number == signal.SIGUSR1 or (number == signal.SIGHUP and not self._on_terminal):
            self._rolling = [place for place in range(self._number) if place != self._leaving]
            return
        self._stop(signal.SIGTERM if number == signal.SIGINT else number)
