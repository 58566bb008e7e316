"""Modules come and go while the app runs: loaded, started in place, taken out when that fails. `staged.py` installs packages.

Code that Python has loaded cannot be taken out of a process: another version of a module that was loaded here counts from the
next start on, and so it is said.
"""

import asyncio
import inspect
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from gutenbot.app.catalogue import Catalogue
from gutenbot.app.fetching import Sources
from gutenbot.app.install import Installed
from gutenbot.app.settings import AllSettings
from gutenbot.app.shared_modules import SharedModules
from gutenbot.config.errors import SettingsMistake
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.log import get_logger
from gutenbot.modules.load import GROUP, guarded
from gutenbot.modules.module import Module
from gutenbot.modules.store import Kept, Store

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.app.staged import Going
    from gutenbot.modules.packages import Packages

log = get_logger("modules")


class NoStore(SettingsMistake):
    """Modules can be installed where a project has a data folder; this server has none."""

    code = "modules.no-store"
    status = 409


class NoPackage(SettingsMistake):
    """There is no package {id} that waits to be installed. Upload it again."""

    code = "modules.no-package"
    status = 404


class Obstacles(SettingsMistake):
    """{module} cannot be installed here. {reasons}"""

    code = "modules.obstacles"
    status = 409


class NotOurs(SettingsMistake):
    """{module} was not installed from the console, but with the server. Remove its package there."""

    code = "modules.not-ours"
    status = 409


class Installing:
    """Of one app. Everything here runs on the event loop of the web side."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._store: Store | None = None
        self.sources = Sources()
        self.shared = SharedModules(app)
        self.catalogue = Catalogue(app)
        self.busy = asyncio.Lock()
        """Held by whoever changes what is installed."""
        self.going: dict[str, Going] = {}
        """Job → the installation that this process has begun."""
        self.loaded: dict[str, Kept] = {}
        """What was installed from the console and is loaded here."""

    def use(self, store: Store, sources: Sources | None = None) -> None:
        """Keeps modules there, and takes packages from there: before the start."""
        self._store = store
        self.sources = sources or self.sources
        names = set(self._app.installed)
        self.loaded = {name: one for name, one in store.read().items() if name in names}

    @property
    def store(self) -> Store:
        """Raises `NoStore`."""
        if self._store is None:
            raise NoStore
        return self._store

    @property
    def packages(self) -> "Packages":
        """What waits to be installed. Raises `NoStore`."""
        from gutenbot.modules.packages import Packages

        return Packages(self.store, new_id)

    def pending(self, name: str) -> str:
        """The version that counts from the next start on; empty when it is the one that runs."""
        if self._store is None or name not in self.loaded:
            return ""
        kept = self._store.read().get(name)
        return kept.version if kept is not None and kept.folder != self.loaded[name].folder else ""

    def is_ours(self, name: str) -> bool:
        """Whether it was installed from the console."""
        return self._store is not None and name in self._store.read()

    # In -------------------------------------------------------------------------------------------------------------

    async def _bring(self, kept: Kept) -> BaseException | None:
        """Loads and starts what the manifest names; what fails leaves nothing behind."""
        try:
            await self.bring_in(kept, await asyncio.to_thread(self.load, kept))
        except (Exception, SystemExit) as wrong:
            return wrong
        return None

    async def bring_in(self, kept: Kept, module: Module) -> Installed:
        """Starts a module that was loaded; one that fails is taken out again, and what was there under its name comes back.
        Raises `StartFailed`."""
        before = self._app.installed.get(kept.name)
        entry = Installed(module, "disabled", "It is being started.")
        self._app.installed[kept.name] = entry
        self._app.settings.again()
        await self._app.switching.settle(kept.name)
        if _state(entry) == "failed":
            error = StartFailed(entry.reason)
            error.add_note(entry.traceback)
            await self._app.switching.remove(kept.name)
            if before is not None:
                self._app.installed[kept.name] = before
            forget_code(self.store.folder / kept.folder)
            raise error
        self.loaded[kept.name] = kept
        return entry

    def load(self, kept: Kept) -> Module:
        """Imports a module that was unpacked. Raises whatever its code raises, and forgets that code then."""
        self.store.activate_one(kept)
        folder = str(self.store.folder / kept.folder)
        try:
            return self._loaded(kept, folder)
        except (Exception, SystemExit):
            forget_code(Path(folder))
            raise

    def _loaded(self, kept: Kept, folder: str) -> Module:
        for dist in metadata.distributions(path=[folder]):
            for entry in dist.entry_points:
                if entry.group == GROUP and entry.name == kept.name:
                    module = guarded(entry)
                    if not isinstance(module, Module):
                        raise TypeError(f"{entry.value} is a {type(module).__name__}, not a Module")
                    origin = inspect.getfile(sys.modules[entry.module])
                    if not Path(origin).is_relative_to(folder):
                        raise ImportError(f"{entry.module} is another one, of {origin}")
                    module.version = dist.version
                    return module
        raise ImportError(f"there is no module {kept.name} in {kept.folder}")

    # Out ------------------------------------------------------------------------------------------------------------

    def check_removable(self, name: str) -> Kept:
        """What is installed under this name. Raises `NotOurs`, `StillNeeded`."""
        kept = self.store.read().get(name)
        if kept is None:
            raise NotOurs(module=name)
        entry = self._app.installed.get(name)
        if entry is not None and entry.imported:
            self._app.switching.check(name, on=False)
        return kept

    async def uninstall(self, name: str) -> Kept:
        """It stops at once and counts no more; its code stays in memory until the next start."""
        async with self.busy:
            kept = self.check_removable(name)
            await asyncio.to_thread(self.store.remove, name)
            await self.shared.removed(name)
            await self.take_away(name)
            log.info("module.uninstalled", module=name, version=kept.version)
            return kept

    async def take_away(self, name: str) -> None:
        """It runs here no more."""
        if name in self._app.installed:
            await self._app.switching.remove(name)
        kept = self.loaded.pop(name, None)
        if kept is not None:
            forget_code(self.store.folder / kept.folder)
        self._app.settings.again()

    # Following ------------------------------------------------------------------------------------------------------

    async def follow(self, before: AllSettings, now: AllSettings) -> None:
        """Another worker, of this data folder or of this database, has installed or removed something."""
        if self._store is not None and self._app.started and not self.busy.locked():
            await self.catch_up()

    async def catch_up(self) -> None:
        """Loads and starts what counts and is not here; takes away what counts no more."""
        if self._store is None:
            return
        async with self.busy:
            try:
                await self.shared.catch_up()
            except (GutenbotError, OSError) as error:
                log.error("module.not_brought", error=str(error))
            kept = await asyncio.to_thread(self._store.read)
            for name in [name for name in self.loaded if name not in kept]:
                await self.take_away(name)
            for name, one in kept.items():
                if name not in self._app.installed:
                    trouble = await self._bring(one)
                    if trouble is not None:
                        log.error("module.failed", module=name, error=f"{type(trouble).__name__}: {trouble}")


class StartFailed(Exception):
    """Why a module did not start, with the traceback as a note."""


def _state(entry: Installed) -> str:
    return entry.state


def forget_code(folder: Path) -> None:
    """Takes what was imported from a folder out of Python's memory, so that it can be imported anew."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and Path(file).is_relative_to(folder):
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path != str(folder)]
