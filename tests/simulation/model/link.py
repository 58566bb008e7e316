"""The way between a worker and the database: how long it takes, and what goes wrong on it."""

import random


class Link:
    """A perfect one: no delay, no faults. The simulated world has worse ones."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self.chance = chance or random.Random(0)

    def delay(self) -> float:
        """Seconds of one way."""
        return 0.0

    def is_cut(self) -> bool:
        """Whether the database cannot be reached now."""
        return False

    def loses_answer(self) -> bool:
        """Whether the connection breaks after a transaction happened and before its answer is back."""
        return False

    def is_busy(self) -> bool:
        """Whether other work was in the way too often: nothing is written."""
        return False

    def hint_delay(self) -> float | None:
        """After how long a hint is heard; None: never."""
        return 0.0

    def drops_request(self) -> bool:
        """Whether a request is lost whose sender died before it arrived."""
        return False
