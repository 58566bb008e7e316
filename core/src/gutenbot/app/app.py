"""The app: installs modules into registries, starts storage, services, channels and the turn loop, and stops them in order."""

import asyncio
import inspect
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gutenbot.app.bridge import Bridge
from gutenbot.app.content import LiveContent
from gutenbot.app.default import CORE
from gutenbot.app.health import Health
from gutenbot.app.install import Installation, Installed
from gutenbot.app.installing import Installing
from gutenbot.app.jobs import Schedules
from gutenbot.app.live_settings import LiveSettings
from gutenbot.app.media import MediaShelf
from gutenbot.app.order import Order
from gutenbot.app.renewal import Renewal
from gutenbot.app.retention import Retention
from gutenbot.app.settings import AllSettings
from gutenbot.app.supervise import Supervisor
from gutenbot.app.switching import Switching
from gutenbot.app.thread import LoopThread
from gutenbot.app.vitals import Vitals
from gutenbot.content import Library
from gutenbot.events.incoming import CustomEvent
from gutenbot.feed.feed import Feed
from gutenbot.kernel.clock import Clock, SystemClock, to_ms
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId, conversation_id, new_id
from gutenbot.kernel.meters import Meters
from gutenbot.kernel.pipeline import Choice, ordered
from gutenbot.kernel.registry import Registry
from gutenbot.kernel.services import MissingService
from gutenbot.kernel.signals import Signals
from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.measured import Measurable
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Arrival
from gutenbot.turns.channel import Channel
from gutenbot.turns.errors import UnknownConversation
from gutenbot.turns.loop import TurnLoop
from gutenbot.turns.measures import Measures
from gutenbot.turns.roles import ALL_ROLES, Role
from gutenbot.turns.sending import Sending
from gutenbot.turns.signals import Stopping
from gutenbot.turns.stages import STAGES, START, Stage, Stages, Wraps
from gutenbot.turns.tracing import NO_TRACING, Tracing
from gutenbot.turns.watchdog import Watchdog
from gutenbot.turns.wraps import watched
from gutenbot.users import People

T = TypeVar("T")


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
    keep_days: int = 0
    """Old rows leave after so many days; 0: everything is kept."""
    roles: frozenset[Role] = ALL_ROLES
    """What this process does of the work that it shares with others."""


class App(Installation):
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
        meters: Meters | None = None,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self.mode = mode or Mode()
        super().__init__(strict=self.mode.strict, show_errors=self.mode.show_errors)
        self.storage = storage
        self.clock = clock or SystemClock()
        self.module_settings = dict(settings or {})
        self.meters = meters or Meters()
        self.measures = Measures(self.meters, tracing)
        if isinstance(storage, Measurable):
            storage.measure(self.meters)
        self.channels: Registry[Channel] = Registry("channel")
        self.order = Order(self, pipeline or {})
        self._channel_map: dict[str, Channel] = {}
        self.started = False
        self.stopping = False
        self.leaving = False
        """It will stop soon: traffic should go elsewhere, and is still answered."""
        self._thread: LoopThread | None = None
        self.supervisor = Supervisor(self)
        self._closers: list[Callable[[], None]] = []
        self.content = LiveContent(self)
        self.install([CORE, *modules], self)
        self.settings = LiveSettings(self)
        """What is set, also in the console."""
        self.switching = Switching(self)
        self.installing = Installing(self)
        self.renewal = Renewal(self)
        self.settings.listen(self.installing.follow)
        self.settings.listen(self.switching.follow)
        self.settings.listen(self._follow_settings)
        self.turns = self._turn_loop()
        self.sending = Sending(self.storage, self.clock, self.turns, self._channel_map)
        self.schedules = Schedules(self)
        self.retention = Retention(self)
        self.watchdog = Watchdog(self.turns)
        self.vitals = Vitals(self)
        self.health = Health(self)
        self.feed: Feed = Feed(storage, self.clock)
        self.bridge = Bridge(self)
        self.jobs, self.notify = self.bridge.jobs, self.bridge.notifications.notify
        self.services.put(MediaShelf, MediaShelf(storage, self.clock))
        for kind, value in ((App, self), (Signals, self.signals), (TurnLoop, self.turns)):
            self.services.put(kind, value)

    def disable(self, entry: Installed, error: BaseException) -> None:
        super().disable(entry, error)
        self._drop_channels(entry.module.name)

    def _drop_channels(self, module: str) -> None:
        for name, _ in self.channels:
            if self.channels.module_of(name) == module:
                self._channel_map.pop(name, None)
                self.turns.deliverer.away.add(name)
        self.channels.drop(module)

    def take_out(self, module: str) -> None:
        """Takes away all that a module has contributed, its channels too; what waits for them waits on."""
        self._withdraw(module)
        self._drop_channels(module)

    async def bring_in(self, entry: Installed) -> None:
        """Starts a module in an app that runs already, but for its tasks. Its state says whether it went well."""
        self._install_one(entry.module, self)
        if entry.module.migrations is not None:
            await self.storage.migrate(entry.module.name, entry.module.migrations)
        await self.services.start()
        self._make_channels_of(entry)
        if entry.state == "running":
            await self._start_module(entry)

    async def begin_tasks(self, entry: Installed) -> None:
        """Runs the tasks of a module, and takes up what waited for its channels. On the turns' event loop."""
        for part in entry.module.parts:
            for name, task in part.notes.tasks:
                self.supervisor.run(entry, name, task)
        if any(part.notes.channels for part in entry.module.parts):
            await self.turns.take_up()

    async def _follow_settings(self, before: AllSettings, now: AllSettings) -> None:
        if now.server.backlog_limit != before.server.backlog_limit:
            self.turns.backlog_limit = self.turns.sharing.limit = now.server.backlog_limit
        if now.server.keep_days != before.server.keep_days:
            self.retention.keep_days = now.server.keep_days
            if self.started and self.mode.timers and "schedules" in self.mode.roles:
                await self.on_turns(self.retention.again)

    def replace_bot(self, bot: Bot) -> None:
        super().replace_bot(bot)
        bot.app = self
        self.follow_order()

    def library_of(self, bot: Bot, files: Library) -> Library:
        return self.content.over(bot, files)

    def files_again(self, bot_id: BotId) -> Library:
        return self.content.shelves.files(bot_id).reload()

    def remove_bot(self, bot_id: BotId) -> None:
        super().remove_bot(bot_id)
        self.content.forget(bot_id)
        self.follow_order()

    def follow_order(self) -> None:
        """The next turns run in the order that counts now."""
        self.turns.attempt.stages = self._stages()

    def _stages(self) -> Stages:
        return self.stages_of({stage: self.order.of(stage) for stage in STAGES}, self.measures)

    def stages_of(self, chosen: Mapping[Stage, Sequence[Choice]], measures: Measures) -> Stages:
        """What turns would run through in this order."""
        clock = self.clock.monotonic
        wraps: Wraps = {
            stage: watched(stage, ordered(stage, self.wraps[stage], chosen.get(stage, ())), measures, clock)
            for stage in STAGES
        }
        return Stages(wraps, self.recognisers, monotonic=clock)

    def _turn_loop(self) -> TurnLoop:
        chance = random.Random(self.mode.seed)  # noqa: S311
        return TurnLoop(
            self.storage, self.clock, self._channel_map, self.runtimes, self._stages(), self.signals,
            strict=self.mode.strict, pace=self.mode.pace, backlog_limit=self.mode.backlog_limit, chance=chance,
            roles=self.mode.roles, measures=self.measures,
        )  # fmt: skip

    # Life -----------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Opens the storage, then starts services, channels, turns and tasks."""
        await self.storage.open()
        await self.settings.start()
        await self.switching.at_start()
        await self._migrate_modules()
        await self.content.start()
        await self.services.start()
        self._make_channels()
        for entry in self.running():
            await self._start_module(entry)
        await self.order.load()
        self.follow_order()  # without the wraps of what did not start
        if self.mode.threaded:
            self._thread = LoopThread("turns", self._start_turns, self._stop_turns)
            await self._thread.start()
            self.watchdog.watch(self._thread)
            self.vitals.watch("web", asyncio.get_running_loop())
            if self._thread.loop is not None:
                self.vitals.watch("turns", self._thread.loop)
            self.vitals.start()
        else:
            await self._start_turns()
        self.settings.follow()
        await self.bridge.run()
        self.started = True
        await self.installing.catch_up()

    async def _migrate_modules(self) -> None:
        """Brings the tables of all modules up to date; one whose migration fails is disabled alone (MIG-06)."""
        for entry in self.running():
            folder = entry.module.migrations
            if folder is None:
                continue
            try:
                await self.storage.migrate(entry.module.name, folder)
            except StorageAway:
                raise  # no fault of the module: the whole start is tried again
            except Exception as error:
                self.disable(entry, error)

    def _make_channels(self) -> None:
        for entry in self.running():
            self._make_channels_of(entry)

    def _make_channels_of(self, entry: Installed) -> None:
        for part in entry.module.parts:
            for factory in part.notes.channels:
                try:
                    self.add_channel(factory(self), entry.module.name)
                except Exception as error:
                    self.disable(entry, error)
                    return

    def add_channel(self, channel: Channel, module: str = "core") -> None:
        """Events of this channel are taken from now on. Raises `DuplicateName`."""
        self.channels.add(channel.id, channel, module)
        self._channel_map[channel.id] = channel
        self.turns.deliverer.away.discard(channel.id)

    async def _start_module(self, entry: Installed) -> None:
        try:
            for part in entry.module.parts:
                for kind in part.notes.requires:
                    if not self.services.has(kind):
                        raise MissingService(wanted=getattr(kind, "__name__", str(kind)), module=entry.module.name)
                for starter in part.notes.starters:
                    result = starter(self)
                    if inspect.isawaitable(result):
                        await result
        except StorageAway:
            raise
        except Exception as error:
            self.disable(entry, error)

    async def _start_turns(self) -> None:
        await self.turns.start(timers=self.mode.timers)
        self.order.start()
        plans = self.mode.timers and "schedules" in self.mode.roles
        await self.schedules.start(watch=plans)
        if plans:
            await self.retention.start()
        for entry in self.running():
            for part in entry.module.parts:
                for name, task in part.notes.tasks:
                    self.supervisor.run(entry, name, task)

    async def _stop_turns(self) -> None:
        await self.supervisor.stop()
        await self.order.stop()
        await self.retention.stop()
        await self.schedules.stop()
        await self.turns.stop()

    async def on_turns(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of work that was done on the event loop of the turns."""
        loop = self._thread.loop if self._thread is not None else None
        if loop is None or loop is asyncio.get_running_loop():
            return await work()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))

    def at_end(self, close: Callable[[], None]) -> None:
        """Is called on a thread once everything has stopped; it may take some seconds."""
        self._closers.append(close)

    async def begin_stop(self) -> None:
        """Not ready any more; tells those who keep connections open (the signal `Stopping`)."""
        if not self.stopping:
            self.stopping = True
            await self.signals.send(Stopping())

    async def stop(self) -> None:
        """Not ready any more; finishes running turns and sends (25 s at most), releases the rest, closes everything."""
        await self.begin_stop()
        await self.bridge.stop()
        self.watchdog.stop()
        self.vitals.stop()
        if self._thread is not None:
            await self._thread.stop()
        elif self.started:
            await self._stop_turns()
        await self.settings.stop()
        await self.switching.let_go()
        await self.content.stop()
        await self.services.close()
        await self.storage.close()
        for close in self._closers:
            await asyncio.to_thread(close)
        self.started = False

    def notices(self) -> list[str]:
        """What whoever runs the app should know although it takes events."""
        lock = self.storage.sending_lock
        locked = [f"Nothing is sent. {lock} Allow it with: gutenbot sending unlock"] if lock else []
        return [*locked, *self.content.warn()]

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
