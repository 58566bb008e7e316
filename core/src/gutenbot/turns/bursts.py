"""Short messages of one user in quick succession, taken together as one turn where the channel wants that."""

from collections import Counter

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Claim
from gutenbot.turns.channel import Channel

BURST_LIMIT = 20
DEBOUNCE_S = 1.0


class Bursts:
    """Knows what waits behind the event that runs, and takes of it what belongs together."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._waiting: Counter[ConversationId] = Counter()

    def waits(self, conversation_id: ConversationId, change: int) -> None:
        """Counts events that wait behind the one that runs. It may go below zero for a moment: an event can be claimed
        before this process has heard of its arrival. Where other processes take events in as well, nothing is counted."""
        if self._storage.shared:
            return
        count = self._waiting[conversation_id] + change
        if count:
            self._waiting[conversation_id] = count
        else:
            self._waiting.pop(conversation_id, None)

    async def collect(self, claim: Claim, channel: Channel) -> list[Claim]:
        """Further messages of the user that this turn answers too, by the channel's policy."""
        if claim.lane != "live" or channel.burst not in ("burst", "debounce"):
            return []
        if channel.burst == "burst":
            return await self._more(claim, BURST_LIMIT)
        burst: list[Claim] = []
        while len(burst) < BURST_LIMIT:
            await self._clock.sleep(DEBOUNCE_S)
            more = await self._more(burst[-1] if burst else claim, BURST_LIMIT - len(burst))
            if not more:
                break
            burst += more
        return burst

    async def _more(self, claim: Claim, limit: int) -> list[Claim]:
        """Asks the database where other processes take events in as well; else this one knows whether anything waits."""
        if not self._storage.shared and self._waiting[claim.conversation_id] <= 0:
            return []
        more = await self._storage.claim_more(claim, limit)
        self.waits(claim.conversation_id, -len(more))
        return more
