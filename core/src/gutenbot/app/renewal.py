"""A server that starts anew when somebody asks for it: another version of a module counts then. How it does so, whoever runs the
process knows; here is only that somebody has asked, and what keeps it from happening."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from gutenbot.config.errors import SettingsMistake
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("serve")
Way = Literal["", "here", "workers"]
"""`here`: this process becomes a new one, on the same socket. `workers`: the parent replaces its workers, one after the other.
Empty: nobody knows how."""
RENEW = 76
"""What `serve` returns when this process is to become a new one."""


class CannotRestart(SettingsMistake):
    """This server cannot be restarted from here: {reason}."""

    code = "server.cannot-restart"
    status = 409


class Renewal:
    """Of one app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.way: Way = ""
        self.replace: Callable[[], None] | None = None
        """Tells the parent of several workers."""
        self.end: Callable[[], None] = lambda: None
        """Ends this process as a signal would."""
        self.started: datetime | None = None
        self.asked = False
        """It happens now."""

    def check(self) -> None:
        """Raises `CannotRestart`."""
        if not self.way:
            raise CannotRestart(reason="it does not run by `gutenbot dev`, `demo` or `serve`")
        if self._app.installing.going:
            raise CannotRestart(reason="a module is being installed; wait until that has ended, or cancel it")

    def ask(self) -> None:
        """Begins. Raises `CannotRestart`."""
        self.check()
        log.warning("server.restarting", way=self.way)
        self.asked = True
        if self.way == "workers" and self.replace is not None:
            self.replace()
        else:
            self.end()
