"""Makes a server a new one: the same command in the same process, or a word to the parent of several workers. Who connects
meanwhile waits in the queue of the socket, which stays open."""

import os
import signal
import socket
import sys
from contextlib import suppress
from typing import NoReturn

from gutenbot.app.renewal import Renewal
from gutenbot.cli.workers import COMMANDS_KEY

SAME = "GUTENBOT_SAME_LISTENER"
"""The number of the open socket that the process has served before it became a new one."""


def prepare(renewal: Renewal) -> None:
    """Says how this process is replaced."""
    if os.name == "nt":
        return
    if os.environ.get(COMMANDS_KEY):
        renewal.way, renewal.replace = "workers", _tell_parent
    else:
        renewal.way = "here"


def _tell_parent() -> None:
    with suppress(ProcessLookupError):
        os.kill(os.getppid(), signal.SIGUSR1)


def kept_listener() -> socket.socket | None:
    """The socket that this process has served before; None at its first start."""
    number = os.environ.pop(SAME, "")
    if not number:
        return None
    found = socket.socket(fileno=int(number))
    found.set_inheritable(False)
    found.setblocking(False)
    return found


def become_new(listener: socket.socket) -> NoReturn:
    """Runs the command of this process from its beginning, in its place."""
    listener.set_inheritable(True)
    os.environ[SAME] = str(listener.fileno())
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
