"""Counters, gauges and histograms: numbers in a flat piece of memory, cheap enough for every turn.

The memory may be shared: each worker of a server writes into a slice of its own, and whoever is asked reads all of them
(`kernel/slices.py`). How the numbers are shown to others is not known here.

Numbers are added to without a lock, which would cost as much as all the rest: the interpreter lets no other thread in
between reading and writing in `numbers[at] += by`, as a test watches.
"""

from bisect import bisect_left
from collections.abc import Sequence
from threading import Lock
from typing import Literal, TypeVar

from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.slices import MOST_CELLS, Key, Slice, private

Kind = Literal["counter", "gauge", "histogram"]
Over = Literal["sum", "max", "each"]
"""How a number of several workers becomes one: added up, the largest, or one of each with the label `worker`."""
LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds for durations, in seconds."""
MOST = 200
"""Different label values of one meter; what comes after them is counted as `other`, so that memory is bounded (INP-14)."""
OTHER = "other"
_LONGEST = 100


class WrongMeter(AuthorMistake):
    """The meter {name} cannot be made: {reason}."""

    code = "meters.wrong"


class Meter:
    """What counters, gauges and histograms share: a name, labels, and a cell for each of their values."""

    kind: Kind = "counter"

    def __init__(
        self, place: Slice, name: str, help_: str, labels: Sequence[str], bounds: Sequence[float], over: Over, most: int
    ) -> None:
        self.name = name
        self.help = help_
        self.labels = tuple(labels)
        self.bounds = tuple(bounds)
        self.over: Over = over
        self._most = most
        self._place = place
        self._numbers = place.numbers
        self._width = len(self.bounds) + 2 if self.bounds else 1
        self._sum = self._width - 1
        self._cells: dict[tuple[str, ...], int] = {}
        self._making = Lock()
        place.declare(self.kind, name, help_, self.labels, self.bounds, over)

    @property
    def series(self) -> int:
        """How many combinations of label values have a number of their own."""
        return len(self._cells)

    def _cell(self, labels: tuple[str, ...]) -> int:
        """Where the number of these label values is; made when they are new."""
        with self._making:
            known = self._cells.get(labels)
            if known is not None:
                return known
            if len(labels) != len(self.labels):
                raise WrongMeter(name=self.name, reason=f"it has the labels {self.labels}, not {len(labels)} of them")
            kept = tuple(str(label)[:_LONGEST] for label in labels)
            if labels and len(self._cells) >= self._most:
                kept = (OTHER,) * len(labels)
            if kept not in self._cells:
                self._cells[kept] = self._place.take(Key(self.name, kept), self._width)
            if kept != labels and len(self._cells) < self._most:
                self._cells[labels] = self._cells[kept]
            return self._cells[kept]


class Counter(Meter):
    """Goes up only."""

    def add(self, *labels: str, by: float = 1.0) -> None:
        """Counts; from any thread."""
        at = self._cells.get(labels)
        if at is None:
            at = self._cell(labels)
        self._numbers[at] += by

    def value(self, *labels: str) -> float:
        """What this process has counted."""
        return self._numbers[self._cell(labels)]


class Gauge(Meter):
    """Goes up and down: how something is now. What was never set is not shown."""

    kind: Kind = "gauge"

    def set(self, value: float, *labels: str) -> None:
        """How it is now."""
        self._numbers[self._cells.get(labels) or self._cell(labels)] = value

    def clear(self) -> None:
        """Nothing is known any more, until it is set again."""
        for at in list(self._cells.values()):
            self._numbers[at] = float("nan")

    def value(self, *labels: str) -> float:
        """What was set last."""
        return self._numbers[self._cell(labels)]


class Histogram(Meter):
    """How often a value was how large."""

    kind: Kind = "histogram"

    def observe(self, value: float, *labels: str) -> None:
        """Counts a value into the bucket that it belongs to; from any thread."""
        at = self._cells.get(labels)
        if at is None:
            at = self._cell(labels)
        numbers = self._numbers
        numbers[at + bisect_left(self.bounds, value)] += 1.0
        numbers[at + self._sum] += value

    def count(self, *labels: str) -> int:
        """How many values this process has seen."""
        at = self._cell(labels)
        return round(sum(self._numbers[at : at + len(self.bounds) + 1]))


M = TypeVar("M", bound=Meter)


class Meters:
    """All meters of one process. The same name again gives the same meter."""

    def __init__(self, place: Slice | None = None, others: Sequence[Slice] = ()) -> None:
        self.place = place or private()
        self.slices: tuple[Slice, ...] = tuple(others) or (self.place,)
        """Those of all workers of this server, this one's among them, by their place."""
        self._meters: dict[str, Meter] = {}

    def counter(
        self, name: str, help_: str, labels: Sequence[str] = (), *, over: Over = "sum", most: int = MOST
    ) -> Counter:
        """A counter; its name ends with `_total`. `most` bounds the combinations of label values."""
        return self._made(Counter, name, help_, labels, (), over, most)

    def gauge(
        self, name: str, help_: str, labels: Sequence[str] = (), *, over: Over = "sum", most: int = MOST
    ) -> Gauge:
        """A gauge."""
        return self._made(Gauge, name, help_, labels, (), over, most)

    def histogram(
        self,
        name: str,
        help_: str,
        labels: Sequence[str] = (),
        *,
        bounds: Sequence[float] = LATENCY_S,
        most: int = MOST,
    ) -> Histogram:
        """A histogram with these upper bounds of its buckets, smallest first; one without a bound is added."""
        return self._made(Histogram, name, help_, labels, bounds, "sum", most)

    def find(self, name: str) -> Meter | None:
        """The meter of this name."""
        return self._meters.get(name)

    def _made(
        self,
        kind: type[M],
        name: str,
        help_: str,
        labels: Sequence[str],
        bounds: Sequence[float],
        over: Over,
        most: int,
    ) -> M:
        known = self._meters.get(name)
        if known is None:
            if sorted(set(bounds)) != list(bounds) or len(bounds) + 2 > MOST_CELLS:
                raise WrongMeter(name=name, reason=f"bounds rise, and there are at most {MOST_CELLS - 2} of them")
            known = self._meters[name] = kind(self.place, name, help_, labels, bounds, over, most)
        if not isinstance(known, kind) or known.labels != tuple(labels) or known.bounds != tuple(bounds):
            raise WrongMeter(name=name, reason="another one of this name has other labels or bounds")
        return known
