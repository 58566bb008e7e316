"""One connection and its transactions: opened again when it is lost, repeated when that is safe.

A transaction whose COMMIT got no answer is looked up by its number (DBX-03): the database knows whether it happened. A server
that crashed gives numbers whose transactions left no trace to others: then the number must be older than the crash, too.
"""

import contextlib
import random
import threading
from collections.abc import Callable
from typing import Any, LiteralString, TypeVar

import psycopg

from gutenbot.kernel.clock import Clock
from gutenbot.storage.errors import StorageAway, StorageBusy
from gutenbot.storage.postgres.driver import Connection, connect, is_conflict, is_lost

T = TypeVar("T")

_CONFLICTS = 3
WRITE_LIMIT_S = 30
_CANCEL_S = 2
_NUMBER: LiteralString = (
    "SELECT pg_current_xact_id()::text, pg_postmaster_start_time()::text, set_config('statement_timeout', '30s', true)"
)
"""The limit is set for this transaction only: a pooler gives the connection to others afterwards."""
_STATUS = "SELECT pg_xact_status(%s::xid8), pg_postmaster_start_time()::text"
_FIRST_NEW = """
SELECT split_part(next_xid, ':', 1)::bigint * 4294967296 + split_part(next_xid, ':', 2)::bigint
FROM pg_control_checkpoint() WHERE to_hex(timeline_id) = lower(ltrim(left(pg_walfile_name(pg_current_wal_lsn()), 8), '0'))
"""
"""The first number that the server gave after it had recovered: its recovery ends with a checkpoint. Not so for a standby that took
over: its first checkpoint comes later."""
_CRASHED = "57P02"
"""Another process of the server crashed, and it recovers without a new start."""


class Transaction:
    """One try of a transaction. Its connection is in it from `begin` on."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection
        self.number = ""
        self.server = ""
        """When the server that gave the number was started."""
        self.answer: Any = None
        self.ending = False
        """COMMIT may have been sent."""

    def begin(self, isolation: LiteralString = "READ COMMITTED") -> None:
        """Begins, and learns the number by which the outcome can be asked for."""
        cursor = self.db.execute(f"BEGIN ISOLATION LEVEL {isolation}; {_NUMBER}")
        cursor.nextset()
        self.learn(cursor)

    def begin_in_pipeline(self) -> psycopg.Cursor[tuple[Any, ...]]:
        """The same without waiting: give the cursor to `learn` once its answer is there."""
        self.db.execute("BEGIN")
        return self.db.execute(_NUMBER)

    def learn(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self.number, self.server = (cursor.fetchone() or ("", ""))[:2]

    def commit(self, answer: Any) -> None:
        """Sends COMMIT, as the last statement of a pipeline or alone; `answer` is what the work is worth if it happens."""
        self.answer = answer
        self.ending = True
        self.db.execute("COMMIT")


class Session:
    """A connection that one thread uses at a time."""

    def __init__(
        self, url: str, clock: Clock, chance: random.Random, patience_s: float, stopping: threading.Event
    ) -> None:
        self._url = url
        self._clock = clock
        self._chance = chance
        self._patience_s = patience_s
        self._stopping = stopping
        self._connection: Connection | None = None
        self.trouble = ""
        """Why the database could not be reached the last time; empty when it could."""

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def cancel(self) -> None:
        """Has the server stop what it does for this session, or gives up after two seconds; from any thread.

        `Connection.cancel` would wait without an end for a network that says nothing, and no thread would run meanwhile.
        """
        connection = self._connection
        if connection is not None and not connection.closed:
            with contextlib.suppress(psycopg.Error):
                connection.cancel_safe(timeout=_CANCEL_S)

    def connection(self) -> Connection:
        """The open connection; opened when there is none."""
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url)
            self.trouble = ""
        return self._connection

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        """Runs `work`, which begins and commits, until it has happened once. Raises `StorageAway`, `StorageBusy`."""
        conflicts = 0

        def attempt() -> Any:
            nonlocal conflicts
            transaction = Transaction(self.connection())
            try:
                work(transaction)
            except BaseException as error:
                if is_lost(error, transaction.db):
                    self._drop()
                    if transaction.ending and self._surely_happened(transaction, error):
                        return transaction.answer
                    raise _Lost(error) from error
                self._roll_back(transaction.db)
                if not (is_conflict(error) or isinstance(error, Again)):
                    raise
                conflicts += 1
                if conflicts > _CONFLICTS:
                    raise StorageBusy(tries=conflicts) from error
                self._wait(self._chance.uniform(0, 0.02 * 2**conflicts))
                return _AGAIN
            return transaction.answer

        while (answer := self._patiently(attempt)) is _AGAIN:
            pass
        return answer

    def read(self, work: Callable[[Connection], T]) -> T:
        """Runs statements that change nothing, each on its own; again on a new connection when this one was lost."""

        def attempt() -> T:
            connection = self.connection()
            try:
                return work(connection)
            except psycopg.Error as error:
                if not is_lost(error, connection):
                    raise
                self._drop()
                raise _Lost(error) from error

        return self._patiently(attempt)

    def _patiently(self, attempt: Callable[[], T]) -> T:
        """Repeats what lost its connection, with jitter, until the patience is over (DBX-01)."""
        deadline = self._clock.monotonic() + self._patience_s
        pause = 0.05
        while True:
            try:
                answer = attempt()
            except _Lost as lost:
                error: BaseException = lost.error
            except psycopg.OperationalError as refused:
                if self._connection is not None and not is_lost(refused, self._connection):
                    raise
                error = refused
            else:
                self.trouble = ""
                return answer
            self.trouble = _reason(error)
            if self._clock.monotonic() > deadline or self._wait(self._chance.uniform(pause / 2, pause)):
                raise StorageAway(reason=self.trouble) from error
            pause = min(2 * pause, 1.0)

    def _surely_happened(self, transaction: Transaction, lost: BaseException) -> bool:
        server = "" if isinstance(lost, psycopg.Error) and lost.sqlstate == _CRASHED else transaction.server
        try:
            return self._happened(transaction.number, server)
        except StorageAway as away:
            away.uncertain = True
            raise

    def _happened(self, number: str, server: str) -> bool:
        """Whether the transaction was committed on the server that was started then. Waits while it is not decided."""

        def ask() -> str:
            connection = self.connection()
            try:
                status, now = connection.execute(_STATUS, (number,)).fetchone() or ("", "")
                if status == "committed" and now != server and _is_of_another(connection, number):
                    return "aborted"
                return str(status)
            except psycopg.Error as error:
                if is_lost(error, connection):
                    self._drop()
                    raise _Lost(error) from error
                if isinstance(error, psycopg.errors.InvalidParameterValue):
                    return "aborted"  # a number from the future: a standby took over before it got this transaction
                raise

        while (status := self._patiently(ask)) == "in progress":
            self._wait(0.05)
        return status == "committed"

    def _wait(self, seconds: float) -> bool:
        """True when the storage is closing."""
        return self._stopping.wait(seconds)

    def _roll_back(self, connection: Connection) -> None:
        try:
            connection.rollback()
        except psycopg.Error:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            finally:
                self._connection = None


_AGAIN: Any = object()


class _Lost(Exception):
    """The connection broke before the work can have happened."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class Again(Exception):
    """Raised by work that found the ground changed under it: the transaction is rolled back and repeated."""


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _is_of_another(connection: Connection, number: str) -> bool:
    """Whether the number was given anew after a crash. Where the server lets nobody ask, it counts as the old one."""
    try:
        row = connection.execute(_FIRST_NEW).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return False
    return row is not None and int(number) >= row[0]
