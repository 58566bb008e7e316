"""Keeps the lease of this worker, and passes on its hints. A lease that cannot be renewed in time is known to be lost."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Collection
from functools import partial

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import Temporary
from gutenbot.storage.postgres.driver import Connection
from gutenbot.storage.postgres.session import Session, Transaction

CHANNEL = "gutenbot"
HELLO = "hello"
"""The topic of a worker that has come: from now on others have somebody to tell."""

_RENEW = """INSERT INTO worker (boot, lease_until, started, host)
VALUES (%(boot)s, clock_timestamp() + make_interval(secs => %(lease_s)s), clock_timestamp(), %(host)s)
ON CONFLICT (boot) DO UPDATE SET lease_until = excluded.lease_until
RETURNING (SELECT count(*) FROM worker w WHERE w.boot <> %(boot)s AND w.lease_until > clock_timestamp())"""
_END = "DELETE FROM worker WHERE boot = %s"
_FORGET = "DELETE FROM worker WHERE lease_until < clock_timestamp() - interval '1 day'"
_NOTIFY = "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload"
_DEBOUNCE_S = 0.02
_PAYLOAD_BYTES = 7_900
"""PostgreSQL takes up to 8,000."""
_MOST_HINTS = 10_000
"""More than these at once are not told: everybody looks into the database soon anyway."""


class Keeper:
    """A thread with a connection of its own, so that no work can make it late."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        chance: random.Random,
        boot: str,
        lease_s: float,
        renewed: Callable[[Session], None],
    ) -> None:
        self._session = session
        self._clock = clock
        self._chance = chance
        self._boot = boot
        self._lease_s = lease_s
        self._then = renewed
        self._changed = threading.Condition()
        self._hints: set[str] = set()
        self._closed = False
        self._until = 0.0
        self._others = 1
        """Live workers beside this one, at the last renewal."""
        self._thread = threading.Thread(target=self._run, name="gutenbot-lease", daemon=True)

    def start(self) -> None:
        """Takes the lease, then keeps it. Raises `StorageAway`."""
        self._session.write(self._end_of_old)
        self._renew()
        self.hint(HELLO)
        self._thread.start()

    def stop(self) -> None:
        """Ends the lease: others may take over what is still held. Blocks."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        with contextlib.suppress(Temporary):  # then it runs out by itself
            self._session.write(self._ended)
        self._session.close()

    def hint(self, topic: str) -> None:
        """Tells all workers, soon; many at once are told as one. A worker that is alone tells nobody."""
        if not self._others:
            return
        with self._changed:
            if topic not in self._hints and len(self._hints) < _MOST_HINTS:
                self._hints.add(topic)
                self._changed.notify_all()

    def meet(self) -> None:
        """There is another worker."""
        self._others = max(self._others, 1)

    @property
    def left_s(self) -> float:
        """For how long the lease certainly lasts; sends that would take longer must not begin (NET-04)."""
        return self._until - self._clock.monotonic()

    def _run(self) -> None:
        due = self._clock.monotonic() + self._pause()
        while not self._closed:
            try:
                hints = self._take(due)
                if hints:
                    self._session.read(partial(_notify, self._boot, hints))
                if (not hints and not self._closed) or self._clock.monotonic() >= due:
                    due = self._clock.monotonic() + self._pause()
                    self._renew()
            except Temporary:
                continue  # the session has waited; the lease may be lost by now, which `left_s` says

    def _pause(self) -> float:
        return self._lease_s / 3 * self._chance.uniform(0.8, 1.0)

    def _take(self, due: float) -> set[str]:
        """The hints of a short while, once there is one; none when the lease is due."""
        with self._changed:
            if not self._hints and not self._closed:
                self._changed.wait(max(0.0, due - self._clock.monotonic()))
            if not self._hints:
                return set()
        time.sleep(_DEBOUNCE_S)
        with self._changed:
            hints, self._hints = self._hints, set()
        return hints

    def _renew(self) -> None:
        asked = self._clock.monotonic()
        self._others = self._session.write(self._renewed)
        self._until = asked + self._lease_s
        self._then(self._session)

    def _renewed(self, transaction: Transaction) -> None:
        transaction.begin()
        values = {"boot": self._boot, "lease_s": self._lease_s, "host": socket.gethostname()}
        row = transaction.db.execute(_RENEW, values).fetchone()
        transaction.commit(row[0] if row else 1)

    def _ended(self, transaction: Transaction) -> None:
        transaction.begin()
        transaction.db.execute(_END, (self._boot,))
        transaction.commit(None)

    def _end_of_old(self, transaction: Transaction) -> None:
        transaction.begin()
        transaction.db.execute(_FORGET)
        transaction.commit(None)


def _notify(boot: str, hints: set[str], db: Connection) -> None:
    db.execute(_NOTIFY, (CHANNEL, payloads(boot, hints)))


def payloads(boot: str, hints: Collection[str]) -> list[str]:
    """The topics, a line each behind the name of who tells, in as few texts as the server takes."""
    found: list[str] = []
    lines, size = [boot], len(boot)
    for topic in sorted(hints):
        if size + len(topic.encode()) + 1 > _PAYLOAD_BYTES:
            found.append("\n".join(lines))
            lines, size = [boot], len(boot)
        lines.append(topic)
        size += len(topic.encode()) + 1
    return [*found, "\n".join(lines)]
