"""What a server holds in memory: idle, with many conversations behind it, at its most; and what a database adds on disk."""

import time
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.contestants import TEXT, Contestant, gutenbot
from bench.load import MakeRequest, as_fast_as_possible
from bench.process import Memory
from bench.tables import Table, goal

MIB = 1 << 20
WARM = 2000


@dataclass(frozen=True, slots=True)
class Held:
    """The figures of one server, in bytes."""

    idle: int
    warm: int
    after: int
    peak: int
    conversations: int
    disk: int

    @property
    def each(self) -> float:
        """Bytes of memory that an idle conversation adds."""
        return max(0.0, (self.after - self.warm) / self.conversations)


def measure(folder: Path, *, conversations: int) -> tuple[Held, Held]:
    """A server as it is, and one with small page caches, which shows what conversations cost beside them."""
    return _one(folder, "memory", conversations, {}), _one(
        folder, "memory small", conversations, {"GUTENBOT_BENCH_SMALL_CACHE": "1"}
    )


def _one(folder: Path, name: str, conversations: int, environ: dict[str, str]) -> Held:
    """Starts a server, warms it up, lets so many people say one thing each, and waits until it is idle."""
    ours = gutenbot(folder, name=f"gutenbot {name}", environ=environ)
    with ours.server as server:
        _settle()
        idle = server.memory()
        uvloop.run(as_fast_as_possible(ours.port, ours.make(""), seconds=600, requests=min(WARM, conversations)))
        _settle()
        warm = server.memory()
        uvloop.run(as_fast_as_possible(ours.port, _new_people(ours), seconds=600, requests=conversations))
        _settle()
        after: Memory = server.memory()
    disk = sum(file.stat().st_size for file in (server.folder / ".gutenbot").glob("*.db"))
    return Held(idle.now, warm.now, after.now, after.peak, conversations, disk)


def _settle() -> None:
    time.sleep(1.0)


def _new_people(ours: Contestant) -> MakeRequest:
    """Each request is the first one of a conversation: the path of the known requests, with another name."""
    known = ours.make("")(0, 0)

    def make(connection: int, made: int) -> bytes:
        return known.replace(b"/c0-0 ", b"/person-%d-%d " % (connection, made), 1)

    return make


def table(held: Held, small: Held) -> Table:
    """With the goals."""
    found = Table("Memory of the server (resident)", ["", "MiB"])
    found.add("idle after the start", f"{held.idle / MIB:.1f}")
    found.add("after the first messages", f"{held.warm / MIB:.1f}")
    found.add(f"after {held.conversations:,} more conversations, idle", f"{held.after / MIB:.1f}")
    found.add("at its most", f"{held.peak / MIB:.1f}")
    found.notes = [
        f"Idle: goal < 90 MiB: {goal(held.idle < 90 * MIB)}; aim 60 MiB: {goal(held.idle <= 60 * MIB)}.",
        (
            f"An idle conversation adds {small.each:.0f} bytes, beside the pages of the database, whose cache is bounded "
            f"(with them {held.each:.0f}). Goal < 1 KiB: {goal(small.each < 1024)}."
        ),
        (
            f"On disk, {held.conversations + WARM:,} messages of {len(TEXT)} characters with their answers take "
            f"{held.disk / (held.conversations + WARM):.0f} bytes each."
        ),
    ]
    return found
