"""The channel that test users write on: it shows the thread, as the web chat does, and knows who they are."""

from typing import Any

from gutenbot.storage.rows import OutgoingRow
from gutenbot.turns.channel import EVERYTHING, Burst, Capabilities, Sent


class PlainChannel:
    """A channel whose clients read the thread. `people` is what it tells about them, by address."""

    reads = True
    idempotent = True
    fetches_profiles = True
    concurrency = 1

    def __init__(self, name: str, *, capabilities: Capabilities = EVERYTHING, burst: Burst = "queue") -> None:
        self.id = name
        self.capabilities = capabilities
        self.burst: Burst = burst
        self.people: dict[str, dict[str, Any]] = {}

    async def send(self, row: OutgoingRow) -> Sent:
        """It is in the thread already."""
        return Sent("sent")

    async def profile(self, sender: str) -> dict[str, Any] | None:
        """What a test said of this user."""
        return self.people.get(sender)
