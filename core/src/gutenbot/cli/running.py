"""Starting servers from the command line: `dev`, `serve` and `demo` differ only in what they put in here."""

import asyncio
import faulthandler
import io
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from gutenbot.app.compose import Composed, compose
from gutenbot.app.database import NotShared, database_of
from gutenbot.app.found import found_modules
from gutenbot.app.project import Project, find_project
from gutenbot.app.reload import Reloader
from gutenbot.app.renewal import RENEW
from gutenbot.app.serve import Beside, listen, run, serve
from gutenbot.app.settings import Settings, load_settings
from gutenbot.cli.developer import HINT, Developer
from gutenbot.cli.keys import terminal
from gutenbot.cli.renewing import become_new, kept_listener, prepare
from gutenbot.cli.root import Context
from gutenbot.cli.screen import Screen
from gutenbot.cli.server_file import announced
from gutenbot.cli.supervise import SUPERVISED
from gutenbot.cli.workers import COMMANDS_KEY, LISTENER, READY
from gutenbot.http import make_asgi
from gutenbot.http.asgi import Server
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import new_key
from gutenbot.kernel.log import configure, get_logger
from gutenbot.kernel.logring import Ring
from gutenbot.storage.sqlite import SqliteStorage
from gutenbot.storage.sqlite.version import version, why_one_writer

log = get_logger("serve")


def run_dev(
    context: Context, project: Project, overrides: Mapping[str, Any], *, safe: bool = False, reload: bool = True
) -> int:
    """Runs a project in development until Ctrl-C; returns the exit code."""
    clock, output = SystemClock(), context.output
    sys.dont_write_bytecode = True  # a file that is saved twice within a second must not be taken from its old bytecode
    crashpoints.arm(os.environ)
    configure(json=output.as_json, level="warning" if output.as_json else "critical", ring=Ring())
    screen = Screen(output, clock)
    composed = compose(project, os.environ, dev=True, safe=safe, overrides=overrides, extra=[screen.module()])
    server = composed.settings.server
    listener = kept_listener() or listen(server.host, server.port, search=True)
    reloader = Reloader(composed.app, composed.loaded, clock.monotonic)
    fd = None if output.as_json else terminal()
    developer = Developer(fd, screen, reloader, project.folder) if fd is not None else None

    def ready(url: str) -> None:
        keys = ""
        if developer is not None:
            developer.url, keys = url, HINT
        screen.ready(composed, url, context.started, watching=reload, keys=keys)

    beside = [_watching(reloader, screen)] if reload else []
    if developer is None:
        return _run(composed, listener, ready, beside)
    return _run(composed, listener, ready, [*beside, developer.run], developer.keys.give_back)


def _run(
    composed: Composed,
    listener: socket.socket,
    ready: Callable[[str], None],
    beside: Sequence[Beside],
    leaving: Callable[[], None] = lambda: None,
) -> int:
    """Serves, and as long as it does, says where to the commands of this project."""
    asgi = make_asgi(composed.app, composed.settings.server, composed.settings.console)
    key = os.environ.get(COMMANDS_KEY) or new_key("gb_")
    asgi.gate.trust(key.encode(), "command line")
    with ExitStack() as stack:
        if (held := composed.app.installing.store.hold()) is not None:
            stack.enter_context(held)

        def listening() -> None:
            url = address(listener)
            # Passkeys are for names, not addresses.
            asgi.console.listening = url.replace("//127.0.0.1:", "//localhost:")
            asgi.listens.set()
            stack.enter_context(announced(composed.database.folder, url, key))
            tell_parent()
            ready(url)

        server = composed.settings.server
        prepare(composed.app.renewal)
        kept = stack.enter_context(listener.dup())
        tasks = [_inviting(asgi), *beside]
        code = run(lambda: serve(composed.app, asgi, server, listener, ready=listening, beside=tasks, leaving=leaving))
        if code == RENEW:
            kept = kept.dup()
    if code == RENEW:
        become_new(kept)
    return code


def tell_parent() -> None:
    """The parent of several workers waits for this before it replaces the next one."""
    pipe = os.environ.pop(READY, "")
    if pipe:
        with suppress(OSError):
            os.write(int(pipe), b"1")
            os.close(int(pipe))


def _inviting(asgi: Server) -> Beside:
    """Says where the first owner sets the server up, as long as there is none. A developer's own machine needs no owner."""

    async def runs() -> None:
        await asgi.listens.wait()
        if not asgi.settings.dev:
            try:
                link = await asgi.owner_link()
            except GutenbotError as error:
                log.warning("console.no_link", reason=str(error))
            else:
                if link:
                    log.warning(
                        "console.waits_for_owner",
                        link=link,
                        why="it works once, for a day, and makes its user the owner",
                    )

    return runs


def run_serve(target: str | None, overrides: Mapping[str, Any], *, safe: bool = False) -> int:
    """Runs a project as a server until a signal comes; returns the exit code."""
    with suppress(io.UnsupportedOperation):  # without a real stderr there is nowhere to write to
        faulthandler.enable()
    crashpoints.arm(os.environ)
    configure(json=not sys.stderr.isatty())
    project = find_project(target, Path.cwd())
    composed = compose(project, os.environ, safe=safe, overrides=overrides, recycle=True)
    server = composed.settings.server
    configure(json=wants_json(server), level=server.log_level, ring=Ring(server.log_level))
    for problem in composed.settings.warnings:
        log.warning("settings.unknown", problem=str(problem))
    inherited = os.environ.get(LISTENER, "")
    listener = socket.socket(fileno=int(inherited)) if inherited else kept_listener()
    listener = listener or listen(server.host, server.port)
    listener.setblocking(False)
    why = why_one_writer()
    if why and isinstance(composed.app.storage, SqliteStorage):
        log.info("storage.one_writer", sqlite=version(), why=why)

    def ready(url: str) -> None:
        log.info("server.ready", url=url, bots=list(composed.app.bots), database=str(composed.database))
        for notice in composed.app.notices():
            log.warning("server.notice", notice=notice)

    return _run(composed, listener, ready, [_parent_lives])


def say_where(target: str | None, overrides: Mapping[str, Any]) -> int:
    """Prints where a server of several workers is to listen. Raises `WrongSettings`, `NotShared`."""
    project = find_project(target, Path.cwd())
    modules = [one.module for one in found_modules(project, os.environ, overrides) if one.module is not None]
    settings = load_settings(project.toml, os.environ, modules).server.model_copy(update=overrides)
    database = database_of(project.folder, settings)
    if not database.url:
        raise NotShared(path=database, wanted="several workers")
    print(json.dumps({"host": settings.host, "port": settings.port}))
    return 0


async def _parent_lives() -> None:
    """Stops the server when its parent is gone: nobody would start it again, and a second parent could not start another."""
    parent = os.getppid()
    while os.environ.get(SUPERVISED):
        await asyncio.sleep(1.0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return


def wants_json(settings: Settings) -> bool:
    """Whether logs are for machines."""
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def _watching(reloader: Reloader, screen: Screen) -> Beside:
    async def watch() -> None:
        from watchfiles import awatch

        async for changes in awatch(*reloader.folders, debounce=60, step=20, watch_filter=None):
            done = reloader.changed(Path(path) for _, path in changes)
            if done is not None:
                screen.reloaded(done)

    return watch


def address(listener: socket.socket) -> str:
    """The URL of a listening socket, without a slash at its end."""
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104 - only shown
    return f"http://{shown}:{port}"
