"""The network between one worker and PostgreSQL: it can be cut, and it can fall silent."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast


class Proxy:
    """Listens on a socket in a folder, and passes everything on to the socket of the server."""

    def __init__(self, target: Path, folder: Path) -> None:
        self.folder = folder
        """What a client takes for the host."""
        self._target = target
        self._flows = asyncio.Event()
        self._flows.set()
        self._refuses = False
        self._open: set[asyncio.Transport] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator["Proxy"]:
        """Listens meanwhile."""
        loop = asyncio.get_running_loop()
        self.folder.mkdir(parents=True)
        server = await loop.create_unix_server(lambda: _Client(self), str(self.folder / self._target.name))
        try:
            yield self
        finally:
            server.close()
            self.cut()

    def cut(self) -> None:
        """All connections end, and no new one is let in."""
        self._refuses = True
        for transport in list(self._open):
            transport.abort()

    def silence(self) -> None:
        """Connections stay, and nothing comes through them: what is sent now arrives when it is over."""
        self._flows.clear()

    def mend(self) -> None:
        """All is well again."""
        self._refuses = False
        self._flows.set()

    async def let_through(self) -> bool:
        """Waits until something may pass; False when nothing may."""
        await self._flows.wait()
        return not self._refuses

    async def reach(self, client: "_Client") -> "_Server | None":
        """A connection to the server for a client; None when there is none to be had."""
        if not await self.let_through():
            return None
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            _, server = await loop.create_unix_connection(lambda: _Server(self, client), str(self._target))
            return server
        return None

    @property
    def flows(self) -> bool:
        """Whether bytes pass now."""
        return self._flows.is_set()

    def came(self, transport: asyncio.Transport) -> None:
        """A connection was opened."""
        self._open.add(transport)

    def went(self, transport: asyncio.Transport) -> None:
        """A connection ended."""
        self._open.discard(transport)


class _End(asyncio.Protocol):
    """One end of a connection: passes on to the other what it gets, at once unless the network is silent."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None
        self._late = bytearray()
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit it
        self.proxy.came(self.transport)

    def data_received(self, data: bytes) -> None:
        if self._task is None and self.proxy.flows and self.other is not None:
            self.other.write(data)
            return
        self._late += data
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._pass_late())

    async def _pass_late(self) -> None:
        if await self.proxy.let_through() and self.other is not None:
            self.other.write(bytes(self._late))
        self._late.clear()
        self._task = None

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.transport is not None:
            self.proxy.went(self.transport)
        if self._task is not None:
            self._task.cancel()
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()


class _Client(_End):
    """The end of the worker."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._task = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        server = await self.proxy.reach(self)
        if server is None:
            assert self.transport is not None
            self.transport.abort()
            return
        self.other = server
        await self._pass_late()


class _Server(_End):
    """The end of PostgreSQL."""

    def __init__(self, proxy: Proxy, client: _Client) -> None:
        super().__init__(proxy)
        self.other = client
