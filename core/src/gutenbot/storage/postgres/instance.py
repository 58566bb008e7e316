"""Which copy of the bot a database is. The server's identifier and the database's number name the place where it runs."""

import psycopg

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import new_id
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.instance import Instance, lock_of
from gutenbot.storage.postgres.driver import Connection, connect
from gutenbot.storage.postgres.engine import Engine
from gutenbot.storage.postgres.session import Session

_SERVER = "SELECT system_identifier::text FROM pg_control_system()"
_DATABASE = "SELECT oid::text FROM pg_database WHERE datname = current_database()"
_MAKE = """INSERT INTO instance (one, instance_id, host, made_ms) VALUES (1, %s, %s, %s)
ON CONFLICT (one) DO NOTHING"""
_GET = "SELECT instance_id, made_ms, host, sending_lock FROM instance"
_WAITING = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'claimed')"
_LOCK = "UPDATE instance SET sending_lock = %s"
_UNLOCK = "UPDATE instance SET sending_lock = '', host = %s"
_DISCARD = "UPDATE outbox SET state = 'cancelled', done_ms = %s WHERE state IN ('queued', 'claimed')"


class PostgresInstance(Engine):
    """The one row of the table `instance`. Other workers hear of a change when they renew their leases."""

    _host = ""
    _lock_reason = ""

    @property
    def sending_lock(self) -> str:
        return self._lock_reason

    def _identify(self) -> None:
        """Finds out who we are, before anything can be sent."""
        try:
            with connect(self._url) as db:
                self._host = host_of(db)
                if db.execute(_GET).fetchone() is None:
                    db.execute(_MAKE, (new_id(), self._host, to_ms(self._clock.now())))
                self._lock_reason = self._found(db, 0).sending_lock
        except psycopg.OperationalError as error:
            raise StorageAway(reason=" ".join(str(error).split())) from error

    def _look_at_lock(self, session: Session) -> None:
        """What another process may have changed meanwhile."""
        self._lock_reason = session.read(lambda db: self._found(db, 0)).sending_lock

    async def instance(self) -> Instance:
        return await self._read(lambda db: self._found(db, _number(db, _WAITING)))

    async def lock_sending(self, why: str) -> None:
        reason = why.strip() or "It was locked by hand."
        await self._write(lambda db: db.execute(_LOCK, (reason,)).rowcount)
        self._lock_reason = reason

    async def unlock_sending(self, *, discard: bool, now_ms: int) -> int:
        def unit(db: Connection) -> int:
            gone = db.execute(_DISCARD, (now_ms,)).rowcount if discard else 0
            db.execute(_UNLOCK, (self._host,))
            return gone

        gone = await self._write(unit)
        self._lock_reason = ""
        return gone

    def _found(self, db: Connection, waiting: int) -> Instance:
        row = db.execute(_GET).fetchone()
        assert row is not None, "made when the storage was opened"
        instance_id, made_ms, host, stored = row
        lock = lock_of(stored, host, self._host)
        return Instance(instance_id=instance_id, made_ms=made_ms, host=host, sending_lock=lock, waiting=waiting)


def host_of(db: Connection) -> str:
    """Where this database runs. A server that does not say who it is (some hosted ones) is known by the database alone."""
    try:
        server = db.execute(_SERVER).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        server = None
    database = db.execute(_DATABASE).fetchone()
    return f"postgresql {server[0] if server else '?'} {database[0] if database else '?'}"


def _number(db: Connection, sql: str) -> int:
    row = db.execute(sql.encode()).fetchone()
    return int(row[0]) if row else 0
