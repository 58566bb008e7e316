"""What one seed means: how many workers and users there are, what they say, and which faults come when."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from gutenbot.turns.roles import Role
from tests.simulation.bot import KINDS

FaultKind = Literal["crash", "freeze", "cut", "outage", "step", "stop", "lossy", "deaf"]
_KINDS: tuple[FaultKind, ...] = ("crash", "crash", "freeze", "cut", "outage", "step", "stop", "lossy", "deaf")
ROLES: tuple[frozenset[Role], ...] = (
    frozenset({"web", "schedules"}),
    frozenset({"turns"}),
    frozenset({"delivery"}),
)
"""How workers share the roles out where they do."""
_STORM: tuple[FaultKind, ...] = ("freeze", "cut", "outage", "lossy", "lossy", "crash")
_WEIGHTS = {"add": 6, "three": 2, "pay": 3, "ask": 2, "nap": 2, "fail": 1, "slow": 1, "die": 1}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong."""

    at_s: float
    kind: FaultKind
    for_s: float
    fuse: int
    """After so many more callbacks of the process (crash, freeze)."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What one user does: (pause before, text, what goes wrong in handing it in)."""

    name: str
    channel: str
    messages: tuple[tuple[float, str, str], ...]


@dataclass(slots=True)
class Plan:
    """One world."""

    seed: int
    workers: int
    talks: list[Talk]
    faults: list[Fault]
    fresh_end: bool
    """At the end all workers are killed and one is started anew; else the survivors must manage."""
    trouble: float
    latency_s: float
    restart_s: float
    storm: bool
    lease_s: float
    concurrency: int
    """Turns at once of one worker."""
    backlog_limit: int
    split: bool
    """Workers share the roles out instead of doing everything each."""
    sends: list[tuple[float, int]] = field(default_factory=list)
    """Messages from outside a turn: (moment, to which user)."""


def plan(seed: int, *, storm: bool = False) -> Plan:
    """The world of a seed. In a storm everything is short, and much goes wrong: what is rare elsewhere happens there."""
    chance = random.Random(f"plan {seed}")
    calm = chance.random() < 0.1
    length = chance.uniform(5.0, 40.0)
    lease_s = chance.choice([10.0, 10.0, 30.0])
    users = chance.randint(1, 5)
    workers = chance.randint(1, 4)
    faults = [] if calm else [_fault(chance, length, lease_s) for _ in range(chance.randint(1, 7))]
    if storm:
        workers, lease_s, length = 2 + seed % 3, 10.0, 30.0
        faults = [_fault(chance, length, lease_s, _STORM) for _ in range(12)]
    return Plan(
        seed=seed,
        workers=workers,
        talks=[_talk(chance, i, length) for i in range(users)],
        faults=sorted(faults, key=lambda fault: fault.at_s),
        fresh_end=chance.random() < 0.3,
        trouble=0.0 if calm else chance.choice([0.0, 0.05, 0.2]),
        latency_s=chance.choice([0.0005, 0.003, 0.02]),
        restart_s=chance.choice([0.2, 3.0, 12.0]),
        storm=storm,
        lease_s=lease_s,
        concurrency=chance.choice([1, 2, 200, 200]),
        backlog_limit=chance.choice([5, 20_000, 20_000]),
        split=workers >= len(ROLES) and chance.random() < 0.3,
        sends=[(chance.uniform(1.0, length), chance.randrange(users)) for _ in range(chance.randint(0, 2))],
    )


def _fault(chance: random.Random, length: float, lease_s: float, kinds: Sequence[FaultKind] = _KINDS) -> Fault:
    return Fault(
        at_s=chance.uniform(0.0, length),
        kind=chance.choice(kinds),
        for_s=chance.choice(
            [chance.uniform(0.1, 4.0), chance.uniform(4.0, lease_s), chance.uniform(lease_s, 2 * lease_s)]
        ),
        fuse=chance.choice([0, chance.randrange(10), chance.randrange(100)]),
    )


def _talk(chance: random.Random, number: int, length: float) -> Talk:
    name = f"u{number}"
    count = chance.randint(1, 7)
    kinds = chance.choices(KINDS, [_WEIGHTS[kind] for kind in KINDS], k=count)
    hurry = chance.random() < 0.3
    messages = tuple(
        (
            0.0 if hurry else chance.uniform(0.0, length / count),
            f"{kind} {name}.{i}",
            chance.choice(["", "", "", "again", "twice at once"]),
        )
        for i, kind in enumerate(kinds)
    )
    return Talk(name, chance.choice(["keyed", "keyed", "plain", "web"]), messages)
