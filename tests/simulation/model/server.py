"""The database's own side: it runs transactions one after the other, and passes hints on."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tests.simulation.model.tables import Tables


class Ear(Protocol):
    """Somebody who listens for hints."""

    def hear(self, boot: str, topics: frozenset[str]) -> None:
        """This worker says that something happened, perhaps."""


class Job:
    """One piece of work, and who waits for it."""

    __slots__ = ("about", "error", "future", "name", "place", "result", "then", "work")

    def __init__(
        self,
        name: str,
        work: Callable[[], Any],
        place: str,
        then: Callable[[Any], bool | None] | None = None,
        about: Any = None,
    ) -> None:
        self.about = about
        """What it is about, for those who watch."""
        self.name = name
        self.work = work
        self.place = place
        self.then = then
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.result: Any = None
        self.error: Exception | None = None


Watcher = Callable[[str, Sequence[Job]], None]


class Server:
    """One database for all workers. `watchers` are called after each transaction, with the worker and its jobs."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.tables = Tables(now)
        self.watchers: list[Watcher] = []
        self.ears: list[Ear] = []

    def run(self, boot: str, jobs: Sequence[Job]) -> None:
        """A group of work in one transaction. A piece that fails writes nothing, and the others happen without it."""
        self.tables.touched.clear()
        for job in jobs:
            job.result, job.error = None, None
            try:
                job.result = job.work()
            except Exception as error:
                job.error = error
        for watch in self.watchers:
            watch(boot, jobs)

    def notify(self, boot: str, topics: frozenset[str]) -> None:
        """Tells all who listen."""
        for ear in self.ears:
            ear.hear(boot, topics)
