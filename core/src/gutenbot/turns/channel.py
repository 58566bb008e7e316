"""What a channel is to the turn loop: a name, what it can show, how to send, and how to learn who somebody is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

from gutenbot.storage.rows import OutgoingRow

Burst = Literal["queue", "burst", "debounce", "drop", "concurrent"]
Outcome = Literal["sent", "retry", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show. What it cannot is degraded by the rules of `turns/degrade.py`."""

    text_limit: int = 4096
    """Characters of one message (in the channel's own unit, see `unit`)."""
    caption_limit: int = 0
    """The same of the words with a file; 0: as many as of a message."""
    title_limit: int = 0
    """The same of the words on a button or a quick reply; 0: it does not say. Longer ones are cut."""
    unit: Literal["characters", "utf16", "utf8"] = "characters"
    quick_replies: int = 13
    """How many; 0: none, they become a numbered list in the text."""
    buttons: int = 3
    cards: bool = True
    carousel: int = 10
    """How many cards; 0: none, they are sent one by one."""
    forms: bool = False
    media: frozenset[str] = frozenset({"image", "audio", "video", "file"})
    media_bytes: int = 0
    """How large one file may be; 0: it does not say. Of a picture the largest copy that fits is sent."""
    location: bool = True
    typing: bool = True


EVERYTHING = Capabilities(
    text_limit=8000, quick_replies=50, buttons=20, cards=True, carousel=50, forms=True, location=True, typing=True
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a send. `retry_after` pauses the conversation; `unknown`: it may or may not have arrived."""

    outcome: Outcome
    provider_id: str = ""
    error: str = ""
    retry_after: timedelta | None = None


class Channel(Protocol):
    """An adapter to a messaging network. `reads` says that its clients read the thread, so nothing is sent."""

    id: str
    capabilities: Capabilities
    reads: bool
    """True: a message counts as sent once it is on disk; the channel shows the thread to its clients."""
    idempotent: bool
    """True: the network drops a message whose key it has seen, so that an unclear send may be repeated."""
    burst: Burst
    """How quick messages of one user are taken: one turn each (`queue`), those that wait as one turn (`burst`), wait
    for a pause and then one turn (`debounce`), ignore what comes while a turn runs (`drop`), or let turns overlap
    (`concurrent`: a slow step of one message does not hold up the next; state is still changed by one turn at a time, but
    answers may come in another order)."""
    concurrency: int
    """Sends in flight at most: the bound of what a crash may repeat (P5)."""

    fetches_profiles: bool
    """Whether `profile` can tell anything."""

    async def send(self, row: OutgoingRow) -> Sent:
        """Sends one message; `row.key` is its idempotency key. May raise: that is a retry."""
        ...

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """What the network tells about a person (see `UserRow.profile`), or None."""
        ...
