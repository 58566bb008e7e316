"""The one thread that writes. Work that arrives while the last commit is on its way to the disk shares the next one.

A unit is a function of the connection. It may run twice (when another unit of its group fails), so it must have no
effect but on the database. It knows nothing of what units do.
"""

import asyncio
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from itertools import groupby
from queue import SimpleQueue
from typing import Any, TypeVar

from gutenbot.storage.errors import StorageFull, StorageReadOnly
from gutenbot.storage.sqlite.room import Room

T = TypeVar("T")
Unit = Callable[[sqlite3.Connection], T]

_DISK_ERRORS = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PROTOCOL,
    )
)


class _Job:
    """One unit, and who waits for it."""

    __slots__ = ("alone", "error", "future", "loop", "result", "taking_in", "unit")

    def __init__(self, unit: Unit[Any], *, taking_in: bool, alone: bool) -> None:
        self.unit = unit
        self.taking_in = taking_in
        self.alone = alone
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        """A future cannot carry these two: one would end the loop, the other is refused."""
        carried = isinstance(error, Exception) and not isinstance(error, StopIteration)
        self.error = error if carried else RuntimeError(f"a unit of work raised {error!r}")


class Writer:
    """Owns the writing connection from `start` to `stop`. Any thread with a running event loop may submit."""

    def __init__(self, connection: sqlite3.Connection, room: Room, *, max_group: int = 256) -> None:
        self._connection = connection
        self._room = room
        self._max_group = max_group
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="gutenbot-writer", daemon=True)
        self._closed = False
        self.trouble = ""
        """Why the last group could not be written; empty after one that could."""
        self.groups = 0
        """How many transactions were committed."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finishes what was submitted, then closes the connection. Blocks."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def submit(self, unit: Unit[T], *, taking_in: bool = False, alone: bool = False) -> "asyncio.Future[T]":
        """Its result, once it is on disk. `taking_in` work is refused while the disk is full; `alone` work runs outside
        of any transaction."""
        if self._closed:
            raise StorageReadOnly(path="", reason="the storage was closed")
        job = _Job(unit, taking_in=taking_in, alone=alone)
        self._queue.put(job)
        return job.future

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, more = self._collect(first)
            for alone, jobs in groupby(group, key=_is_alone):
                done = list(jobs)
                if alone:
                    self._each_alone(done)
                else:
                    self._write(done)
                _settle(done)
            if not more:
                break
        self._connection.close()

    def _collect(self, first: _Job) -> tuple[list[_Job], bool]:
        """What has queued up meanwhile, and whether the end has not been reached."""
        group = [first]
        for _ in range(min(self._queue.qsize(), self._max_group - 1)):
            job = self._queue.get_nowait()
            if job is None:
                return group, False
            group.append(job)
        return group, True

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
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            job.result = job.unit(connection)
        connection.execute("COMMIT")
        self._succeeded()

    def _after_failure(self, jobs: list[_Job], error: BaseException) -> None:
        if _is_disk_error(error):
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
            if _is_disk_error(error):
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
        if isinstance(error, sqlite3.Error) and _primary(error) == sqlite3.SQLITE_FULL:
            return self._full()
        self.trouble = str(error)
        return StorageReadOnly(path=self._path(), reason=str(error))

    def _full(self) -> StorageFull:
        return StorageFull(path=self._path())

    def _path(self) -> str:
        return str(self._room.database)

    def _succeeded(self) -> None:
        self.trouble = ""
        self.groups += 1

    def _rollback(self) -> None:
        """Ends the transaction, if SQLite has not done so itself (it does on a full disk)."""
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                self.trouble = str(error)

    def _each_alone(self, jobs: list[_Job]) -> None:
        for job in jobs:
            try:
                job.result = job.unit(self._connection)
            except BaseException as error:
                job.fail(error)
                self._rollback()


def _is_alone(job: _Job) -> bool:
    return job.alone


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _is_disk_error(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and _primary(error) in _DISK_ERRORS


def _settle(jobs: list[_Job]) -> None:
    """Wakes each event loop once, however many of its calls are answered."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[_Job]] = defaultdict(list)
    for job in jobs:
        by_loop[job.loop].append(job)
    for loop, done in by_loop.items():
        try:
            loop.call_soon_threadsafe(_answer, done)
        except RuntimeError:
            continue  # that loop is closed: nobody waits any more


def _answer(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue  # its caller was cancelled; the work is on disk all the same
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
