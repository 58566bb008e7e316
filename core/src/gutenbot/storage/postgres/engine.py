"""What all parts of the PostgreSQL storage share: who we are, and the lanes on which work reaches the database."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg

from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.meters import Meters
from gutenbot.storage.errors import StorageAway, StorageSlow
from gutenbot.storage.measured import StorageMeasures
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.lanes import Job, Lane, Run
from gutenbot.storage.postgres.marks import Mark
from gutenbot.storage.postgres.session import Session, Transaction

T = TypeVar("T")
Unit = Callable[[Connection], T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large things may grow, and how long they may take."""

    state_bytes: int = 1 << 20
    """Frames, journal and variables of one conversation together (POI-03)."""
    blob_bytes: int = 25 << 20
    read_s: float = 5.0
    """How long one read may take."""
    group: int = 128
    """How many pieces of work share one transaction at most."""
    lease_s: float = 30.0
    """For how long the conversations of a worker that is not heard of stay its own."""
    patience_s: float = 5.0
    """How long work waits for a database that is away before its caller hears of it."""
    accepting: int = 1
    committing: int = 2
    recording: int = 1
    changing: int = 2
    loading: int = 1
    reading: int = 1
    tables: int = 2
    browsing: int = 2
    """Connections of each kind of work."""


class Engine:
    """The base of `PostgresStorage`, without any knowledge of tables."""

    def __init__(self, url: str, clock: Clock, limits: Limits, boot: str) -> None:
        self._url = url
        self._clock = clock
        self._limits = limits
        self._boot = boot or new_id()
        self._chance = random.Random(self._boot)  # noqa: S311 - jitter, another one for each worker
        self._stopping = threading.Event()
        self._doubts: set[str] = set()
        """Conversations that we may hold without knowing why, since a commit got no answer; empty text: any of them."""
        self._inbox_mark = Mark("inbox", "seq", "inbox_seq_seq", "state = 'open'")
        self._outbox_mark = Mark("outbox", "id", "outbox_id_seq", "state IN ('queued', 'claimed')")
        self._lanes: list[Lane[Any]] = []
        self._units: Lane[Unit[Any]] = self._lane("units", self._run_units, limits.changing)
        self._reads: Lane[Unit[Any]] = self._lane("reads", self._run_reads, limits.reading, group=1)

    def _lane(self, name: str, run: "Run[Any]", threads: int, *, group: int = 0) -> Lane[Any]:
        sessions = [self._session() for _ in range(threads)]
        lane: Lane[Any] = Lane(name, run, sessions, max_group=group or self._limits.group)
        self._lanes.append(lane)
        return lane

    def _session(self) -> Session:
        return Session(self._url, self._clock, self._chance, self._limits.patience_s, self._stopping)

    def measure(self, meters: Meters) -> None:
        """Counts in these meters; to be called before it is opened."""
        measures = StorageMeasures(meters)
        clock = self._clock.monotonic

        def told(work: str, size: int) -> Callable[[], None]:
            started = clock()
            return lambda: measures.group(work, size, clock() - started)

        for lane in self._lanes:
            lane.told = told

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())

    def _write(self, unit: Unit[T], place: str = "") -> "asyncio.Future[T]":
        """The unit's result, once it is committed. Units of different places may share a transaction."""
        return self._units.submit(unit, place)

    def _read(self, read: Unit[T]) -> "asyncio.Future[T]":
        """The result of a read; stopped at the time limit."""
        return self._reads.submit(read)

    def _run_units(self, session: Session, jobs: Sequence[Job[Unit[Any]]]) -> None:
        """Work that says what it locks goes together; when one piece fails, and for the rest, each goes on its own."""
        together = [job for job in jobs if job.place]
        apart = [job for job in jobs if not job.place]
        if len(together) > 1 and self._all_at_once(session, together):
            together = []
        for job in (*together, *apart):
            try:
                job.result = session.write(alone(job.work))
            except BaseException as error:
                self._doubt(error, [job.place])
                job.fail(error)

    def _all_at_once(self, session: Session, jobs: Sequence[Job[Unit[Any]]]) -> bool:
        """Whether all jobs have their result or error."""

        def work(transaction: Transaction) -> None:
            transaction.begin()
            transaction.commit([job.work(transaction.db) for job in jobs])

        try:
            results = session.write(work)
        except StorageAway as away:
            self._doubt(away, [job.place for job in jobs])
            for job in jobs:
                job.fail(away)
            return True
        except Exception:
            return False  # each on its own will say whose fault it was
        for job, result in zip(jobs, results, strict=True):
            job.result = result
        return True

    def _doubt(self, error: BaseException, places: Iterable[str]) -> None:
        if isinstance(error, StorageAway) and error.uncertain:
            self._doubts.update(places)

    def _run_reads(self, session: Session, jobs: Sequence[Job[Unit[Any]]]) -> None:
        limit_s = self._limits.read_s
        for job in jobs:
            try:
                job.result = session.read(_limited(job.work, limit_s))
            except psycopg.errors.QueryCanceled:
                job.fail(StorageSlow(limit_s=limit_s))
            except Exception as error:
                job.fail(error)


def _limited(read: Unit[T], limit_s: float) -> Unit[T]:
    """One snapshot for all statements of the read, and a time limit that ends with it."""

    def limited(db: Connection) -> T:
        db.execute(f"BEGIN READ ONLY; SET LOCAL statement_timeout = {round(limit_s * 1000)}".encode())
        try:
            return read(db)
        finally:
            if not db.closed:
                db.rollback()

    return limited


def alone(unit: Unit[Any]) -> Callable[[Transaction], None]:
    """A transaction that is this unit."""

    def work(transaction: Transaction) -> None:
        transaction.begin()
        transaction.commit(unit(transaction.db))

    return work
