"""The one connection that writes. Work that arrives while the last commit is on its way to the disk shares the next one.

The statements of a group run on the event loop whose work they are: a thread of its own for them would pass the
interpreter's lock to and fro at every statement. Only the commit, which waits for the disk, runs on a thread. That thread
also runs the statements of groups with work of modules and the console, which may be slow, and takes over those that the
event loop does not come to, because a handler blocks it (SLO-02).

A unit is a function of the connection. It may run twice (when another unit of its group fails), so it must have no
effect but on the database. The writer knows nothing of what units do.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Literal, TypeVar

from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.storage.errors import StorageFull, StorageReadOnly
from gutenbot.storage.sqlite.faults import is_disk_error, is_full
from gutenbot.storage.sqlite.room import Room
from gutenbot.storage.waiting import Told, Waited, settle

T = TypeVar("T")
Unit = Callable[[sqlite3.Connection], T]


class _Job(Waited):
    """One unit, and who waits for it."""

    __slots__ = ("alone", "aside", "taking_in", "unit")

    def __init__(self, unit: Unit[Any], *, taking_in: bool, alone: bool, then: Told | None = None) -> None:
        super().__init__(then)
        self.unit = unit
        self.taking_in = taking_in
        self.alone = alone
        self.aside = False
        """Its statements may be slow: they run on the thread, with those of all its group."""


_Turn = Literal["free", "offered", "taken"]
"""Who may use the connection: nobody asks; an event loop has been asked to; somebody does."""

_PATIENCE_S = 0.1
"""An event loop that does not come to its work for so long (to twice as long) is passed over."""


class _Group:
    """Work that shares one commit. `begun`: its statements have run; `error` is what they raised."""

    __slots__ = ("begun", "error", "jobs")

    def __init__(self, jobs: list[_Job], *, begun: bool, error: BaseException | None = None) -> None:
        self.jobs = jobs
        self.begun = begun
        self.error = error


class Writer:
    """Owns the writing connection from `start` to `stop`. Any thread with a running event loop may submit."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        room: Room,
        *,
        max_group: int = 256,
        clock: Clock | None = None,
        told: Callable[[str, int, float], None] | None = None,
    ) -> None:
        self._connection = connection
        self._room = room
        self._max_group = max_group
        self._clock = clock or SystemClock()
        self._told = told
        self._lock = threading.Lock()
        self._pending: list[_Job] = []
        self._turn: _Turn = "free"
        self._offer = 0
        """Number of the latest offer to an event loop; an older one that comes late finds it changed."""
        self._seen = 0
        """The offer that was open when the thread last looked."""
        self._queue: SimpleQueue[_Group | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="gutenbot-writer", daemon=True)
        self._closed = False
        self.trouble = ""
        """Why a group could not be written; empty after one that could, and that really wrote something."""
        self._changes = 0
        self.groups = 0
        """How many transactions were committed."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finishes what was submitted, then closes the connection. Blocks."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def submit(
        self,
        unit: Unit[T],
        *,
        taking_in: bool = False,
        alone: bool = False,
        then: Callable[[T], bool | None] | None = None,
    ) -> "asyncio.Future[T]":
        """Its result, once it is on disk. `taking_in` work is refused while the disk is full; `alone` work runs outside
        of any transaction. `then` gets the result on the writer's thread, before anybody else hears of it."""
        return self._add(_Job(unit, taking_in=taking_in, alone=alone, then=then))

    def submit_aside(self, unit: Unit[T]) -> "asyncio.Future[T]":
        """The same for work that may be slow: the statements run on the thread. Refused while the disk is full."""
        job = _Job(unit, taking_in=True, alone=False)
        job.aside = True
        return self._add(job)

    def _add(self, job: _Job) -> "asyncio.Future[Any]":
        if self._closed:
            raise StorageReadOnly(path="", reason="the storage was closed")
        with self._lock:
            self._pending.append(job)
            free = self._turn == "free"
            if free:
                self._turn = "offered"
                self._offer += 1
            offer = self._offer
        if free:
            job.box.loop.call_soon(self._fill, offer)
        return job.future

    # On the event loop of the work ----------------------------------------------------------------------------------

    def _fill(self, offer: int) -> None:
        """Runs the statements of the next group; the commit is for the thread."""
        jobs = self._take(offer)
        if not jobs:
            return
        if self._room.full or any(job.alone or job.aside for job in jobs):
            self._queue.put(_Group(jobs, begun=False))
            return
        try:
            self._statements(jobs)
        except BaseException as error:
            self._queue.put(_Group(jobs, begun=True, error=error))
        else:
            self._queue.put(_Group(jobs, begun=True))

    def _take(self, offer: int | None = None) -> list[_Job]:
        """The next group, for whoever got here first: the loop that it was offered to, or the thread."""
        with self._lock:
            if self._turn != "offered" or (offer is not None and offer != self._offer):
                return []
            self._turn = "taken"
            jobs, self._pending = self._pending[: self._max_group], self._pending[self._max_group :]
            return jobs

    # On the writer's thread -----------------------------------------------------------------------------------------

    def _run(self) -> None:
        closing = False
        while True:
            try:
                group = self._queue.get(timeout=0.001 if closing else _PATIENCE_S)
            except Empty:
                if self._rescue(closing):
                    continue
                if closing and self._turn == "free":
                    break
                continue
            if group is None:
                closing = True
            else:
                self._finish(group)
        self._connection.close()

    def _rescue(self, closing: bool) -> bool:
        """Takes over a group that an event loop was offered a while ago and has not come to."""
        with self._lock:
            if self._turn != "offered":
                return False
            stale = self._seen == self._offer
            self._seen = self._offer
        if not (stale or closing):
            return False
        jobs = self._take()
        if jobs:
            self._finish(_Group(jobs, begun=False))
        return bool(jobs)

    def _finish(self, group: "_Group") -> None:
        """Commits a group (or runs it, when nobody has begun), answers it, and offers the next one."""
        started = self._clock.monotonic()
        if group.begun:
            self._commit(group)
        else:
            for alone, some in groupby(group.jobs, key=_is_alone):
                jobs = list(some)
                if alone:
                    self._each_alone(jobs)
                else:
                    self._write(jobs)
        if self._told is not None and group.jobs:
            self._told("write", len(group.jobs), self._clock.monotonic() - started)
        with self._lock:
            waiting = self._pending[0].box.loop if self._pending else None
            self._turn = "offered" if waiting is not None else "free"
            self._offer += 1
            offer = self._offer
        settle(group.jobs)
        if waiting is not None:
            try:
                waiting.call_soon_threadsafe(self._fill, offer)
            except RuntimeError:
                self._finish(_Group(self._take(), begun=False))  # that loop is closed

    def _commit(self, group: "_Group") -> None:
        try:
            if group.error is not None:
                raise group.error
            self._connection.execute("COMMIT")
            self._succeeded()
        except BaseException as error:
            self._rollback()
            self._after_failure(group.jobs, error)

    def _write(self, jobs: list[_Job]) -> None:
        jobs = self._admitted(jobs)
        if not jobs:
            return
        try:
            self._together(jobs)
        except BaseException as error:
            self._rollback()
            self._after_failure(jobs, error)

    def _admitted(self, jobs: list[_Job]) -> list[_Job]:
        if not self._room.full or self._room.take_back():
            return jobs
        for job in jobs:
            if job.taking_in:
                job.error = self._full()
        return [job for job in jobs if not job.taking_in]

    def _together(self, jobs: list[_Job]) -> None:
        """The fast way: no savepoints."""
        self._statements(jobs)
        self._connection.execute("COMMIT")
        self._succeeded()

    def _statements(self, jobs: list[_Job]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            job.result = job.unit(connection)

    def _after_failure(self, jobs: list[_Job], error: BaseException) -> None:
        if is_disk_error(error):
            self._disk_failed(jobs, error)
        elif len(jobs) == 1:
            jobs[0].fail(error)
        else:
            self._one_by_one(jobs)

    def _one_by_one(self, jobs: list[_Job]) -> None:
        """The careful way: a savepoint per unit, so that only the guilty one fails."""
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._guarded(job)
            connection.execute("COMMIT")
            self._succeeded()
        except Exception as error:
            self._rollback()
            self._disk_failed(jobs, error)

    def _guarded(self, job: _Job) -> None:
        connection = self._connection
        connection.execute("SAVEPOINT unit")
        try:
            job.result = job.unit(connection)
        except BaseException as error:
            if is_disk_error(error):
                raise
            job.fail(error)
            connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")

    def _disk_failed(self, jobs: list[_Job], error: BaseException) -> None:
        """Nothing of this group was written. With the reserve given up, at least begun work is finished (DSK-01)."""
        for job in jobs:
            job.error = self._translate(error)
        if isinstance(jobs[0].error, StorageFull) and self._room.give_up():
            again = [job for job in jobs if not job.taking_in]
            for job in again:
                job.error = None
            self._write(again)

    def _translate(self, error: BaseException) -> Exception:
        if is_full(error):
            return self._full()
        self._has_trouble(error)
        unwritable = StorageReadOnly(path=self._path(), reason=str(error))
        unwritable.__cause__ = error
        return unwritable

    def _full(self) -> StorageFull:
        return StorageFull(path=self._path())

    def _path(self) -> str:
        return str(self._room.database)

    def _succeeded(self) -> None:
        if self.trouble and self._connection.total_changes != self._changes:
            self.trouble = ""  # a transaction that changed nothing says nothing about the disk
        self.groups += 1

    def _has_trouble(self, error: BaseException) -> None:
        self.trouble = str(error)
        self._changes = self._connection.total_changes

    def _rollback(self) -> None:
        """Ends the transaction, if SQLite has not done so itself (it does on a full disk)."""
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                self._has_trouble(error)

    def _each_alone(self, jobs: list[_Job]) -> None:
        for job in jobs:
            try:
                job.result = job.unit(self._connection)
            except BaseException as error:
                job.fail(error)
                self._rollback()


def _is_alone(job: _Job) -> bool:
    return job.alone
