"""The app: installs modules into registries, starts storage, services, channels and the turn loop, and stops them in order."""

import asyncio
import inspect
import random
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from gutenbot.app.default import CORE
from gutenbot.app.jobs import Schedules
from gutenbot.app.supervise import Supervisor
from gutenbot.content import load_library
from gutenbot.events.incoming import CustomEvent
from gutenbot.kernel.clock import Clock, SystemClock, to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId, conversation_id, new_id
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.pipeline import Choice, Wrap, ordered
from gutenbot.kernel.registry import Registry
from gutenbot.kernel.services import MissingService, Services
from gutenbot.kernel.signals import Signals
from gutenbot.modules.bot import Bot
from gutenbot.modules.load import CORE_VERSION, IncompatibleModule, compatible, in_order
from gutenbot.modules.module import Module
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Arrival
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Channel
from gutenbot.turns.errors import UnknownConversation
from gutenbot.turns.loop import TurnLoop
from gutenbot.turns.sending import Sending
from gutenbot.turns.signals import Stopping
from gutenbot.turns.stages import STAGES, START, Recogniser, Stage, Stages
from gutenbot.turns.turn import Turn
from gutenbot.turns.watchdog import Watchdog
from gutenbot.users import People

log = get_logger("app")
T = TypeVar("T")
ModuleState = Literal["running", "disabled", "failed", "degraded"]
REGISTRIES = (
    "http_routers",
    "cli_commands",
    "bot_routes",
    "content_types",
    "answer_types",
    "asgi_apps",
    "console_pages",
)


@dataclass(slots=True)
class Installed:
    """A module as the app has it, with what went wrong if anything did."""

    module: Module
    state: ModuleState = "running"
    reason: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Mode:
    """How an app runs: the server's way, or a test's."""

    threaded: bool = True
    """Turns run on a thread and an event loop of their own, so that a slow handler cannot stop webhooks."""
    strict: bool = False
    """Authors' mistakes are raised where they can be seen (tests)."""
    timers: bool = True
    pace: bool = True
    show_errors: bool = False
    backlog_limit: int = 20_000
    seed: int | None = None


class App:
    """All that runs in one process. `start` and `stop` frame its life."""

    def __init__(
        self,
        modules: Sequence[Module],
        storage: Storage,
        *,
        clock: Clock | None = None,
        mode: Mode | None = None,
        settings: Mapping[str, Any] | None = None,
        pipeline: Mapping[Stage, Sequence[Choice]] | None = None,
    ) -> None:
        self.storage = storage
        self.clock = clock or SystemClock()
        self.mode = mode or Mode()
        self.module_settings = dict(settings or {})
        self.signals = Signals()
        self.services = Services()
        self.registries: dict[str, Registry[Any]] = {name: Registry(name.rstrip("s")) for name in REGISTRIES}
        self.channels: Registry[Channel] = Registry("channel")
        self.bots: dict[BotId, Bot] = {}
        self.runtimes: dict[BotId, BotRuntime] = {}
        self.installed: dict[str, Installed] = {}
        self.wraps: dict[Stage, list[Wrap[Turn]]] = {stage: [] for stage in STAGES}
        self.recognisers: list[Recogniser] = []
        self._chosen = dict(pipeline or {})
        self._channel_map: dict[str, Channel] = {}
        self.started = False
        self.stopping = False
        self._thread: threading.Thread | None = None
        self._supervisor = Supervisor(self)
        self._install([CORE, *modules])
        self.turns = self._turn_loop()
        self.sending = Sending(self.storage, self.clock, self.turns, self._channel_map)
        self.schedules = Schedules(self)
        self.watchdog = Watchdog(self.turns)
        for kind, value in ((App, self), (Signals, self.signals), (TurnLoop, self.turns)):
            self.services.put(kind, value)

    # Installing -----------------------------------------------------------------------------------------------------

    def _install(self, modules: Sequence[Module]) -> None:
        """Installs modules in the order of their requirements; one that fails is disabled alone (MOD-01, 09, 10)."""
        for module in in_order(modules):
            entry = Installed(module)
            self.installed[module.name] = entry
            try:
                if not compatible(module.core):
                    raise IncompatibleModule(module=module.name, wants=module.core, core=CORE_VERSION)
                self._check_requirements(module)
                self._install_one(module)
            except Exception as error:
                self._disable(entry, error)
                if isinstance(module, Bot) and self.mode.strict:
                    raise

    def _check_requirements(self, module: Module) -> None:
        for name in module.requirements:
            found = self.installed.get(name)
            if found is None or found.state != "running":
                raise MissingService(wanted=f"module {name}", module=module.name)

    def _install_one(self, module: Module) -> None:
        for part in module.parts:
            for provider in part.notes.providers:
                self.services.provide(provider)
        self._contribute(module)
        if isinstance(module, Bot):
            self.bots[module.id] = module
            self.runtimes[module.id] = self.runtime_of(module)
            module.app = self

    def _contribute(self, module: Module) -> None:
        for part in module.parts:
            notes = part.notes
            for item in notes.contributions:
                self.registries.setdefault(item.registry, Registry(item.registry)).add(
                    item.name, item.value, module.name
                )
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

    def _disable(self, entry: Installed, error: BaseException) -> None:
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
            library=load_library(bot.content_folder, default_locale=bot.locale),
            default_locale=bot.locale,
            time_zone=bot.time_zone,
            show_errors=self.mode.show_errors,
            service=self.services.get,
        )

    def replace_bot(self, bot: Bot) -> None:
        """Swaps a bot's code and content between two turns; conversations go on where they are."""
        runtime = self.runtime_of(bot)
        if bot.name in self.installed:
            self._withdraw(bot.name)
        self.installed[bot.name] = Installed(bot)
        self._contribute(bot)
        self.turns.attempt.stages = self._stages()
        bot.app = self
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
        runtime.library = runtime.library.reload()

    def reorder(self, stage: Stage, chosen: Sequence[Choice]) -> None:
        """Changes the order of a stage's wraps, and which of them run, from the next turn on."""
        self._chosen[stage] = chosen
        self.turns.attempt.stages = self._stages()

    def _stages(self) -> Stages:
        wraps = {stage: ordered(stage, self.wraps[stage], self._chosen.get(stage, ())) for stage in STAGES}
        return Stages(wraps, self.recognisers, monotonic=self.clock.monotonic)

    def _turn_loop(self) -> TurnLoop:
        chance = random.Random(self.mode.seed)  # noqa: S311
        return TurnLoop(
            self.storage, self.clock, self._channel_map, self.runtimes, self._stages(), self.signals,
            strict=self.mode.strict, pace=self.mode.pace, backlog_limit=self.mode.backlog_limit, chance=chance,
        )  # fmt: skip

    # Life -----------------------------------------------------------------------------------------------------------

    @property
    def migrations(self) -> list[tuple[str, Any]]:
        """(module, folder) of all migrations, in order."""
        found = [(name, entry.module.migrations) for name, entry in self.installed.items() if entry.state == "running"]
        return [(name, folder) for name, folder in found if folder is not None]

    async def start(self) -> None:
        """Opens the storage, then starts services, channels, turns and tasks."""
        await self.storage.open()
        await self.services.start()
        self._make_channels()
        for entry in self._running():
            await self._start_module(entry)
        if self.mode.threaded:
            await self._start_thread()
        else:
            await self._start_turns()
        self.started = True

    def _make_channels(self) -> None:
        for entry in self._running():
            for part in entry.module.parts:
                for factory in part.notes.channels:
                    try:
                        self.add_channel(factory(self), entry.module.name)
                    except Exception as error:
                        self._disable(entry, error)

    def add_channel(self, channel: Channel, module: str = "core") -> None:
        """Events of this channel are taken from now on. Raises `DuplicateName`."""
        self.channels.add(channel.id, channel, module)
        self._channel_map[channel.id] = channel

    async def _start_module(self, entry: Installed) -> None:
        try:
            for part in entry.module.parts:
                for kind in part.notes.requires:
                    self.services.provider(kind, entry.module.name) if not self.services.has(kind) else None
                for starter in part.notes.starters:
                    result = starter(self)
                    if inspect.isawaitable(result):
                        await result
        except Exception as error:
            self._disable(entry, error)

    def _running(self) -> list[Installed]:
        return [entry for entry in self.installed.values() if entry.state == "running"]

    async def _start_turns(self) -> None:
        await self.turns.start(timers=self.mode.timers)
        await self.schedules.start(watch=self.mode.timers)
        for entry in self._running():
            for part in entry.module.parts:
                for name, task in part.notes.tasks:
                    self._supervisor.run(entry, name, task)

    async def _start_thread(self) -> None:
        """Runs turns on a thread of their own; a handler that blocks there does not stop what is accepted here."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        here = asyncio.get_running_loop()

        async def live() -> None:
            self._turns_loop = asyncio.get_running_loop()
            self._turns_stop = asyncio.Event()
            try:
                await self._start_turns()
            except BaseException as error:
                here.call_soon_threadsafe(_fail, ready, error)
                raise
            here.call_soon_threadsafe(_done, ready)
            self.watchdog.watch(self._turns_loop)
            await self._turns_stop.wait()
            await self._stop_turns()

        self._thread = threading.Thread(target=_run_loop, args=(live,), name="turns", daemon=True)
        self._thread.start()
        await ready

    async def _stop_turns(self) -> None:
        await self._supervisor.stop()
        await self.schedules.stop()
        await self.turns.stop()

    async def begin_stop(self) -> None:
        """Not ready any more; tells those who keep connections open (the signal `Stopping`)."""
        if not self.stopping:
            self.stopping = True
            await self.signals.send(Stopping())

    async def stop(self) -> None:
        """Not ready any more; finishes running turns (25 s at most), releases the rest, closes everything."""
        await self.begin_stop()
        self.watchdog.stop()
        if self._thread is not None:
            self._turns_loop.call_soon_threadsafe(self._turns_stop.set)
            await asyncio.to_thread(self._thread.join)
        elif self.started:
            await self._stop_turns()
        await self.services.close()
        await self.storage.close()
        self.started = False

    def not_ready(self) -> list[str]:
        """Why the app cannot take events now; empty when it can."""
        reasons = [] if self.started else ["starting"]
        reasons += ["stopping"] if self.stopping else []
        trouble = self.storage.healthy()
        return [*reasons, trouble] if trouble else reasons

    # Verbs of bots --------------------------------------------------------------------------------------------------

    def people(self, bot_id: str) -> People:
        """The users of a bot."""
        return People(self.storage, self.clock, BotId(bot_id))

    async def send(
        self, bot_id: BotId, user_id: UserId, what: Any, data: Mapping[str, Any], key: str | None = None
    ) -> list[ConversationId]:
        """See `Bot.send`."""
        return await self.sending.send(self.runtimes[bot_id], user_id, what, data, key)

    async def start_dialog(self, bot_id: BotId, user_id: UserId, dialog: str, args: list[Any], key: str | None) -> None:
        """See `Bot.start`."""
        target = await self.sending.latest(bot_id, user_id)
        if target is None:
            raise UnknownConversation(conversation=f"of user {user_id}")
        channel, thread, sender = target
        event = CustomEvent(name=START, data={"dialog": dialog, "args": args})
        await self.accept_event(bot_id, channel, thread, sender, event, key)

    async def emit(
        self, bot_id: BotId, conversation: ConversationId, event: str, data: dict[str, Any], key: str | None
    ) -> None:
        """See `Bot.emit`."""
        loaded = await self.storage.load(conversation)
        row = loaded.conversation
        await self.accept_event(bot_id, row.channel_id, row.thread, "", CustomEvent(name=event, data=data), key)

    async def accept_event(
        self, bot_id: BotId, channel: str, thread: str, sender: str, event: CustomEvent, key: str | None = None
    ) -> None:
        """Hands an event that comes from no user to a conversation."""
        arrival = Arrival(
            bot_id=bot_id, channel_id=ChannelId(channel), conversation_id=conversation_id(bot_id, channel, thread),
            thread=thread, sender=sender or thread, external_id=f"event:{key or new_id()}", event=event, lane="job",
            received_ms=to_ms(self.clock.now()),
        )  # fmt: skip
        await self.turns.accept([arrival])


def _run_loop(main: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await main()

    try:
        import uvloop
    except ImportError:
        asyncio.run(run())
    else:
        uvloop.run(run())


def _done(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _fail(future: "asyncio.Future[None]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
