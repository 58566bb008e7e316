"""Threads that run work on their own connections. What queued while the last round trip ran shares the next one.

A lane knows nothing of what its work does: it hands a group of jobs to `run`, which gives every job its result or error.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from gutenbot.storage.errors import StorageAway
from gutenbot.storage.postgres.session import Session
from gutenbot.storage.waiting import Told, Waited, settle

W = TypeVar("W")


class Job(Waited, Generic[W]):
    """One piece of work, and who waits for it."""

    __slots__ = ("place", "work")

    def __init__(self, work: W, place: str, then: Told | None = None) -> None:
        super().__init__(then)
        self.work = work
        self.place = place
        """What it locks: groups take their locks in the order of this."""


Run = Callable[[Session, "Sequence[Job[W]]"], None]


class Lane(Generic[W]):
    """A queue and the threads that empty it, each with a session of its own. Work of one place is never in two groups."""

    def __init__(self, name: str, run: "Run[W]", sessions: Sequence[Session], *, max_group: int) -> None:
        self.name = name
        self._run = run
        self.told: Callable[[str, int], Callable[[], None]] | None = None
        """Is called before a group with its kind and size; what it gives is called after it."""
        self._sessions = sessions
        self._max_group = max_group
        self._changed = threading.Condition()
        self._waiting: deque[Job[W]] = deque()
        self._busy: set[str] = set()
        self._closed = False
        self.groups = 0
        """How many groups were run."""
        self._threads = [
            threading.Thread(target=self._work, args=(session,), name=f"gutenbot-{name}-{i}", daemon=True)
            for i, session in enumerate(sessions)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finishes what was submitted, then closes the connections. Blocks."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def submit(self, work: W, place: str = "", then: Told | None = None) -> "asyncio.Future[Any]":
        """The result of the work, once it has happened. `then` gets it first, on the lane's thread."""
        job = Job(work, place, then)
        with self._changed:
            if self._closed:
                raise StorageAway(reason="the storage was closed")
            self._waiting.append(job)
            self._changed.notify()
        return job.future

    @property
    def trouble(self) -> str:
        return next((session.trouble for session in self._sessions if session.trouble), "")

    def forget_trouble(self) -> None:
        """The database answers: what was wrong when a session that has had nothing to do since asked it, counts no more. One
        that is still in trouble says so at its next try."""
        for session in self._sessions:
            session.trouble = ""

    def _work(self, session: Session) -> None:
        while (jobs := self._next()) is not None:
            done = self.told(self.name, len(jobs)) if self.told is not None else None
            try:
                self._run(session, jobs)
            except BaseException as error:
                for job in jobs:
                    job.fail(error)
            self.groups += 1
            if done is not None:
                done()
            self._done(jobs)
            settle(jobs)
        session.close()

    def _next(self) -> list[Job[W]] | None:
        """The next group, ordered by place; None when the lane is closed and empty."""
        with self._changed:
            while True:
                group = self._group()
                if group:
                    return sorted(group, key=_place)
                if self._closed and not self._waiting:
                    return None
                self._changed.wait()

    def _group(self) -> list[Job[W]]:
        """Takes what can run now: one job of each place that no other thread works on; order within a place is kept."""
        group: list[Job[W]] = []
        later: deque[Job[W]] = deque()
        seen: set[str] = set()
        while self._waiting and len(group) < self._max_group:
            job = self._waiting.popleft()
            if job.place and (job.place in self._busy or job.place in seen):
                later.append(job)
                continue
            if job.place:
                seen.add(job.place)
            group.append(job)
        later.extend(self._waiting)
        self._waiting = later
        self._busy |= seen
        return group

    def _done(self, jobs: Sequence[Job[W]]) -> None:
        with self._changed:
            self._busy.difference_update(job.place for job in jobs)
            self._changed.notify_all()


def _place(job: Job[Any]) -> str:
    return job.place
