"""Puts a project together: settings, modules, bots and storage become an app that is ready to start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gutenbot.app.app import App, Mode
from gutenbot.app.database import Database, database_of, make_storage
from gutenbot.app.fetching import Sources
from gutenbot.app.found import data_folder
from gutenbot.app.install import Installed
from gutenbot.app.known_bad import FILE as KNOWN_BAD
from gutenbot.app.media import MediaShelf
from gutenbot.app.project import Loaded, Project, load_bots, with_bots
from gutenbot.app.recycle import recycler
from gutenbot.app.reload import stand_in
from gutenbot.app.settings import OF_CONSOLE, AllSettings, Settings, load_settings
from gutenbot.kernel.blame import Blame
from gutenbot.kernel.clock import Clock, SystemClock
from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.meters import Meters
from gutenbot.kernel.sealing import VARIABLE, Keyring
from gutenbot.kernel.slices import shared
from gutenbot.modules.load import Found, discover, names
from gutenbot.modules.module import Module
from gutenbot.modules.store import Store
from gutenbot.storage.port import Storage
from gutenbot.turns.tracing import NO_TRACING

if TYPE_CHECKING:
    from gutenbot.app.tracing import Tracer


SAFE = "Safe mode: the server was started without optional modules."


class BrokenBot(AuthorMistake):
    """{file} cannot be loaded: {what}"""

    code = "project.broken-bot"

    def __init__(self, blame: Blame) -> None:
        self.blame = blame
        super().__init__(file=blame.where, what=blame.what)


@dataclass(frozen=True, slots=True)
class Composed:
    """An app with what it was made of."""

    app: App
    project: Project
    settings: AllSettings
    loaded: Sequence[Loaded]
    database: Database


def compose(
    project: Project,
    environ: Mapping[str, str],
    *,
    dev: bool = False,
    safe: bool = False,
    overrides: Mapping[str, Any] | None = None,
    extra: Sequence[Module] = (),
    recycle: bool = False,
    storage: Storage | None = None,
    clock: Clock | None = None,
) -> Composed:
    """Makes the app. Raises `WrongSettings`, `NoSuchFile`, and, unless in development, `BrokenBot`."""
    store = Store(data_folder(project, environ, overrides))
    store.activate()
    found = [] if safe else discover()
    settings = load_settings(project.toml, environ, [one.module for one in found if one.module is not None])
    server = settings.server.model_copy(update={**(overrides or {}), **({"dev": True} if dev else {})})
    settings = replace(settings, server=server)
    project = with_bots(project, server.bots)
    loaded = load_bots(project.files)
    if not dev:
        _refuse_broken(loaded)
    database = database_of(project.folder, server)
    if recycle and server.recycle_after_s:
        extra = [*extra, recycler(server.recycle_after_s)]
    keeper = storage or make_storage(database, clock or SystemClock(), roles=server.roles)
    app = _app(found, settings, loaded, extra, keeper, clock, _meters(environ), safe=safe)
    app.installing.use(store, _sources(project, server, environ))
    app.switching.known_bad.use(database.folder / KNOWN_BAD, server.known_bad_url)
    app.installing.catalogue.renewed.url = server.module_index_url
    load = _loader(project, environ, found, app, server)
    # Found again: what may differ by bot is known only now that the bots are.
    app.settings.use(load, load({}), Keyring(database.folder, environ.get(VARIABLE, "")))
    app.bridge.attention.watch_backups(database.folder, 0 if server.dev else server.backup_days)
    app.services.get(MediaShelf).folders.folder = database.folder / "pictures"
    app.bridge.logs.write_to(database.folder / "logs", server.log_files_mb)
    return Composed(app, project, settings, loaded, database)


def _sources(project: Project, server: Settings, environ: Mapping[str, str]) -> Sources:
    return Sources(environ, [project.folder / folder for folder in server.module_folders])


def _loader(
    project: Project, environ: Mapping[str, str], found: Sequence[Found], app: App, server: Settings
) -> Callable[[Mapping[str, Any]], AllSettings]:
    """Finds all settings again, with others of the console. What the console cannot set stays as the server was started."""

    def load(console: Mapping[str, Any]) -> AllSettings:
        modules = {one.module.name: one.module for one in found if one.module is not None}
        modules |= {name: entry.module for name, entry in app.installed.items() if entry.module.settings is not None}
        bots = list(app.bots)
        known = [module for name, module in modules.items() if name not in app.bots]
        settings = load_settings(project.toml, environ, known, console, bots)
        changeable = {name: getattr(settings.server, name) for name in OF_CONSOLE}
        return replace(settings, server=server.model_copy(update=changeable))

    return load


def _refuse_broken(loaded: Sequence[Loaded]) -> None:
    for one in loaded:
        if one.trouble is not None:
            raise BrokenBot(one.trouble)


def _meters(environ: Mapping[str, str]) -> Meters:
    """In memory that the parent of several workers, or of one that is started again, has made; else in this process's."""
    found = shared(environ)
    return Meters(*found) if found is not None else Meters()


def _tracer(server: Settings, clock: Clock) -> "Tracer | None":
    if not server.trace_to:
        return None
    from gutenbot.app.tracing import exporting  # costs an import of half a second

    return exporting(server.trace_to, clock, share=server.trace_share)


def _app(
    found: Sequence[Found],
    settings: AllSettings,
    loaded: Sequence[Loaded],
    extra: Sequence[Module],
    storage: Storage,
    clock: Clock | None,
    meters: Meters,
    *,
    safe: bool,
) -> App:
    modules = [one.module for one in found if one.module is not None and one.name not in settings.disabled]
    bots = [bot for one in loaded for bot in (one.bots or (stand_in(one),))]
    mode = Mode(
        show_errors=settings.server.dev,
        backlog_limit=settings.server.backlog_limit,
        keep_days=settings.server.keep_days,
        roles=frozenset(settings.server.roles),
    )
    tracer = _tracer(settings.server, clock or SystemClock())
    app = App(
        [*modules, *extra, *bots], storage, clock=clock, mode=mode, settings=settings.modules, meters=meters,
        tracing=tracer.spans if tracer is not None else NO_TRACING,
    )  # fmt: skip
    if tracer is not None:
        app.at_end(tracer.close)
    app.content.overrides = settings.content.overrides
    app.services.choose(settings.services)
    for name in names() if safe else ():
        app.installed[name] = Installed(Module(name), "disabled", SAFE, imported=False)
    for one in found:
        if one.module is None:
            app.installed[one.name] = Installed(Module(one.name), "failed", one.error, one.traceback, imported=False)
        elif one.name in settings.disabled:
            app.installed[one.name] = Installed(one.module, "disabled", "switched off in the settings")
    return app
