"""What `gutenbot doctor` looks at: one small function for each thing, each with the command that mends it."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gutenbot.app.database import Database, database_of
from gutenbot.app.found import found_modules
from gutenbot.app.project import Loaded, Project, find_project, load_bots, with_bots
from gutenbot.app.serve import PortInUse, listen
from gutenbot.app.settings import AllSettings, load_settings
from gutenbot.cli.access import Place
from gutenbot.cli.content import check_bot
from gutenbot.cli.server_file import running
from gutenbot.kernel.clock import SystemClock
from gutenbot.kernel.errors import GutenbotError
from gutenbot.modules.load import CORE_VERSION, Found, discover
from gutenbot.storage.errors import NetworkFileSystem
from gutenbot.storage.sqlite.locks import refuse_network
from gutenbot.storage.sqlite.version import too_old, version, why_one_writer

State = Literal["ok", "warning", "wrong"]
RESERVE_BYTES = 500 * 1024 * 1024
LOW_BYTES = 2 * 1024 * 1024 * 1024
BUILT_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `fix` is a command or a change that mends it."""

    name: str
    state: State
    detail: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at."""

    project: Project
    settings: AllSettings
    found: list[Found]
    loaded: list[Loaded]
    database: Database
    deploy: bool


def run_checks(target: str | None, *, deploy: bool) -> list[Finding]:
    """All checks; those that need a project are left out when there is none."""
    findings = [_python(), _sqlite(), _clock()]
    try:
        project = find_project(target, Path.cwd())
        found = found_modules(project, os.environ)
    except GutenbotError as error:
        return [*findings, _modules(discover()), _no_project(error)]
    findings.append(_modules(found))
    try:
        settings = load_settings(project.toml, os.environ, [one.module for one in found if one.module is not None])
        project = with_bots(project, settings.server.bots)
    except GutenbotError as error:
        return [*findings, _no_project(error)]
    database = database_of(project.folder, settings.server)
    subject = Subject(project, settings, found, load_bots(project.files), database, deploy)
    for check in (_settings, _bots, _content, _data, _disk, _port, *(DEPLOY if deploy else ())):
        findings += check(subject)
    return findings


def _no_project(error: GutenbotError) -> Finding:
    what, _, fix = str(error).partition(". ")
    return Finding("project", "wrong", what, fix)


def _python() -> Finding:
    return Finding("python", "ok", f"{platform.python_version()}, gutenbot {CORE_VERSION}")


def _sqlite() -> Finding:
    if too_old():
        return Finding("sqlite", "wrong", f"{version()} is too old", "Install a Python with SQLite 3.37 or newer")
    why = why_one_writer()
    return Finding("sqlite", "ok", f"{version()} ({why})" if why else version())


def _clock() -> Finding:
    now = SystemClock().now()
    if now.year < BUILT_YEAR:
        return Finding("clock", "wrong", f"it says {now:%Y-%m-%d}, which is in the past", "timedatectl set-ntp true")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _modules(found: list[Found]) -> Finding:
    broken = [one for one in found if one.module is None]
    if broken:
        detail = "; ".join(f"{one.name}: {one.error}" for one in broken)
        return Finding("modules", "wrong", detail, f"pip install --upgrade gutenbot-{broken[0].name}")
    return Finding("modules", "ok", ", ".join(one.name for one in found) or "none")


def _settings(subject: Subject) -> Iterator[Finding]:
    where = str(subject.project.toml or "no gutenbot.toml, defaults and environment")
    yield Finding("settings", "ok", where)
    for problem in subject.settings.warnings:
        yield Finding("settings", "warning", f"{problem.where}: {problem.message}", problem.hint)


def _bots(subject: Subject) -> Iterator[Finding]:
    for one in subject.loaded:
        if one.trouble is not None:
            yield Finding("bots", "wrong", f"{one.trouble.where}: {one.trouble.what}", one.trouble.hint)
        else:
            yield Finding("bots", "ok", f"{', '.join(bot.name for bot in one.bots)} ({one.file.name})")


def _content(subject: Subject) -> Iterator[Finding]:
    modules = [one.module for one in subject.found if one.module is not None]
    for bot in (bot for one in subject.loaded for bot in one.bots):
        problems, items = check_bot(bot, modules)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            detail = f"{bot.name}: {len(errors)} errors, the first at {errors[0].file}:{errors[0].line}"
            yield Finding("content", "wrong", detail, "gutenbot content check")
        elif problems:
            yield Finding("content", "warning", f"{bot.name}: {len(problems)} remarks", "gutenbot content check")
        else:
            yield Finding("content", "ok", f"{bot.name}: {items} items")


def _data(subject: Subject) -> Iterator[Finding]:
    folder = subject.database.folder
    place = _existing(folder)
    if not os.access(place, os.W_OK):
        yield Finding("data", "wrong", f"{place} cannot be written", f"sudo chown $USER {place}")
        return
    try:
        refuse_network(folder / "x" if folder.exists() else place / "x")
    except NetworkFileSystem as error:
        yield Finding("data", "wrong", str(error), "Set `data` in gutenbot.toml to a folder on a local disk")
        return
    yield Finding("data", "ok", str(folder))


def _disk(subject: Subject) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(subject.database.folder)).free
    words = f"{free / 1024**3:.1f} GiB free"
    if free < RESERVE_BYTES:
        yield Finding("disk", "wrong", words, "Make room: at least 0.5 GiB must be free")
    else:
        yield Finding("disk", "warning" if free < LOW_BYTES else "ok", words)


def _port(subject: Subject) -> Iterator[Finding]:
    server = subject.settings.server
    if running(subject.database.folder) is not None:
        yield Finding("port", "ok", f"the server of this project is running ({server.port})")
        return
    try:
        listen(server.host, server.port).close()
    except PortInUse as error:
        yield Finding("port", "wrong", f"{server.port} is taken", f"gutenbot serve --port {error.fields['next']}")
    except GutenbotError as error:
        yield Finding("port", "wrong", str(error), "gutenbot serve --host 127.0.0.1")
    else:
        yield Finding("port", "ok", f"{server.host}:{server.port} is free")


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


# Only on a server -----------------------------------------------------------------------------------------------------


def _not_dev(subject: Subject) -> Iterator[Finding]:
    if subject.settings.server.dev:
        where = subject.settings.provenance["dev"].where
        yield Finding("dev", "wrong", f"development is on ({where}): errors are shown to users", "Set dev = false")
    else:
        yield Finding("dev", "ok", "off")


def _address(subject: Subject) -> Iterator[Finding]:
    url = subject.settings.server.base_url
    if url.startswith("https://"):
        yield Finding("address", "ok", url)
    elif url:
        yield Finding("address", "wrong", f"{url} is not encrypted", "Put a proxy with TLS in front, and set https://")
    else:
        yield Finding("address", "warning", "base_url is not set", 'base_url = "https://bot.example.org"')


def _proxies(subject: Subject) -> Iterator[Finding]:
    server = subject.settings.server
    if server.base_url and not server.trusted_proxies and server.host in ("127.0.0.1", "localhost", "::1"):
        detail = "a proxy is in front, but none is trusted: all users seem to come from it"
        yield Finding("proxy", "warning", detail, 'trusted_proxies = ["127.0.0.1"]')


def _access(subject: Subject) -> Iterator[Finding]:
    from gutenbot.cli.user import list_people

    place = Place(subject.project, subject.settings.server, subject.database)
    if not subject.database.exists():
        detail = "there is no database yet, so nobody can sign in"
        yield Finding("access", "warning", detail, "gutenbot serve prints a link for the first owner")
        return
    people = [one for one in list_people(place) if not one["disabled"]]
    owners = [one for one in people if one["role"] == "owner"]
    if not owners:
        yield Finding("access", "warning", "there is no owner", "gutenbot user add EMAIL --role owner")
    elif not all(one["two_factor"] for one in owners):
        yield Finding("access", "warning", "an owner signs in without a second factor", "switch one on in the console")
    else:
        yield Finding("access", "ok", f"{len(people)} people, {len(owners)} of them owners")


def _retention(subject: Subject) -> Iterator[Finding]:
    days = subject.settings.server.keep_days
    if days:
        yield Finding("old rows", "ok", f"traces, unseen events and idle conversations leave after {days} days")
    else:
        yield Finding("old rows", "ok", "everything is kept; set `keep_days` for the database not to grow for ever")


DEPLOY: tuple[Callable[[Subject], Iterator[Finding]], ...] = (_not_dev, _address, _proxies, _access, _retention)
