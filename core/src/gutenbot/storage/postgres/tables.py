"""Tables of the console and of modules: on lanes of their own, so that a long list does not hold up a turn.

SQLAlchemy is imported when it is first used.
"""

import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from gutenbot.storage.errors import StorageSlow
from gutenbot.storage.postgres.driver import Connection, is_conflict, is_lost
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.postgres.lanes import Job, Lane
from gutenbot.storage.postgres.named import translate
from gutenbot.storage.postgres.session import WRITE_LIMIT_S, Session, Transaction

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")
_LOCK = "SELECT pg_advisory_xact_lock(%s)"


class PostgresTables(Engine):
    """Functions over a SQLAlchemy connection."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._of_thread = threading.local()
        self._tables: Lane[Callable[[sa.Connection], Any]] = self._lane(
            "tables", self._run_writes, self._limits.tables, group=1
        )
        self._browses: Lane[Callable[[sa.Connection], Any]] = self._lane(
            "browses", self._run_browses, self._limits.browsing, group=1
        )

    async def read(self, work: "Callable[[sa.Connection], T]") -> T:
        result: T = await self._browses.submit(work)
        return result

    async def peek(self, question: str, /, **values: str | int) -> int:
        row = await self._read(lambda db: db.execute(translate(question).encode(), values).fetchone())
        return int(row[0] or 0) if row else 0

    async def write(self, work: "Callable[[sa.Connection], T]", *, place: str = "") -> T:
        result: T = await self._tables.submit(work, place)
        return result

    def _run_writes(self, session: Session, jobs: "Sequence[Job[Callable[[sa.Connection], Any]]]") -> None:
        for job in jobs:
            try:
                job.result = session.write(self._transaction(job.work, job.place))
            except psycopg.errors.QueryCanceled:
                job.fail(StorageSlow(limit_s=WRITE_LIMIT_S))
            except BaseException as error:
                job.fail(error)

    def _transaction(self, work: "Callable[[sa.Connection], Any]", place: str) -> Callable[[Transaction], None]:
        def transaction(one: Transaction) -> None:
            if place:
                one.begin()
                one.db.execute(_LOCK, (_number(place),))
            else:
                one.begin("SERIALIZABLE")
            one.commit(self._run(one.db, work))

        return transaction

    def _run_browses(self, session: Session, jobs: "Sequence[Job[Callable[[sa.Connection], Any]]]") -> None:
        limit_s = self._limits.read_s
        for job in jobs:
            try:
                job.result = session.read(self._snapshot(job.work, limit_s))
            except psycopg.errors.QueryCanceled:
                job.fail(StorageSlow(limit_s=limit_s))
            except Exception as error:
                job.fail(error)

    def _snapshot(self, work: "Callable[[sa.Connection], T]", limit_s: float) -> Callable[[Connection], T]:
        def snapshot(db: Connection) -> T:
            limit = f"SET LOCAL statement_timeout = {round(limit_s * 1000)}"
            db.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {limit}".encode())
            try:
                return self._run(db, work)
            finally:
                if not db.closed:
                    db.rollback()

        return snapshot

    def _run(self, db: Connection, work: "Callable[[sa.Connection], T]") -> T:
        """The work's result. What the storage itself handles (lost connections, conflicts, time limits) comes as it is."""
        from gutenbot.storage.tables import driver_error, run

        try:
            return run(self._engine_of(db), work)
        except Exception as error:
            found = driver_error(error)
            known = is_lost(found, db) or is_conflict(found) or isinstance(found, psycopg.errors.QueryCanceled)
            if known and found is not error:
                raise found from error
            raise

    def _engine_of(self, db: Connection) -> "sa.Engine":
        from gutenbot.storage.tables import engine_over

        known: tuple[Connection, sa.Engine] | None = getattr(self._of_thread, "engine", None)
        if known is None or known[0] is not db:
            known = self._of_thread.engine = (db, engine_over("postgresql+psycopg://", db, use_native_hstore=False))
        return known[1]


def _number(place: str) -> int:
    """The number by which processes know a place."""
    return int.from_bytes(sha256(f"gutenbot:{place}".encode()).digest()[:8], "big", signed=True)
