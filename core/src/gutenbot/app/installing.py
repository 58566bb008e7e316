"""Modules come and go while the app runs: installed from packages, started in place, rolled back when that fails.

Code that Python has loaded cannot be taken out of a process: another version of a module that was loaded here counts from the
next start on, and so it is said.
"""

import asyncio
import inspect
import sys
import traceback
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gutenbot.app import module_work
from gutenbot.app.catalogue import Catalogue
from gutenbot.app.fetching import Sources
from gutenbot.app.install import Installed
from gutenbot.app.module_work import Progress
from gutenbot.app.settings import AllSettings
from gutenbot.app.shared_modules import SharedModules
from gutenbot.config.errors import SettingsMistake
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import new_id
from gutenbot.kernel.log import get_logger
from gutenbot.modules.load import GROUP, guarded
from gutenbot.modules.module import Module
from gutenbot.modules.store import Kept, Store

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.modules.packages import Package, Packages

log = get_logger("modules")
Step = Literal["check", "unpack", "load", "migrate", "start"]
DAY_S = 86_400.0


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


@dataclass(slots=True)
class Outcome:
    """How an installation went."""

    module: str
    version: str
    ok: bool = False
    pending: bool = False
    """It counts from the next start on."""
    failed: str = ""
    """The step that failed; everything is as it was before."""
    reason: str = ""
    traceback: str = ""
    log: list[str] = field(default_factory=list)
    before: str = ""
    """The version that it replaces."""


class Installing:
    """Of one app. Everything here runs on the event loop of the web side."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._store: Store | None = None
        self.sources = Sources()
        self.shared = SharedModules(app)
        self.catalogue = Catalogue(app)
        self._busy = asyncio.Lock()
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

    async def install(self, identifier: str, by: str) -> Outcome:
        """Installs a package that waits, and starts it in place. Raises `NoPackage` and `Obstacles`."""
        async with self._busy:
            package = await self.shared.find(identifier)
            if package is None:
                raise NoPackage(id=identifier[:40])
            if package.obstacles:
                raise Obstacles(module=package.module, reasons=" ".join(package.obstacles))
            outcome = Outcome(package.module, package.wheel.version)
            progress = await module_work.resumed(self._app, identifier)
            try:
                await self._install(package, by, outcome, progress)
            finally:
                await progress.end()
            log.info("module.installed" if outcome.ok else "module.not_installed", module=outcome.module,
                     version=outcome.version, failed=outcome.failed, reason=outcome.reason)  # fmt: skip
            return outcome

    async def _install(self, package: "Package", by: str, outcome: Outcome, progress: Progress) -> None:
        now_ms = to_ms(self._app.clock.now())

        def say(line: str, stage: str = "unpack") -> None:
            outcome.log.append(line)
            progress.note(stage, line)

        say(f"checked {package.wheel.files} files of {package.wheel.file}")
        try:
            kept, before = await asyncio.to_thread(
                lambda: self.packages.install(package, now_ms=now_ms, by=by, said=say)
            )
        except (GutenbotError, OSError) as error:
            self._failed(outcome, "unpack", error)
            progress.note("failed", outcome.log[-1])
            return
        outcome.before = before.version if before is not None else ""
        if self._is_loaded(kept):
            outcome.ok = outcome.pending = True
            say(f"{outcome.before} goes on running here; {kept.version} counts from the next start on", "load")
            await self.shared.installed(package.id, kept)
            return
        progress.note("load", f"loading {kept.name}, making its tables, starting it")
        step, wrong = await self._bring(kept)
        if wrong is not None:
            await asyncio.to_thread(self.store.put_back, kept.name, before)
            self._failed(outcome, step, wrong)
            progress.note("failed", outcome.log[-1])
            say("rolled back: everything is as it was before", "failed")
            return
        outcome.ok = True
        await self.shared.installed(package.id, kept)
        say(f"{kept.name} {kept.version} is loaded; {self._app.installed[kept.name].reason or 'it runs'}", "start")

    def _failed(self, outcome: Outcome, step: str, error: BaseException) -> None:
        plain = isinstance(error, StartFailed)
        outcome.failed, outcome.reason = step, str(error) if plain else f"{type(error).__name__}: {error}"
        outcome.traceback = "".join(traceback.format_exception(error))[-20_000:]
        outcome.log.append(f"failed at {step}: {outcome.reason}")

    def _is_loaded(self, kept: Kept) -> bool:
        """Another version of it has left its code in this process."""
        known = self.loaded.get(kept.name)
        return known is not None and known.folder != kept.folder and self._app.installed[kept.name].imported

    async def _bring(self, kept: Kept) -> tuple[str, BaseException | None]:
        """Loads and starts what the manifest names; what fails leaves nothing behind."""
        try:
            module = await asyncio.to_thread(self.load, kept)
        except (Exception, SystemExit) as wrong:
            forget_code(self.store.folder / kept.folder)
            return "load", wrong
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
            return "start", error
        self.loaded[kept.name] = kept
        return "", None

    def load(self, kept: Kept) -> Module:
        """Imports an installed module. Raises whatever its code raises."""
        self.store.activate_one(kept)
        folder = str(self.store.folder / kept.folder)
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
        async with self._busy:
            kept = self.check_removable(name)
            await asyncio.to_thread(self.store.remove, name)
            await self.shared.removed(name)
            await self._take_away(name)
            log.info("module.uninstalled", module=name, version=kept.version)
            return kept

    async def _take_away(self, name: str) -> None:
        if name in self._app.installed:
            await self._app.switching.remove(name)
        kept = self.loaded.pop(name, None)
        if kept is not None:
            forget_code(self.store.folder / kept.folder)
        self._app.settings.again()

    # Following ------------------------------------------------------------------------------------------------------

    async def follow(self, before: AllSettings, now: AllSettings) -> None:
        """Another worker, of this data folder or of this database, has installed or removed something."""
        if self._store is not None and self._app.started and not self._busy.locked():
            await self.catch_up()

    async def catch_up(self) -> None:
        """Loads and starts what counts and is not here; takes away what counts no more."""
        if self._store is None:
            return
        async with self._busy:
            try:
                await self.shared.catch_up()
            except (GutenbotError, OSError) as error:
                log.error("module.not_brought", error=str(error))
            kept = await asyncio.to_thread(self._store.read)
            for name in [name for name in self.loaded if name not in kept]:
                await self._take_away(name)
            for name, one in kept.items():
                if name not in self._app.installed:
                    step, trouble = await self._bring(one)
                    if trouble is not None:
                        log.error("module.failed", module=name, step=step, error=str(trouble))


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
