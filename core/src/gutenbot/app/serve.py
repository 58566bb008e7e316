"""Runs an app behind uvicorn until it is told to stop: not ready, no new connections, turns finished, exit 0."""

import asyncio
import contextlib
import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from typing import Any

import uvicorn

from gutenbot.app.app import App
from gutenbot.app.diskwatch import UNWRITABLE, DiskWatch
from gutenbot.app.memorywatch import TOO_LARGE, MemoryWatch
from gutenbot.app.renewal import RENEW
from gutenbot.app.settings import Settings
from gutenbot.kernel.ending import end_all
from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.log import get_logger

log = get_logger("serve")

Beside = Callable[[], Coroutine[Any, Any, None]]
DRAIN_S = 5
"""How long open requests may take to end once the server stops."""
TRIED_PORTS = 50


class PortInUse(UserMistake):
    """Port {port} of {host} is taken by another program. Stop that one, or choose another port: `--port {next}`."""

    code = "serve.port-in-use"


class NoSuchAddress(UserMistake):
    """This machine cannot listen on {host}:{port} ({reason}). Use `--host 127.0.0.1`, or `--host 0.0.0.0` for all networks."""

    code = "serve.no-address"


class Server(uvicorn.Server):
    """Uvicorn without signal handlers of its own: `serve` decides when it stops. Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready is not None:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def listen(host: str, port: int, *, search: bool = False) -> socket.socket:
    """A listening socket; with `search`, on the next free port when the wanted one is taken.

    Raises `PortInUse` and `NoSuchAddress`.
    """
    last = min(port + TRIED_PORTS, 65535) if search and port else port
    for candidate in range(port, last + 1):
        try:
            return _bound(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise NoSuchAddress(host=host, port=candidate, reason=error.strerror or str(error)) from None
    raise PortInUse(host=host, port=port, next=port + 1)


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    found = socket.socket(family, kind)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(2048)
    except BaseException:
        found.close()
        raise
    found.setblocking(False)
    return found


async def serve(
    app: App,
    asgi: Any,
    settings: Settings,
    listener: socket.socket,
    *,
    ready: Callable[[], None] | None = None,
    beside: Sequence[Beside] = (),
    leaving: Callable[[], None] = lambda: None,
) -> int:
    """Runs until a signal comes, the database is lost, the memory is too much or it is to start anew (`RENEW`); returns the exit
    code.

    `beside` runs as long as the server does (reload, keys); `leaving` is called before a second signal ends the process.
    """
    server = Server(_config(asgi, settings), ready)
    told = _on_signals(leaving)
    disk, memory = DiskWatch(app, told.set), MemoryWatch(settings.recycle_above_mb, told.set)
    await app.start()
    app.renewal.started, app.renewal.end = app.clock.now(), told.set
    _settle_memory()
    try:
        tasks = [
            asyncio.create_task(_stopped(app, asgi, server, told, settings.leave_s), name="stop"),
            asyncio.create_task(disk.run(), name="disk"),
            asyncio.create_task(memory.run(), name="memory"),
            asyncio.create_task(_settle_again(app), name="settle"),
        ]
        tasks += [asyncio.create_task(one(), name="beside") for one in beside]
        await server.serve(sockets=[listener])
        await end_all(tasks)
    finally:
        await app.stop()
    if disk.lost or memory.grown:
        return UNWRITABLE if disk.lost else TOO_LARGE
    return RENEW if app.renewal.asked and app.renewal.way == "here" else 0


def _settle_memory() -> None:
    """What was made at the start stays: the collector need not look at it again, and may come less often after it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _settle_again(app: App) -> None:
    """The lists of much content are made after the start, and stay as well: looking through them would stop all turns for 0.2 s."""
    if await app.content.lists_made():
        _settle_memory()


def _config(asgi: Any, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        asgi,
        http="httptools",
        ws="websockets-sansio",
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=DRAIN_S,
        ws_max_size=1_048_576,
    )


def _on_signals(leaving: Callable[[], None]) -> asyncio.Event:
    """The first signal starts the end, the second one is the end."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if told.is_set():
            log.warning("server.killed", why="second signal")
            sys.stderr.flush()
            leaving()
            os._exit(1)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop)
    return told


async def _stopped(app: App, asgi: Any, server: Server, told: asyncio.Event, leave_s: float) -> None:
    """Waits for the signal; then nobody new is let in, and those who wait are answered. Before that, for `leave_s`, whoever
    asks is told that the server is not ready any more."""
    await told.wait()
    log.info("server.stopping", in_s=leave_s)
    app.leaving = True
    await asyncio.sleep(leave_s)
    await app.begin_stop()
    close = getattr(asgi, "close", None)
    if close is not None:
        close()
    server.should_exit = True


def run(main: Callable[[], Awaitable[int]]) -> int:
    """Runs on uvloop where there is one."""

    async def runs() -> int:
        return await main()

    try:
        import uvloop
    except ImportError:
        return asyncio.run(runs())
    return uvloop.run(runs())
