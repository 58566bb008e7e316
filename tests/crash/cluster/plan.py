"""What is to happen in a run, and what came out of it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.crash.bot import IN_FLIGHT
from tests.crash.checks import Verdict
from tests.crash.cluster.fences import Findings
from tests.crash.load import Shares
from tests.crash.script import ROUND

WORKERS = 3
SHARES: Shares = (
    ("web", 0.3),
    ("socket", 0.2),
    ("converse", 0.15),
    ("push-keyed", 0.12),
    ("push-timers", 0.08),
    ("push-plain", 0.15),
)
DRAIN_S = 30.0
"""How long a graceful end may take (DEP-07): 5 s for open requests, 25 s for turns and sends."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, for how long, and with which seed."""

    kills: int = 20
    seconds: float = 150.0
    rate: float = 200.0
    """Messages of users in a second."""
    seed: int = 1
    lease_s: float = 8.0
    freezes: int = 3
    cuts: int = 2
    silences: int = 2
    database_stops: int = 3
    ends: int = 2
    rolls: int = 1

    @property
    def users(self) -> int:
        """Each says about one message in two seconds: the web chat takes one in a second from a visitor, and users catch up."""
        return max(len(SHARES), round(2 * self.rate))

    @property
    def each(self) -> int:
        """Messages of one user: whole rounds, so that every form is filled to its end."""
        return max(1, round(self.rate * self.seconds / self.users / ROUND)) * ROUND

    @property
    def faults(self) -> list[str]:
        """All faults, in an order that the seed decides."""
        faults = ["kill"] * self.kills + ["freeze"] * self.freezes + ["cut"] * self.cuts + ["silence"] * self.silences
        faults += ["database stop"] * self.database_stops + ["end"] * self.ends + ["roll"] * self.rolls
        random.Random(self.seed).shuffle(faults)
        return faults


@dataclass(slots=True)
class Outcome:
    """What came out of a run."""

    plan: Plan
    verdict: Verdict = field(default_factory=Verdict)
    findings: Findings = field(default_factory=Findings)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    load_s: float = 0.0
    """From the first message until the last one was taken."""
    drain_s: float = 0.0
    """From the last fault until all was quiet."""
    seconds: float = 0.0
    tries: int = 0
    absorbed: int = 0
    plain_doubled: int = 0
    ends: list[tuple[int, float]] = field(default_factory=list)
    """Exit code and duration of each graceful end."""
    crashes: list[str] = field(default_factory=list)
    """Workers that ended by themselves after they were ready."""
    wakings: int = 0
    ticks: int = 0
    """Moments of the schedule, and how often it was wrong about them."""
    ticks_wrong: Sequence[str] = ()
    kept: list[str] = field(default_factory=list)
    """Workers that ended gracefully and left a lease or a conversation behind."""
    chains: list[str] = field(default_factory=list)
    """Conversations whose entries do not name the one before them."""

    @property
    def messages(self) -> int:
        """How many messages there were."""
        return self.plan.each * self.plan.users

    @property
    def plain_bound(self) -> int:
        """What the channel without keys may repeat: what one process has in flight, for each time that one loses its claims."""
        lost = sum(self.faults[name] for name in ("kill", "freeze", "cut", "silence"))
        return IN_FLIGHT * (lost + WORKERS * self.faults["database stop"])

    @property
    def thawed_bound(self) -> int:
        """What was being sent when a process was frozen, on both channels that send."""
        return 2 * IN_FLIGHT * self.faults["freeze"]

    @property
    def broken(self) -> int:
        """How many promises were broken, all in all."""
        found = self.findings
        wrong = (found.violations, found.late, self.crashes, self.ticks_wrong, self.kept, self.chains)
        ends = sum(code != 0 or took_s > DRAIN_S for code, took_s in self.ends)
        bounds = (self.plain_doubled > self.plain_bound) + (found.thawed > self.thawed_bound)
        return self.verdict.violations + sum(map(len, wrong)) + ends + bounds

    @property
    def ok(self) -> bool:
        """Whether every promise held."""
        return self.broken == 0
