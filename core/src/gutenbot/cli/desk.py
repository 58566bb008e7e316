"""Accounts for commands that open the database themselves."""

from gutenbot.accounts.desk import Desk
from gutenbot.accounts.lines import Who
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.port import Storage

COMMAND_LINE = Who("system", "command line", "command line")


def desk_over(storage: Storage) -> Desk:
    """The desk of a storage that is open."""
    return Desk(storage, SystemClock())
