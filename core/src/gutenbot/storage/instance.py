"""Which copy of the bot a database is, and whether it may send. A copy that finds itself at another place than the one where
it ran must not: the original may still be at work (BAK-03, BRD-12)."""

from typing import Protocol

import msgspec

COPIED = "This database is a copy: it ran at another place before."
"""Why nothing is sent from a database whose host is not the one that it last ran on."""


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """What a database knows of itself."""

    instance_id: str
    """Goes with the data into every copy."""
    made_ms: int
    host: str
    """The place where it may send: a random id of the data folder, or what names a database of a PostgreSQL server."""
    sending_lock: str
    """Why nothing is sent; empty when messages go out."""
    waiting: int
    """Messages that wait to be sent, or whose sending was cut off."""


class Identity(Protocol):
    """The part of the storage port that says whether this copy may send."""

    @property
    def sending_lock(self) -> str:
        """Why channels must send nothing now; empty when they may. Another process may change it: seconds old."""
        ...

    async def instance(self) -> Instance:
        """What the database knows of itself."""
        ...

    async def lock_sending(self, why: str) -> None:
        """Nothing more is sent from here, until it is unlocked; turns go on and the outbox keeps what they say."""
        ...

    async def unlock_sending(self, *, discard: bool, now_ms: int) -> int:
        """This is the copy that sends, at this place, from now on. With `discard`, what waits until now is never sent.

        Returns how many messages were discarded.
        """
        ...


def lock_of(stored: str, last_host: str, host: str) -> str:
    """Why nothing may be sent by a database that last ran on `last_host`."""
    return stored or (COPIED if last_host != host else "")
