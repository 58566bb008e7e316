"""What a worker looks after now and then beside its work: how far its queues' marks may move, and which indexes are missing."""

import threading
from collections.abc import Callable, Sequence

import psycopg

from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.storage.postgres.late_indexes import LateIndexes
from gutenbot.storage.postgres.marks import Mark
from gutenbot.storage.postgres.session import Session

log = get_logger("storage")


class Upkeep:
    """A thread with a connection of its own from the first time that it is woken: what it looks at may take long."""

    def __init__(self, session: Callable[[], Session], marks: Sequence[Mark], stopping: threading.Event) -> None:
        self._new_session = session
        self._marks = marks
        self._stopping = stopping
        self._indexes = LateIndexes(session, stopping)
        self._woken = threading.Event()
        self._session: Session | None = None
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """It is time to look; from one thread only."""
        self._woken.set()
        if self._thread is None and not self._stopping.is_set():
            self._thread = threading.Thread(target=self._run, name="gutenbot-upkeep", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """After `stopping` was set. Blocks for a moment."""
        thread = self._thread
        while thread is not None and thread.is_alive():
            self._woken.set()
            if self._session is not None:
                self._session.cancel()
            thread.join(0.1)
        self._indexes.stop()

    def look(self, session: Session) -> None:
        """Once. Raises `StorageAway`."""
        for mark in self._marks:
            mark.look(session)
        self._indexes.look(session)

    def _run(self) -> None:
        session = self._session = self._new_session()
        while self._woken.wait():
            self._woken.clear()
            if self._stopping.is_set():  # looked at after the clearing, which may have taken away that `stop` woke us
                break
            try:
                self.look(session)
            except (psycopg.Error, Temporary) as error:
                log.warning("upkeep.failed", error=" ".join(str(error).split()))
        session.close()
