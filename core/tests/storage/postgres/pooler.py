"""A transaction pooler of the tests' own: it gives a server connection to whoever has a transaction, and takes it back after it.

It speaks as much of PostgreSQL's protocol as that needs (https://www.postgresql.org/docs/current/protocol-message-formats.html).
What a transaction pooler cannot carry is refused: LISTEN, statements prepared by name, and locks of a session.
"""

import asyncio
import itertools
import re
import struct
import threading
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
_RESET = b"DISCARD ALL"
_REFUSED = re.compile(
    rb"^\s*(LISTEN|UNLISTEN|PREPARE|DEALLOCATE|SET\s+(?!LOCAL|TRANSACTION))|pg_(try_)?advisory_lock", re.IGNORECASE
)
_PATIENCE_S = 20.0


@dataclass(slots=True)
class ServerConnection:
    """A connection to PostgreSQL that nobody owns for longer than a transaction."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeting: bytes
    """What the server says of itself at the start: passed on to clients."""


@dataclass(slots=True)
class Pool:
    """The server connections of one database."""

    free: list[ServerConnection] = field(default_factory=list)
    opened: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


class Pooler:
    """Runs on a thread of its own until `close`. `size`: server connections for each database."""

    def __init__(self, server_url: str, size: int) -> None:
        parts = conninfo_to_dict(server_url)
        self._socket = str(Path(str(parts["host"])) / f".s.PGSQL.{parts.get('port', 5432)}")
        self._user = str(parts.get("user", "postgres"))
        self._size = size
        self._pools: defaultdict[str, Pool] = defaultdict(Pool)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self.writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.clients = 0
        """Clients that are connected now."""
        self.most_clients = 0
        self.most_servers = 0
        """The most server connections that any database had at once."""
        self.turns = 0
        """How often a server connection was handed to a client."""
        self.refused: list[str] = []
        """Statements that no transaction pooler can carry."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="pooler", daemon=True)
        self._thread.start()
        ready.wait(10)

    def url(self, database: str) -> str:
        """The address of a database behind this pooler."""
        return f"postgresql://{self._user}@127.0.0.1:{self.port}/{database}"

    def close(self) -> None:
        """Hangs up on everybody."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        listener = self._loop.run_until_complete(asyncio.start_server(self._come, "127.0.0.1", 0))
        self.port = listener.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        listener.close()
        self._loop.run_until_complete(self._hang_up())
        self._loop.close()

    async def _hang_up(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self.writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self.writers), return_exceptions=True)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        client = Client(self, reader, writer)
        self.clients += 1
        self.most_clients = max(self.most_clients, self.clients)
        try:
            await client.live()
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError, asyncio.CancelledError):
            pass  # it hung up, or we did
        finally:
            self.clients -= 1
            await client.leave()
            writer.close()

    def own(self, work: Coroutine[Any, Any, None], name: str) -> "asyncio.Task[None]":
        """A task that is kept until it is done."""
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # Server connections ---------------------------------------------------------------------------------------------

    async def take(self, database: str) -> ServerConnection:
        """A free one; a new one while there are fewer than `size`; else waits for one."""
        pool = self._pools[database]
        async with pool.changed:
            await asyncio.wait_for(
                pool.changed.wait_for(lambda: bool(pool.free) or pool.opened < self._size), _PATIENCE_S
            )
            self.turns += 1
            while pool.free:
                server = pool.free.pop(
                    0
                )  # the one that was free for longest: sessions are mixed as much as they can be
                if not vars(server.reader)["_eof"]:
                    return server
                pool.opened -= (
                    1  # it ended while nobody used it, with a word that nobody has read: clients need not know
                )
            pool.opened += 1
            self.most_servers = max(self.most_servers, pool.opened)
        try:
            return await self._open(database)
        except BaseException:
            await self._gone(pool)
            raise

    async def give_back(self, database: str, server: ServerConnection) -> None:
        """Clears what the session keeps, then it is free for others."""
        pool = self._pools[database]
        try:
            server.writer.write(_message(b"Q", _RESET + b"\0"))
            while (await _receive(server.reader))[0] != b"Z":
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._gone(pool)
            return
        async with pool.changed:
            pool.free.append(server)
            pool.changed.notify()

    async def drop(self, database: str, server: ServerConnection) -> None:
        """Its client left in the middle of a transaction: that is rolled back."""
        server.writer.close()
        await self._gone(self._pools[database])

    async def _gone(self, pool: Pool) -> None:
        async with pool.changed:
            pool.opened -= 1
            pool.changed.notify()

    async def _open(self, database: str) -> ServerConnection:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        self.writers.add(writer)
        named = f"user\0{self._user}\0database\0{database}\0application_name\0pooled\0\0".encode()
        writer.write(struct.pack("!ii", len(named) + 8, 196608) + named)
        greeting = b""
        while True:
            kind, body = await _receive(reader)
            if kind == b"E":
                raise ConnectionRefusedError(body.decode(errors="replace"))
            if kind == b"S":
                greeting += _message(kind, body)
            if kind == b"Z":
                return ServerConnection(reader, writer, greeting)


class Client:
    """Somebody who believes to have a connection."""

    _numbers = itertools.count(1)

    def __init__(self, pooler: Pooler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._pooler = pooler
        self._reader = reader
        self._writer = writer
        self._database = ""
        self._server: ServerConnection | None = None
        self._awaited = 0
        """How many times the server has yet to say that it is ready."""
        self._unsynced = False
        """Something was sent for which no Sync has followed yet."""
        self._pump: asyncio.Task[None] | None = None

    async def live(self) -> None:
        """Until it hangs up."""
        if not await self._begin():
            return
        while True:
            kind, body = await _receive(self._reader)
            if kind == b"X":
                return
            if not self._may(kind, body):
                self._writer.write(_message(b"E", b"SFATAL\0C0A000\0Mnot possible behind a transaction pooler\0\0"))
                return
            server = self._server
            if server is None:
                server = self._server = await self._pooler.take(self._database)
                self._pump = self._pooler.own(self._pumps(server), "pump")
            if kind in b"QSF":
                self._awaited += 1
            if kind != b"H":  # a Flush begins nothing
                self._unsynced = kind not in b"QSF"
            server.writer.write(_message(kind, body))

    async def leave(self) -> None:
        """It has hung up."""
        if self._pump is not None:
            self._pump.cancel()
        if self._server is not None:
            server, self._server = self._server, None
            await self._pooler.drop(self._database, server)

    def _may(self, kind: bytes, body: bytes) -> bool:
        """Whether a transaction pooler can carry this."""
        name, _, rest = body.partition(b"\0")
        text = rest.partition(b"\0")[0] if kind == b"P" else name if kind == b"Q" else b""
        if (kind == b"P" and name) or _REFUSED.search(text):
            self._pooler.refused.append(text.decode(errors="replace"))
            return False
        return True

    async def _begin(self) -> bool:
        """The start-up; False when there is nothing more to come."""
        while True:
            (length,) = struct.unpack("!i", await self._reader.readexactly(4))
            body = await self._reader.readexactly(length - 4)
            (code,) = struct.unpack("!i", body[:4])
            if code in (_SSL, _GSS):
                self._writer.write(b"N")
                continue
            if code == _CANCEL:
                return False
            break
        named = body[4:].rstrip(b"\0").split(b"\0")
        self._database = dict(zip(named[::2], named[1::2], strict=False))[b"database"].decode()
        try:
            server = await self._pooler.take(self._database)
        except ConnectionRefusedError as error:
            self._writer.write(_message(b"E", str(error).encode()))
            return False
        greeting = server.greeting
        await self._pooler.give_back(self._database, server)
        key = struct.pack("!ii", next(self._numbers), 0)
        self._writer.write(_message(b"R", struct.pack("!i", 0)) + greeting + _message(b"K", key) + _message(b"Z", b"I"))
        return True

    async def _pumps(self, server: ServerConnection) -> None:
        """Passes on what the server says, until the transaction is over and nothing more is asked."""
        try:
            while True:
                kind, body = await _receive(server.reader)
                self._writer.write(_message(kind, body))
                if kind != b"Z":
                    continue
                self._awaited -= 1
                if self._awaited == 0 and not self._unsynced and body == b"I":
                    self._server = self._pump = None
                    await self._pooler.give_back(self._database, server)
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            self._writer.close()  # the server has hung up


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


async def _receive(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    kind, length = struct.unpack("!ci", await reader.readexactly(5))
    return kind, await reader.readexactly(length - 4)
