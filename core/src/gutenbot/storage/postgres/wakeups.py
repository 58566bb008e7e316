"""Hints that there is something to do: heard on a direct connection, which a pooler cannot give, else by looking often.

A hint may be lost, late or doubled (NET-05): whoever hears one looks into the database, which alone knows.
"""

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable

import psycopg

from gutenbot.storage.postgres.driver import connect
from gutenbot.storage.postgres.keeper import CHANNEL

_POLL_S = (0.25, 1.0)


class Wakeups:
    """One listener's hints. Await `wait` in a loop; `close` at the end."""

    def __init__(self, listener: "Listener") -> None:
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._heard = asyncio.Event()
        self._topics: set[str] = set()
        listener.add(self)

    async def wait(self) -> frozenset[str]:
        """The topics of which something was heard; none after a while of silence, when it is time to look anyway."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._listener.chance.uniform(*_POLL_S)):
                await self._heard.wait()
        self._heard.clear()
        topics, self._topics = frozenset(self._topics), set()
        return topics

    def close(self) -> None:
        self._listener.remove(self)

    def hear(self, topics: list[str]) -> None:
        """Called on the listener's thread."""
        with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._hear, topics)

    def _hear(self, topics: list[str]) -> None:
        self._topics.update(topics)
        self._heard.set()


class Listener:
    """A thread that listens once somebody wants to hear. Without an address it never does."""

    def __init__(
        self, url: str, boot: str, chance: random.Random, stopping: threading.Event, met: Callable[[], None]
    ) -> None:
        self._url = url
        self._boot = boot
        self._met = met
        self.chance = chance
        self._stopping = stopping
        self._lock = threading.Lock()
        self._ears: list[Wakeups] = []
        self._thread: threading.Thread | None = None

    def add(self, ear: Wakeups) -> None:
        with self._lock:
            self._ears.append(ear)
            if self._thread is None and self._url:
                self._thread = threading.Thread(target=self._run, name="gutenbot-listener", daemon=True)
                self._thread.start()

    def remove(self, ear: Wakeups) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._ears.remove(ear)

    def stop(self) -> None:
        """Waits for the thread, which ends soon after `stopping` is set."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error:
                self._stopping.wait(self.chance.uniform(0.2, 1.0))  # polls go on meanwhile

    def _listen(self) -> None:
        with connect(self._url) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._met()  # somebody may have come unheard
            while not self._stopping.is_set():
                for note in connection.notifies(timeout=0.2):
                    self._tell(note.payload)

    def _tell(self, payload: str) -> None:
        boot, *topics = payload.split("\n")
        if boot == self._boot:
            return  # our own
        self._met()
        with self._lock:
            ears = list(self._ears)
        for ear in ears:
            ear.hear(topics)
