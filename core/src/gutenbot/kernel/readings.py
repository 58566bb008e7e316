"""The numbers of all workers of a server as one: counts are added up, also of workers that died; how things are now is only
asked of those that live."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gutenbot.kernel.slices import Declared, Slice, meters, series

WORKER = "worker"
"""The label that tells workers apart, where each has a number of its own."""


@dataclass(slots=True)
class Reading:
    """One meter with all of its series."""

    meter: Declared
    series: dict[tuple[str, ...], list[float]] = field(default_factory=dict)
    """Label values → cells, as `kernel/meters.py` has them."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels."""
        return (*self.meter.labels, WORKER) if self.meter.over == "each" else self.meter.labels

    def add(self, labels: tuple[str, ...], cells: list[float]) -> None:
        """Brings in the cells of one more worker."""
        known = self.series.get(labels)
        if known is None:
            self.series[labels] = cells
        elif self.meter.over == "max":
            self.series[labels] = [max(known[0], cells[0])]
        else:
            self.series[labels] = [one + other for one, other in zip(known, cells, strict=True)]


def read(slices: Sequence[Slice], lives: Callable[[Slice], bool]) -> list[Reading]:
    """All meters, by name. The place of a slice is the name of its worker."""
    found: dict[str, Reading] = {}
    for place, one in enumerate(slices):
        alive = lives(one)
        for name, meter in meters(one).items():
            if name not in found:
                found[name] = Reading(meter)
        for meter, labels, cells in _shown(one, alive=alive):
            reading = found[meter.name]
            if reading.meter == meter:
                reading.add((*labels, str(place)) if meter.over == "each" else labels, cells)
    return [found[name] for name in sorted(found)]


def _shown(one: Slice, *, alive: bool) -> Iterator[tuple[Declared, tuple[str, ...], list[float]]]:
    for meter, labels, cells in series(one):
        if meter.kind != "gauge" or (alive and not math.isnan(cells[0])):
            yield meter, labels, cells
