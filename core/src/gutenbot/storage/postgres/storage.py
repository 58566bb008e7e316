"""The PostgreSQL implementation of the whole port: opening, closing and health. Its parts are the base classes."""

import asyncio
import threading
from pathlib import Path

import psycopg

from gutenbot.kernel.clock import Clock
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.migrate import CORE, History
from gutenbot.storage.postgres.access import PostgresAccess
from gutenbot.storage.postgres.blobs import PostgresBlobs
from gutenbot.storage.postgres.engine import Limits
from gutenbot.storage.postgres.instance import PostgresInstance
from gutenbot.storage.postgres.keeper import Keeper
from gutenbot.storage.postgres.keyvalue import PostgresKeyValue
from gutenbot.storage.postgres.migrating import migrate
from gutenbot.storage.postgres.outbox import PostgresOutbox
from gutenbot.storage.postgres.people import PostgresPeople
from gutenbot.storage.postgres.session import Session
from gutenbot.storage.postgres.tables import PostgresTables
from gutenbot.storage.postgres.threads import PostgresThreads
from gutenbot.storage.postgres.turns import PostgresTurns
from gutenbot.storage.postgres.upkeep import Upkeep
from gutenbot.storage.postgres.wakeups import Listener, Wakeups


class PostgresStorage(
    PostgresTurns,
    PostgresOutbox,
    PostgresPeople,
    PostgresThreads,
    PostgresKeyValue,
    PostgresBlobs,
    PostgresAccess,
    PostgresTables,
    PostgresInstance,
):
    """One database that many processes may work on. Its methods may be awaited on any event loop.

    `boot` names this worker; a new name is made when it is empty. A storage with `works=False` only takes events in: others
    claim them. `listen_url` is the address of the server itself when `url` is that of a pooler; empty: hints are not heard.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        boot: str = "",
        works: bool = True,
        listen_url: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(url, clock, limits or Limits(), boot, works=works)
        self._keeper = Keeper(self._session(), clock, self._chance, self._boot, self._limits.lease_s, self._renewed)
        self._upkeep = Upkeep(self._session, (self._inbox_mark, self._outbox_mark), self._stopping)
        self._hear_stop = threading.Event()
        self._listener = Listener(
            url if listen_url is None else listen_url, self._boot, self._chance, self._hear_stop, self._keeper.meet
        )
        self._opened = False

    async def open(self) -> None:
        await asyncio.to_thread(self._open)

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    async def migrate(self, module: str, folder: Path) -> bool:
        """Brings one module's tables up to date; returns whether there was something to do.

        Raises `MigrationFailed` after a roll-back: that module cannot work, the rest can (MIG-06).
        """
        return await asyncio.to_thread(self._migrate, History(module, folder))

    def healthy(self) -> str:
        if not self._opened:
            return "The database is not open."
        trouble = next((lane.trouble for lane in self._lanes if lane.trouble), "")
        if self.lease_left_s <= 0:
            return f"This worker's lease ran out: the database did not answer in time. {trouble}".strip()
        return trouble

    async def lost(self) -> str:
        """Never: a server that is away is waited for."""
        return ""

    @property
    def lease_left_s(self) -> float:
        """For how long what this worker holds is certainly its own; nothing may be sent after that (NET-04)."""
        return self._keeper.left_s

    def wakeups(self) -> Wakeups:
        """Hints of other workers for one loop of the caller's, which closes it."""
        return Wakeups(self._listener)

    def hint(self, topic: str) -> None:
        self._keeper.hint(topic)

    def _open(self) -> None:
        self._migrate(CORE)
        self._identify()
        self._keeper.start()
        for lane in self._lanes:
            lane.start()
        self._opened = True

    def _renewed(self, session: Session) -> None:
        """The lease was renewed: a moment to look at what is not worth a connection of its own."""
        for lane in self._lanes:
            lane.forget_trouble()
        self._settle_doubts(session)
        self._look_at_lock(session)
        if self._opened:
            self._upkeep.wake()

    def _migrate(self, history: History) -> bool:
        try:
            return bool(migrate(self._url, [history]))
        except psycopg.OperationalError as error:
            raise StorageAway(reason=" ".join(str(error).split())) from error

    def _close(self) -> None:
        if not self._opened:
            return
        self._opened = False
        self._stopping.set()
        self._hear_stop.set()
        for lane in self._lanes:
            lane.stop()
        self._keeper.stop()
        self._upkeep.stop()
        self._listener.stop()
