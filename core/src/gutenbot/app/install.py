"""Modules become registries, wraps, subscriptions and services. One that fails is taken out again, alone."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gutenbot.accounts.permissions import Catalogue
from gutenbot.app.surface import catalogue_of, contribute_surface
from gutenbot.content import Library, load_library
from gutenbot.content.types import Types
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import BotId
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.pipeline import Wrap, ordered
from gutenbot.kernel.registry import Registry
from gutenbot.kernel.services import MissingService, Services
from gutenbot.kernel.signals import Signals
from gutenbot.modules.bot import Bot
from gutenbot.modules.content_types import types_of
from gutenbot.modules.load import CORE_VERSION, IncompatibleModule, compatible, in_order
from gutenbot.modules.module import Module
from gutenbot.modules.running import RunningApp
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.stages import STAGES, Recogniser, Stage
from gutenbot.turns.turn import Turn

log = get_logger("app")

ModuleState = Literal["running", "disabled", "failed", "degraded"]
REGISTRIES = (
    "cli_commands",
    "bot_routes",
    "content_types",
    "content_users",
    "answer_types",
    "asgi_apps",
    "live_topics",
    "jobs",
    "permissions",
    "routes",
    "pages",
)


@dataclass(slots=True)
class Installed:
    """A module as the app has it, with what went wrong if anything did."""

    module: Module
    state: ModuleState = "running"
    reason: str = ""
    traceback: str = ""
    epoch: int = 0
    """Counts how often it was switched on again: what was made before belongs to the one before."""
    imported: bool = True
    """Its code was loaded; of another one only the name is known."""


class Installation:
    """What all modules of an app contribute together."""

    def __init__(self, *, strict: bool, show_errors: bool) -> None:
        self._strict = strict
        self._show_errors = show_errors
        self.signals = Signals()
        self.services = Services()
        self.registries: dict[str, Registry[Any]] = {name: Registry(name.rstrip("s")) for name in REGISTRIES}
        self.bots: dict[BotId, Bot] = {}
        self.runtimes: dict[BotId, BotRuntime] = {}
        self.installed: dict[str, Installed] = {}
        self.wraps: dict[Stage, list[Wrap[Turn]]] = {stage: [] for stage in STAGES}
        self.recognisers: list[Recogniser] = []

    def running(self) -> list[Installed]:
        """The modules that work."""
        return [entry for entry in self.installed.values() if entry.state == "running"]

    def install(self, modules: Sequence[Module], app: RunningApp) -> None:
        """Installs modules in the order of their requirements; one that fails is disabled alone (MOD-01, 09, 10)."""
        for module in in_order(modules):
            entry = Installed(module)
            self.installed[module.name] = entry
            try:
                if not compatible(module.core):
                    raise IncompatibleModule(module=module.name, wants=module.core, core=CORE_VERSION)
                self._check_requirements(module)
                self._install_one(module, app)
            except Exception as error:
                self.disable(entry, error)
                if isinstance(module, Bot) and self._strict:
                    raise

    def _check_requirements(self, module: Module) -> None:
        for name in module.requirements:
            found = self.installed.get(name)
            if found is None or found.state != "running":
                raise MissingService(wanted=f"module {name}", module=module.name)

    def _install_one(self, module: Module, app: RunningApp) -> None:
        for part in module.parts:
            for provider in part.notes.providers:
                self.services.provide(provider)
        self._contribute(module)
        if isinstance(module, Bot):
            self.bots[module.id] = module
            self.runtimes[module.id] = self.runtime_of(module)
            module.app = app

    def catalogue(self) -> Catalogue:
        """Which permissions there are now, and the roles of the start with what modules give them."""
        return catalogue_of(self.registries)

    def _contribute(self, module: Module) -> None:
        contribute_surface(self.registries, module)
        for part in module.parts:
            notes = part.notes
            for item in notes.contributions:
                own = item.registry == "content_types" and isinstance(module, Bot)  # two bots may each have their `faq`
                name = f"{module.name} {item.name}" if own else item.name
                self.registries.setdefault(item.registry, Registry(item.registry)).add(name, item.value, module.name)
            for kind, function in notes.subscriptions:
                self.signals.subscribe(kind, function, module.name)
            for stage, wrap in notes.wraps:
                ordered(stage, [*self.wraps[stage], wrap])
                self.wraps[stage].append(wrap)
            self.recognisers += notes.recognisers

    def _withdraw(self, name: str) -> None:
        """Takes away whatever a module had contributed."""
        module = self.installed[name].module
        for registry in self.registries.values():
            registry.drop(name)
        self.signals.drop(name)
        for stage, wraps in self.wraps.items():
            self.wraps[stage] = [wrap for wrap in wraps if wrap.module != name]
        gone = [recogniser for part in module.parts for recogniser in part.notes.recognisers]
        self.recognisers[:] = [one for one in self.recognisers if one not in gone]

    def disable(self, entry: Installed, error: BaseException) -> None:
        """Takes away whatever a module had contributed, and remembers why."""
        name = entry.module.name
        self._withdraw(name)
        if isinstance(entry.module, Bot):
            self.bots.pop(entry.module.id, None)
            self.runtimes.pop(entry.module.id, None)
        entry.state = "failed"
        entry.reason = f"{type(error).__name__}: {error}"
        entry.traceback = "".join(traceback.format_exception(error))
        known = isinstance(error, GutenbotError)
        log.error("module.failed", module=name, error=entry.reason, exc_info=None if known else error)

    def runtime_of(self, bot: Bot) -> BotRuntime:
        """What turns of a bot run on."""
        for dialog in bot.book.starters():
            dialog.check(self.services.has)
        return BotRuntime(
            bot_id=bot.id,
            book=bot.book,
            library=self.library_of(bot, self.files_of(bot)),
            default_locale=bot.locale,
            time_zone=bot.time_zone,
            show_errors=self._show_errors,
            service=self.services.get,
        )

    def files_of(self, bot: Bot) -> Library:
        """What a bot's files say."""
        return load_library(bot.content_folder, default_locale=bot.locale, types=self.types_of(bot))

    def library_of(self, bot: Bot, files: Library) -> Library:
        """What a bot says: its files, with what else there is over them."""
        return files

    def types_of(self, bot: Bot) -> Types:
        """The types of content that its items may be of."""
        return types_of(bot, [entry.module for entry in self.running()])

    def replace_bot(self, bot: Bot) -> None:
        """Swaps a bot's code and content between two turns; conversations go on where they are."""
        runtime = self.runtime_of(bot)
        if bot.name in self.installed:
            self._withdraw(bot.name)
        self.installed[bot.name] = Installed(bot)
        self._contribute(bot)
        bot.app = self.bots[bot.id].app if bot.id in self.bots else None
        self.bots[bot.id] = bot
        self.runtimes[bot.id] = runtime

    def remove_bot(self, bot_id: BotId) -> None:
        """Takes a bot out; its conversations wait until it comes back."""
        bot = self.bots.pop(bot_id)
        self._withdraw(bot.name)
        del self.runtimes[bot_id], self.installed[bot.name]

    def reload_content(self, bot_id: BotId) -> None:
        """Reads a bot's content files again."""
        runtime = self.runtimes[bot_id]
        runtime.library = self.library_of(self.bots[bot_id], self.files_again(bot_id))

    def files_again(self, bot_id: BotId) -> Library:
        """What a bot's files say now; those that have not changed are not read again."""
        return self.runtimes[bot_id].library.reload()
