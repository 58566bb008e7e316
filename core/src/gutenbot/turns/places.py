"""Who may run now: every bot has so many places, and only some of them for events that failed before."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping

from gutenbot.kernel.ids import BotId
from gutenbot.storage.rows import Claim
from gutenbot.turns.bots import BotRuntime

RETRIES_SHARE = 100
"""One place in so many, two at least, is for events that are tried again: a flood of them must not take the time of those
that go well (POI-05)."""


class Places:
    """Gives places in the order of asking, by bot."""

    def __init__(self, bots: Mapping[BotId, BotRuntime]) -> None:
        self._bots = bots
        self._running: Counter[BotId] = Counter()
        self._retrying: Counter[BotId] = Counter()
        self._fresh: dict[BotId, deque[Claim]] = defaultdict(deque)
        self._failed: dict[BotId, deque[Claim]] = defaultdict(deque)

    def take(self, claim: Claim) -> bool:
        """Whether it has a place now; else it waits for one."""
        if self._has_room(claim):
            self.occupy(claim)
            return True
        self.wait(claim)
        return False

    def occupy(self, claim: Claim) -> None:
        """It has a place, be there room or not."""
        self._running[claim.bot_id] += 1
        self._retrying[claim.bot_id] += claim.failures > 0

    def wait(self, claim: Claim) -> None:
        """It comes after the others that wait."""
        (self._failed if claim.failures else self._fresh)[claim.bot_id].append(claim)

    def leave(self, claim: Claim) -> None:
        """Its place is free; `claim` is what it was taken with."""
        self._running[claim.bot_id] -= 1
        self._retrying[claim.bot_id] -= claim.failures > 0

    def next(self, bot_id: BotId) -> Claim | None:
        """Who waits longest and may run now has a place: events that never failed come first."""
        for queue in (self._fresh[bot_id], self._failed[bot_id]):
            if queue and self._has_room(queue[0]):
                claim = queue.popleft()
                self.occupy(claim)
                return claim
        return None

    def free(self) -> dict[BotId, int]:
        """How many more conversations each bot could begin, those that wait counted as running."""
        return {
            bot_id: bot.concurrency - self._running[bot_id] - len(self._fresh[bot_id])
            for bot_id, bot in self._bots.items()
        }

    def give_up(self) -> list[Claim]:
        """All that wait, which wait no more."""
        waiting = [claim for queues in (self._fresh, self._failed) for queue in queues.values() for claim in queue]
        self._fresh.clear()
        self._failed.clear()
        return waiting

    def _has_room(self, claim: Claim) -> bool:
        bot = self._bots.get(claim.bot_id)
        limit = bot.concurrency if bot is not None else 1
        if claim.failures and self._retrying[claim.bot_id] >= max(2, limit // RETRIES_SHARE):
            return False
        return self._running[claim.bot_id] < limit
