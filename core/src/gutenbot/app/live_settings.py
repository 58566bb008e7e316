"""The settings of a running app: what the console sets is read from the database, and applied while everything runs.

Each worker looks for changes when another one hints at them, and every second in any case.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from gutenbot.app.console_settings import ConsoleSettings
from gutenbot.app.settings import OF_CONSOLE, AllSettings, Settings, load_settings
from gutenbot.config.errors import SettingsMistake
from gutenbot.config.rows import REVISION, Kept
from gutenbot.kernel.errors import GutenbotError, Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.sealing import Keyring
from gutenbot.kernel.settings import (
    Provenance,
    SettingProblem,
    TomlFile,
    WrongSettings,
    holds_secrets,
    masked,
    suggestion,
    unmasked,
)

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.modules.module import Module

log = get_logger("settings")
TOPIC = "settings"
LOOK_S = 1.0
Loader = Callable[[Mapping[str, Any]], AllSettings]
Listener = Callable[[AllSettings, AllSettings], "Awaitable[None] | None"]
"""Gets the settings as they were and as they are."""


class NoSection(SettingsMistake):
    """There are no settings {section}. Known: {known}."""

    code = "settings.no-section"
    status = 404


class SettingLocked(SettingsMistake):
    """{name} is set by {where}, which is stronger than the console. Change it there."""

    code = "settings.locked"
    status = 409


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together: the server's, the console's, a module's, or those of a module for one bot."""

    name: str
    """As the API calls it; its `path` leads the dotted paths of its settings."""
    model: type[BaseModel]
    kind: str
    module: "Module | None" = None
    bot: str = ""

    @property
    def path(self) -> str:
        """`""` for the server's own."""
        return "" if self.name == "server" else self.name

    def of(self, field: str) -> str:
        """The dotted path of a field."""
        return f"{self.path}.{field}" if self.path else field


@dataclass(frozen=True, slots=True)
class Change:
    """A checked change, ready to be kept: each value as JSON with the id of its key, or None for back to what it was."""

    rows: Mapping[str, tuple[str, str] | None]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class LiveSettings:
    """Settings of one app. Without a loader they are those of a project with neither file nor environment."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._load: Loader = self._bare
        self._now: AllSettings | None = None
        self._given = dict(app.module_settings)
        self.keyring = Keyring()
        self.kept = Kept()
        self.unread: list[SettingProblem] = []
        """Secrets that cannot be opened."""
        self._values: dict[str, Any] = {}
        self._listeners: list[Listener] = []
        self._looking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def _bare(self, console: Mapping[str, Any]) -> AllSettings:
        modules = [entry.module for entry in self._app.installed.values()]
        given = {one.name: self._given[one.name] for one in modules if one.name in self._given}
        right = {one.name for one in modules if one.settings is None or _fits(one.settings, given.get(one.name, {}))}
        toml = TomlFile("the program", {"modules": {name: values for name, values in given.items() if name in right}})
        return load_settings(toml, {}, [one for one in modules if one.name in right], console, list(self._app.bots))

    def use(self, load: Loader, now: AllSettings, keyring: Keyring) -> None:
        """Takes the settings of a project: before the start."""
        self._load, self._now, self.keyring = load, now, keyring

    @property
    def now(self) -> AllSettings:
        """All settings as they are. Raises `WrongSettings`."""
        if self._now is None:
            self._now = self._load(self._values)
        return self._now

    def again(self) -> None:
        """Modules have come or gone: what is set is found anew."""
        self._now = self._load(self._values)
        self._app.module_settings.update({name: one for name, one in self._now.modules.items() if one is not None})

    def listen(self, listener: Listener) -> None:
        """Calls it after each change, on the event loop of the web side."""
        self._listeners.append(listener)

    # Following ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Reads what the console has set; modules are not started yet."""
        await self.look()

    def follow(self) -> None:
        """Looks for changes from now on, where other workers may make some."""
        if self._app.storage.shared:
            self._task = asyncio.create_task(self._watch(), name="settings")

    async def stop(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        ears = self._app.storage.wakeups()
        clock = self._app.clock
        due = clock.monotonic()
        try:
            while True:
                heard = await ears.wait()
                if TOPIC not in heard and clock.monotonic() < due:
                    continue
                due = clock.monotonic() + LOOK_S
                try:
                    await self.look()
                except Temporary as error:
                    log.warning("settings.waits", error=str(error))
                except Exception:
                    log.exception("settings.failed")
        finally:
            ears.close()

    async def look(self) -> bool:
        """Reads and applies what changed; returns whether anything did."""
        async with self._looking:
            storage = self._app.storage
            if await storage.peek(REVISION) == self.kept.revision:
                return False
            from gutenbot.config import kept

            await self._take(await storage.read(kept.read))
            return True

    async def changed(self) -> None:
        """Something was written: applies it here and says so to the other workers."""
        self._app.storage.hint(TOPIC)
        await self.look()

    async def _take(self, found: Kept) -> None:
        before = self._now or self._load({})
        self.kept = found
        self._values = self._opened(found)
        try:
            self._now = self._load(self._values)
        except WrongSettings as error:
            log.error("settings.not_applied", reason=str(error))
            return
        for problem in [*self._now.left_out, *self.unread]:
            log.warning("settings.left_out", problem=str(problem))
        self._app.module_settings.update({name: one for name, one in self._now.modules.items() if one is not None})
        for listener in self._listeners:
            await self._tell(listener, before)

    async def _tell(self, listener: Listener, before: AllSettings) -> None:
        try:
            result = listener(before, self.now)
            if inspect.isawaitable(result):
                await result
        except Exception:
            log.exception("settings.not_applied", by=getattr(listener, "__qualname__", "?"))

    def _opened(self, found: Kept) -> dict[str, Any]:
        """Dotted path → value."""
        values: dict[str, Any] = {}
        self.unread = []
        for row in found.rows:
            try:
                text = self.keyring.open(row.value, row.key_id, (row.section, row.name)) if row.key_id else row.value
                values[row.path] = json.loads(text)
            except GutenbotError as error:
                self.unread.append(SettingProblem(row.path, str(error), field=row.name))
        return values

    # Changing -------------------------------------------------------------------------------------------------------

    def sections(self) -> list[Section]:
        """All that there are: the server's, the console's, those of modules, and of modules by bot."""
        found = [Section("server", Settings, "server"), Section("console", ConsoleSettings, "console")]
        for entry in self._app.installed.values():
            module = entry.module
            if module.settings is not None and module.name not in self._app.bots:
                found.append(Section(f"modules.{module.name}", module.settings, "module", module))
                if module.bot_settings is not None:
                    found += [
                        Section(f"modules.{module.name}.bots.{bot}", module.bot_settings, "bot", module, bot)
                        for bot in self._app.bots
                    ]
        return found

    def section(self, name: str) -> Section:
        """One of them. Raises `NoSection`."""
        sections = self.sections()
        found = next((one for one in sections if one.name == name), None)
        if found is None:
            raise NoSection(section=name[:100], known=", ".join(one.name for one in sections))
        return found

    def of(self, section: Section) -> dict[str, Provenance]:
        """Field → its value as it may be shown, and where it comes from."""
        provenance = self.now.provenance
        return {name: provenance[section.of(name)] for name in fields_of(section) if section.of(name) in provenance}

    def locked(self, section: Section, field: str, found: Provenance) -> str:
        """Why the console cannot change a field; empty when it can."""
        if found.locked:
            return found.where
        return "the start of the server" if section.kind == "server" and field not in OF_CONSOLE else ""

    def plan(self, section: Section, values: Mapping[str, Any]) -> Change:
        """Checks a change. Raises `WrongSettings` with all that is wrong, and `SettingLocked`."""
        now = self.of(section)
        self._refuse_unknown(section, values)
        for name in values:
            where = self.locked(section, name, now[name])
            if where:
                raise SettingLocked(name=name, where=where)
        raw = {name: unmasked(value, self._raw(section, name)) for name, value in values.items()}
        wanted = {**self._values}
        for name, value in raw.items():
            wanted.pop(section.of(name), None)
            if value is not None:
                wanted[section.of(name)] = value
        settings = self._load(wanted)
        mine = f"console: {section.path}" if section.path else "console"
        wrong = [one for one in settings.left_out if one.where == mine]
        if wrong:
            raise WrongSettings(wrong)
        after = {name: settings.provenance[section.of(name)].value for name in values}
        rows = {name: self._row(section, name, value) for name, value in raw.items()}
        return Change(rows, {name: now[name].value for name in values}, after)

    def checked(self, section: Section, values: Mapping[str, Any]) -> Any:
        """What the settings of a module would be with these values, as an object of its class. Raises `WrongSettings`."""
        change = self.plan(section, {k: v for k, v in values.items() if not self._is_locked(section, k)})
        wanted = {**self._values}
        for name in change.rows:
            wanted.pop(section.of(name), None)
            value = unmasked(values[name], self._raw(section, name))
            if value is not None:
                wanted[section.of(name)] = value
        assert section.module is not None
        model = section.module.settings
        assert model is not None
        return model.model_validate(self._load(wanted).modules[section.module.name])

    def _is_locked(self, section: Section, name: str) -> bool:
        found = self.of(section).get(name)
        return found is not None and bool(self.locked(section, name, found))

    def _refuse_unknown(self, section: Section, values: Mapping[str, Any]) -> None:
        known = fields_of(section)
        unknown = [name for name in values if name not in known]
        if unknown:
            raise WrongSettings(
                SettingProblem(name[:60], "there is no such setting.", suggestion(name, known), field=name[:60])
                for name in unknown
            )

    def _raw(self, section: Section, name: str) -> Any:
        """The value in force, with its secrets."""
        if section.of(name) in self._values:
            return self._values[section.of(name)]
        if section.module is not None:
            found = self.now.modules.get(section.module.name) or {}
            found = (found.get("bots") or {}).get(section.bot, {}) if section.bot else found
            return found.get(name)
        return None

    def _row(self, section: Section, name: str, value: Any) -> tuple[str, str] | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False)
        info = section.model.model_fields[name]
        if value != "" and (holds_secrets(info) or masked(value, info, name) != value):
            return self.keyring.seal(text, (section.path, name))
        return text, ""


def _fits(model: type[BaseModel], values: Any) -> bool:
    try:
        model.model_validate(values)
    except ValidationError as error:
        return all(one["type"] == "missing" for one in error.errors())
    return True


def fields_of(section: Section) -> list[str]:
    """The names of the fields; what differs by bot has sections of its own."""
    by_bot = section.kind == "module" and section.module is not None and section.module.bot_settings is not None
    return [name for name in section.model.model_fields if not (by_bot and name == "bots")]
