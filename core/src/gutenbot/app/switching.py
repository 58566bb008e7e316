"""Modules are switched off and on while the app runs: everything that one had contributed goes, and comes back.

What an operator has switched is kept in the database, and every worker follows it. A module that another one needs stays.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.app.breaker import Breaker
from gutenbot.app.install import Installed
from gutenbot.app.known_bad import KnownBad
from gutenbot.app.settings import AllSettings, missing
from gutenbot.config.errors import SettingsMistake
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.services import MissingService
from gutenbot.modules.bot import Bot
from gutenbot.modules.load import CORE_VERSION, IncompatibleModule, compatible

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("modules")

MODULE = "module"
"""The kind of these switches."""
LET_GO_S = 10.0
"""So long a module may take to let go of what it holds."""


class NotSwitchable(SettingsMistake):
    """{module} cannot be switched on or off here: {reason}."""

    code = "modules.not-switchable"
    status = 409


class StillNeeded(SettingsMistake):
    """{module} is needed by {needed_by}. Switch that off first."""

    code = "modules.still-needed"
    status = 409


@dataclass(frozen=True, slots=True)
class Left:
    """What a module that was switched off has left behind; all of it should be zero (MOD-05)."""

    tasks: int = 0
    channels: int = 0
    subscriptions: int = 0
    wraps: int = 0
    contributions: int = 0


class Switching:
    """Of one app. Everything here runs on the event loop of the web side."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._one_at_a_time = asyncio.Lock()
        self.breaker = Breaker(app)
        self.known_bad = KnownBad(app)
        self.banned: Mapping[str, str] = {}
        """Module → why nobody should run this version of it: it stays off whatever is switched."""

    # What shall run ------------------------------------------------------------------------------------------------

    def why_off(self, name: str, settings: AllSettings | None = None) -> str:
        """Why a module shall not run; empty when it shall."""
        live = self._app.settings
        if name in self.banned:
            return f"It is known to be bad: {self.banned[name]}"
        if name in (settings or live.now).disabled:
            found = (settings or live.now).provenance.get("modules.disabled")
            return f"It is switched off in {found.where if found else 'the settings'}."
        switch = live.kept.switch(MODULE, name)
        if switch is not None and not switch.is_on:
            return switch.reason or f"{switch.changed_by} has switched it off."
        entry = self._app.installed.get(name)
        wanting = missing(entry.module, settings or live.now) if entry is not None else []
        return f"It needs to be set up: {', '.join(wanting)}." if wanting else ""

    def locked(self, name: str) -> str:
        """What decides in the console's place; empty when the console does."""
        settings = self._app.settings.now
        if name in self.banned:
            return "the list of bad modules"
        found = settings.provenance.get("modules.disabled")
        return found.where if name in settings.disabled and found is not None else ""

    def check(self, name: str, *, on: bool) -> Installed:
        """The module. Raises `NotSwitchable` and `StillNeeded`."""
        entry = self._app.installed[name]
        if name == "core" or isinstance(entry.module, Bot):
            raise NotSwitchable(module=name, reason="bots and the core always run")
        if on and not entry.imported:
            raise NotSwitchable(module=name, reason=entry.reason or "it could not be imported")
        if self.locked(name):
            raise NotSwitchable(module=name, reason=f"{self.locked(name)} decides")
        needed_by = [] if on else [one.module.name for one in self.users_of(entry)]
        if needed_by:
            raise StillNeeded(module=name, needed_by=", ".join(needed_by))
        return entry

    def users_of(self, entry: Installed) -> list[Installed]:
        """Running modules that need this one, or a service that it alone provides."""
        name = entry.module.name
        kinds = {p.kind for part in entry.module.parts for p in part.notes.providers}
        alone = {kind for kind in kinds if self._app.services.provided_by(kind) <= {name}}
        return [
            one
            for one in self._app.running()
            if one is not entry
            and (
                name in one.module.requirements
                or any(kind in alone for part in one.module.parts for kind in part.notes.requires)
            )
        ]

    # Following -----------------------------------------------------------------------------------------------------

    async def at_start(self) -> None:
        """Takes out what shall not run, before anything of it has begun, and watches from now on."""
        self.breaker.start()
        await self.leave_out()
        self.known_bad.watch()

    async def leave_out(self) -> None:
        """Takes out what shall not run; who needs it goes too."""
        await self.known_bad.central.load()
        self.banned = self.known_bad.look()
        for name, entry in list(self._app.installed.items()):
            why = self.why_off(name) if entry.state == "running" and self._is_switchable(entry) else ""
            if why:
                self._app.take_out(name)
                self._app.services.forget(name)
                entry.state, entry.reason, entry.traceback = "disabled", why, ""
        while gone := [one for one in self._app.running() if self._missing(one)]:
            for entry in gone:
                self._app.disable(
                    entry, MissingService(wanted=f"module {self._missing(entry)}", module=entry.module.name)
                )
                self._app.services.forget(entry.module.name)

    async def follow(self, before: AllSettings, now: AllSettings) -> None:
        """Brings what runs to what shall run, with the settings as they are."""
        if not self._app.started:
            return
        async with self._one_at_a_time:
            self.banned = {**self.banned, **self.known_bad.look()}
            for name, entry in list(self._app.installed.items()):
                if not self._is_switchable(entry):
                    continue
                why = self.why_off(name, now)
                if why and entry.state in ("running", "degraded"):
                    await self._off(entry, why)
                elif not why and entry.state == "disabled":
                    await self._on(entry)
                elif entry.state == "running" and before.modules.get(name) != now.modules.get(name):
                    await self._reset(entry, now.modules.get(name))

    async def look_again(self) -> None:
        """The list of bad modules may have changed: what is on it goes, what is on it no more comes back."""
        self.banned = self.known_bad.look()
        await self.follow(self._app.settings.now, self._app.settings.now)

    async def settle(self, name: str) -> None:
        """Brings one module to what it shall be: one that has just come."""
        async with self._one_at_a_time:
            entry = self._app.installed[name]
            self.banned = {**self.banned, **self.known_bad.look()}
            why = self.why_off(name)
            if why:
                entry.state, entry.reason = "disabled", why
            else:
                await self._on(entry)

    async def remove(self, name: str) -> None:
        """Takes a module out of the app altogether."""
        async with self._one_at_a_time:
            entry = self._app.installed[name]
            if entry.state in ("running", "degraded"):
                await self._off(entry, "It is uninstalled.")
            self._app.take_out(name)
            await self._app.services.withdraw(name)
            del self._app.installed[name]
            self._app.module_settings.pop(name, None)

    async def again(self, name: str) -> Installed:
        """Starts a module anew that has failed, or that is degraded."""
        async with self._one_at_a_time:
            entry = self._app.installed[name]
            if entry.state in ("running", "degraded"):
                await self._off(entry, "It is started again.")
            await self._on(entry)
            return entry

    def _is_switchable(self, entry: Installed) -> bool:
        return entry.imported and entry.module.name != "core" and not isinstance(entry.module, Bot)

    def _missing(self, entry: Installed) -> str:
        """A module that this one needs, and that does not run."""
        for name in entry.module.requirements:
            found = self._app.installed.get(name)
            if found is None or found.state != "running":
                return name
        return ""

    # Off and on ----------------------------------------------------------------------------------------------------

    async def _off(self, entry: Installed, why: str) -> None:
        for user in self.users_of(entry):
            await self._off(user, f"It needs {entry.module.name}, which is off.")
        await self._end(entry)
        entry.state, entry.reason, entry.traceback = "disabled", why, ""
        await self._app.content.follow_modules()
        log.info("module.switched_off", module=entry.module.name, why=why)

    async def _end(self, entry: Installed) -> None:
        """It lets go of what it holds, then everything that it had contributed is taken away."""
        app, name = self._app, entry.module.name
        await self._stop(entry)
        await app.on_turns(lambda: app.supervisor.end(name))
        app.take_out(name)
        app.follow_order()
        await _patiently(lambda: app.services.withdraw(name), name, "services")

    async def _stop(self, entry: Installed) -> None:
        for part in entry.module.parts:
            for end in part.notes.enders:
                await _patiently(partial(end, self._app), entry.module.name, "stop")

    async def let_go(self) -> None:
        """All modules let go of what they hold, for the app stops."""
        await self.known_bad.stop()
        await self._app.installing.catalogue.stop()
        if self._app.started:
            for entry in reversed(self._app.running()):
                await self._stop(entry)

    async def _on(self, entry: Installed) -> None:
        app, module = self._app, entry.module
        await app.services.withdraw(module.name)  # of a start that failed
        entry.state, entry.reason, entry.traceback = "running", "", ""
        entry.epoch += 1
        try:
            if not compatible(module.core):
                raise IncompatibleModule(module=module.name, wants=module.core, core=CORE_VERSION)
            if self._missing(entry):
                raise MissingService(wanted=f"module {self._missing(entry)}", module=module.name)
            await app.bring_in(entry)
        except Exception as error:
            app.disable(entry, error)
        if not _runs(entry):  # it has failed on the way, and may have begun with something
            await self._end_quietly(entry)
            return
        app.follow_order()
        await app.content.follow_modules()
        await app.on_turns(lambda: app.begin_tasks(entry))
        log.info("module.switched_on", module=module.name)

    async def _end_quietly(self, entry: Installed) -> None:
        state, reason, trace = entry.state, entry.reason, entry.traceback
        await self._end(entry)
        entry.state, entry.reason, entry.traceback = state, reason, trace

    async def _reset(self, entry: Installed, given: Any) -> None:
        """New settings: a module that takes them in does, another one is started anew."""
        module = entry.module
        takers = [taker for part in module.parts for taker in part.notes.resetters]
        try:
            if takers and module.settings is not None:
                settings = module.settings.model_validate(given or {})
                for taker in takers:
                    await taker(self._app, settings)
                log.info("module.settings_taken", module=module.name)
                return
        except Exception as error:
            log.exception("module.settings_refused", module=module.name, error=str(error))
        await self._end(entry)
        await self._on(entry)

    def left(self, name: str) -> Left:
        """What of a module is still there."""
        app = self._app
        return Left(
            tasks=app.supervisor.count(name),
            channels=sum(1 for one, _ in app.channels if app.channels.module_of(one) == name),
            subscriptions=app.signals.count(name),
            wraps=sum(1 for wraps in app.wraps.values() for wrap in wraps if wrap.module == name),
            contributions=sum(1 for registry, one in _contributions(app) if registry.module_of(one) == name),
        )


def _runs(entry: Installed) -> bool:
    return entry.state == "running"


def _contributions(app: "App") -> Iterator[tuple[Any, str]]:
    for registry in app.registries.values():
        for name, _ in registry:
            yield registry, name


async def _patiently(work: Callable[[], Any], module: str, what: str) -> None:
    """Whatever it does, the module goes; it has some seconds."""
    try:
        async with asyncio.timeout(LET_GO_S):
            await work()
    except GutenbotError as error:
        log.warning("module.did_not_let_go", module=module, of=what, error=str(error))
    except Exception:
        log.exception("module.did_not_let_go", module=module, of=what)
