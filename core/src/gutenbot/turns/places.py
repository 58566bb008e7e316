"""Who may run now: every bot has so many places, and only some of them for events that failed before."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.rows import Claim
from gutenbot.turns.bots import BotRuntime

RETRIES_SHARE = 100
"""One place in so many, two at least, is for events that are tried again: a flood of them must not take the time of those
that go well (POI-05)."""


@dataclass(frozen=True, slots=True)
class Again:
    """A conversation whose oldest event failed and may be tried again. It is claimed when it has a place: of a flood, only
    those that run cost anything (POI-05)."""

    bot_id: BotId
    conversation_id: ConversationId
    failures: int


Applicant = Claim | Again


class Places:
    """Gives places in the order of asking, by bot."""

    def __init__(self, bots: Mapping[BotId, BotRuntime]) -> None:
        self._bots = bots
        self._running: Counter[BotId] = Counter()
        self._retrying: Counter[BotId] = Counter()
        self._fresh: dict[BotId, deque[Claim]] = defaultdict(deque)
        self._failed: dict[BotId, deque[Applicant]] = defaultdict(deque)

    def take(self, claim: Applicant) -> bool:
        """Whether it has a place now; else it waits for one."""
        if self._has_room(claim):
            self.occupy(claim)
            return True
        self.wait(claim)
        return False

    def occupy(self, claim: Applicant) -> None:
        """It has a place, be there room or not."""
        self._running[claim.bot_id] += 1
        self._retrying[claim.bot_id] += claim.failures > 0

    def wait(self, claim: Applicant) -> None:
        """It comes after the others that wait."""
        if isinstance(claim, Again) or claim.failures:
            self._failed[claim.bot_id].append(claim)
        else:
            self._fresh[claim.bot_id].append(read_later(claim))

    def leave(self, claim: Applicant) -> None:
        """Its place is free; `claim` is what it was taken with."""
        self._running[claim.bot_id] -= 1
        self._retrying[claim.bot_id] -= claim.failures > 0

    def next(self, bot_id: BotId) -> Applicant | None:
        """Who waits longest and may run now has a place: events that never failed come first."""
        found: Applicant | None = None
        if (fresh := self._fresh[bot_id]) and self._has_room(fresh[0]):
            found = fresh.popleft()
        elif (failed := self._failed[bot_id]) and self._has_room(failed[0]):
            found = failed.popleft()
        if found is not None:
            self.occupy(found)
        return found

    def free(self) -> dict[BotId, int]:
        """How many more conversations each bot could begin, those that wait counted as running."""
        return {
            bot_id: bot.concurrency - self._running[bot_id] - len(self._fresh[bot_id])
            for bot_id, bot in self._bots.items()
        }

    def give_up(self) -> list[Claim]:
        """All claims that wait, which wait no more."""
        waiting = [claim for queue in self._fresh.values() for claim in queue]
        waiting += [claim for queue in self._failed.values() for claim in queue if isinstance(claim, Claim)]
        self._fresh.clear()
        self._failed.clear()
        return waiting

    def _has_room(self, claim: Applicant) -> bool:
        bot = self._bots.get(claim.bot_id)
        limit = bot.concurrency if bot is not None else 1
        if claim.failures and self._retrying[claim.bot_id] >= max(2, limit // RETRIES_SHARE):
            return False
        return self._running[claim.bot_id] < limit


def read_later(claim: Claim) -> Claim:
    """The same for a turn that does not begin at once: what it starts from is read then."""
    return claim if claim.loaded is None else msgspec.structs.replace(claim, loaded=None)
