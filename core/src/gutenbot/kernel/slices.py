"""Where meters keep their numbers: a slice of memory that only grows, so that other processes can read it at any moment.

A slice begins with how much of it is used and a heartbeat. Entries follow: what a meter is, or the cells of one of its
series. An entry is written first and counted as used after that: a process that is killed in between leaves no half of one.
"""

import mmap
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple

import msgspec

WORKERS = "GUTENBOT_METERS"
"""Environment: `<file descriptor>:<this worker's place>:<number of workers>`, given by the parent of a server."""
SLICE_BYTES = 1 << 20
PRIVATE_BYTES = 256 << 10
MOST_CELLS = 64
_VERSION = 1.0
_HEAD = 4
"""Cells: version, used cells, heartbeat, spare."""
_FIRST = _HEAD + MOST_CELLS
"""After the head there are cells that nobody reads: numbers for which there is no room go there."""


class Key(NamedTuple):
    """One series of a meter."""

    name: str
    labels: tuple[str, ...]


class Declared(NamedTuple):
    """What a meter is."""

    kind: str
    name: str
    help: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]
    over: str


class Slice:
    """One process writes it."""

    def __init__(self, memory: memoryview) -> None:
        self._bytes = memory
        self.numbers = memory.cast("B").cast("d")
        """All cells; a meter knows the places of its own."""
        self._lock = Lock()
        self._declared: dict[str, Declared] = {}
        self._known: dict[Key, tuple[int, int]] = {}
        """Series → place and number of cells."""
        if self.numbers[0] != _VERSION:
            self._wipe()
        else:
            self._resume()

    def declare(
        self, kind: str, name: str, help_: str, labels: Sequence[str], bounds: Sequence[float], over: str
    ) -> None:
        """Says what a meter is, for those who read the slice."""
        wanted = Declared(kind, name, help_, tuple(labels), tuple(bounds), over)
        with self._lock:
            if self._declared.get(name) == wanted:
                return
            if name in self._declared:  # written by another release: nothing of it can be gone on with
                self._known = {key: place for key, place in self._known.items() if key.name != name}
            self._declared[name] = wanted
            self._append(["meter", wanted], 0)

    def take(self, key: Key, cells: int) -> int:
        """The place of a series, known or new; without room, one that nobody reads."""
        with self._lock:
            known = self._known.get(key)
            if known is not None and known[1] == cells:
                return known[0]
            at = self._append(["series", key], cells)
            if at is None:
                return _HEAD
            self._known[key] = (at, cells)
            return at

    def beat(self, monotonic: float) -> None:
        """The process lives, and its gauges are true, at this moment of the machine's clock."""
        self.numbers[2] = monotonic

    @property
    def beaten(self) -> float:
        """The moment of the last heartbeat; 0: there was none."""
        return self.numbers[2]

    def text(self, start: int, words: int) -> bytes:
        """Some cells as the text that was written there."""
        return bytes(self._bytes[start * 8 : (start + words) * 8])

    def _append(self, head: Any, cells: int) -> int | None:
        text = msgspec.json.encode(head)
        text += b" " * (-len(text) % 8)
        used = int(self.numbers[1])
        at = used + 2 + len(text) // 8
        if at + cells > len(self.numbers):
            return None
        self.numbers[used], self.numbers[used + 1] = float(len(text) // 8), float(cells)
        self._bytes[(used + 2) * 8 : at * 8] = text
        self.numbers[1] = float(at + cells)
        return at

    def _wipe(self) -> None:
        self.numbers[1] = float(_FIRST)
        self.numbers[2] = 0.0
        self.numbers[0] = _VERSION

    def _resume(self) -> None:
        """A process that takes the place of one that died counts on; how things are now, it has to find out."""
        self.numbers[2] = 0.0
        declared, self._known = _read(self)
        self._declared = dict(declared)
        for key, (at, _) in self._known.items():
            if declared[key.name].kind == "gauge":
                self.numbers[at] = float("nan")


def private() -> Slice:
    """A slice that no other process sees."""
    return Slice(memoryview(bytearray(PRIVATE_BYTES)))


def shared(environ: Mapping[str, str]) -> tuple[Slice, list[Slice]] | None:
    """This worker's slice and those of all, in memory that the parent made; None without such a parent."""
    try:
        file, place, number = (int(part) for part in environ.get(WORKERS, "").split(":"))
        memory = memoryview(mmap.mmap(file, SLICE_BYTES * number))
    except (ValueError, OSError):
        return None
    own = Slice(memory[place * SLICE_BYTES : (place + 1) * SLICE_BYTES])
    others = [Other(memory[one * SLICE_BYTES : (one + 1) * SLICE_BYTES]) for one in range(number)]
    return own, [own if one == place else other for one, other in enumerate(others)]


class Other(Slice):
    """The slice of another process: only read."""

    def __init__(self, memory: memoryview) -> None:
        self._bytes = memory
        self.numbers = memory.cast("B").cast("d")


def series(one: Slice) -> Iterator[tuple[Declared, tuple[str, ...], list[float]]]:
    """Every series of a slice: what its meter is, its label values, its cells. Nothing of one that was never begun."""
    declared, known = _read(one)
    for key, (at, cells) in known.items():
        meter = declared.get(key.name)
        if meter is not None and cells == (len(meter.bounds) + 2 if meter.bounds else 1):
            yield meter, key.labels, list(one.numbers[at : at + cells])


def meters(one: Slice) -> Mapping[str, Declared]:
    """All meters that were declared, also those without a series."""
    return _read(one)[0]


def _read(one: Slice) -> tuple[dict[str, Declared], dict[Key, tuple[int, int]]]:
    declared: dict[str, Declared] = {}
    known: dict[Key, tuple[int, int]] = {}
    if one.numbers[0] != _VERSION:
        return declared, known
    at, end = _FIRST, int(one.numbers[1])
    while at < end:
        words, cells = int(one.numbers[at]), int(one.numbers[at + 1])
        start = at + 2
        kind, what = msgspec.json.decode(one.text(start, words))
        at = start + words + cells
        if kind == "meter":
            name, labels, bounds = what[1], tuple(what[3]), tuple(what[4])
            if name in declared:
                known = {key: place for key, place in known.items() if key.name != name}
            declared[name] = Declared(what[0], name, what[2], labels, bounds, what[5])
        else:
            known[Key(what[0], tuple(what[1]))] = (start + words, cells)
    return declared, known
