"""A bot under test: the real app on a real database, with a clock that the test moves, and users without a head."""

import asyncio
import contextlib
import tempfile
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import Incoming
from gutenbot.events.messages import Outgoing
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.ids import ChannelId
from gutenbot.modules.bot import Bot
from gutenbot.modules.load import required_by
from gutenbot.modules.module import Module
from gutenbot.storage.rows import Accepted, Arrival, UserPatch
from gutenbot.testing.channel import PlainChannel
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.console import TestConsole
from gutenbot.testing.database import new_database
from gutenbot.testing.fake_channel import FakeChannel
from gutenbot.testing.user import TestUser
from gutenbot.turns.channel import Channel

_MODE = Mode(threaded=False, timers=False, pace=False, strict=True, seed=0)


class TestBot:
    """Runs a bot for a test: `async with TestBot(bot) as testbot`, or the pytest fixture `testbot`.

    Every turn is replayed from scratch as well, and what goes wrong in a handler is raised into the test.
    """

    __test__ = False

    def __init__(
        self,
        bot: Bot,
        *,
        modules: Sequence[Module] = (),
        channels: Sequence[Channel] = (),
        clock: FakeClock | None = None,
        settings: Mapping[str, Any] | None = None,
        mode: Mode = _MODE,
    ) -> None:
        self.bot = bot
        given = {module.name for module in modules}
        self.modules = [*modules, *(module for module in required_by(bot) if module.name not in given)]
        self.channels: dict[str, Channel] = {channel.id: channel for channel in channels}
        self.clock = clock or FakeClock()
        self.settings = settings
        self.mode = mode
        self.patience = timedelta(seconds=10)
        """How far the clock moves by itself for pauses within a turn."""
        self.errors: list[BaseException] = []
        """What went wrong in handlers so far."""
        self.users: dict[tuple[str, str], TestUser] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="gutenbot-test-")
        self._database = new_database(Path(self._folder.name))
        self._app: App | None = None
        self._expecting = False
        self._known: set[TestUser] = set()

    @property
    def app(self) -> App:
        """The running app; another one after `restart`."""
        assert self._app is not None, "use `async with TestBot(bot) as testbot`"
        return self._app

    def console(self, role: str = "owner") -> TestConsole:
        """The API, as somebody with this role uses it."""
        return TestConsole(lambda: self.app, role)

    # Life -----------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        try:
            await self.start_app()
        except BaseException:
            await asyncio.to_thread(self._clean)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_app()
        await asyncio.to_thread(self._clean)

    def _clean(self) -> None:
        self._database.drop()
        self._folder.cleanup()

    async def start_app(self) -> None:
        """Starts an app on the database as it is."""
        storage = self._database.storage(self.clock)
        app = App([*self.modules, self.bot], storage, clock=self.clock, mode=self.mode, settings=self.settings)
        for channel in self.channels.values():
            if isinstance(channel, FakeChannel):
                channel.clock = self.clock
            app.add_channel(channel, "testing")
        await app.start()
        self._app = app
        await app.schedules.fire()
        await self.settle()

    async def stop_app(self) -> None:
        """Stops the app gracefully, without waiting for times that only the test could bring about."""
        self.clock.hurry(True)
        try:
            await self.app.stop()
        finally:
            self.clock.hurry(False)
            self._app = None

    async def restart(self) -> None:
        """Stops the app and starts a new one on the same database: nothing lives in memory."""
        await self.stop_app()
        await self.start_app()

    async def kill(self) -> None:
        """Ends the app as if the power had gone, in the middle of whatever it does; then starts a new one."""
        await self._die()
        await self.start_app()

    async def _die(self) -> None:
        app = self.app
        for task in app.turns.tasks:
            task.cancel()
        await asyncio.gather(*app.turns.tasks, return_exceptions=True)
        await app.turns.sharing.stop()
        await app.bridge.logs.stop()
        await app.services.close()
        await app.storage.close()
        self._app = None

    async def swap(self, bot: Bot) -> None:
        """Deploys other code under the running conversations, without a restart."""
        self.app.replace_bot(bot)
        self.bot = bot
        await self.settle()

    # Users ----------------------------------------------------------------------------------------------------------

    def user(self, name: str, *, locale: str = "", channel: str = "web", sender: str = "", **profile: Any) -> TestUser:
        """Somebody who talks to the bot: `testbot.user("Ann", locale="fr")`. The same name again is the same person."""
        address = sender or name.casefold().replace(" ", "-")
        known = self.users.get((channel, address))
        if known is not None:
            return known
        self._open_channel(channel)
        told = {"first_name": name, "full_name": name, **({"locale": locale} if locale else {}), **profile}
        target = self.channels.get(channel)
        people = getattr(target, "people", None)
        if isinstance(people, dict):
            people[address] = told
        user = TestUser(self, name, channel, address)
        user.profile = told
        self.users[channel, address] = user
        return user

    def _open_channel(self, name: str) -> None:
        if name not in self.app.channels:
            self.channels[name] = PlainChannel(name)
            self.app.add_channel(self.channels[name], "testing")

    # In -------------------------------------------------------------------------------------------------------------

    def arrival(self, user: TestUser, event: Incoming, external_id: str) -> Arrival:
        """An event of this user as its channel hands it in."""
        return Arrival(
            bot_id=self.bot.id, channel_id=ChannelId(user.channel), conversation_id=user.conversation_id,
            thread=user.thread, sender=user.sender, external_id=external_id, event=event,
            received_ms=to_ms(self.clock.now()),
        )  # fmt: skip

    async def accept(self, arrivals: Sequence[Arrival]) -> list[Accepted]:
        """Hands events in without waiting for the answers: they are on disk when this returns. See `settle`."""
        for user in self.users.values():
            if user not in self._known and user.channel not in self.channels:
                await self._introduce(user)
        return await self.app.turns.accept(arrivals)

    async def _introduce(self, user: TestUser) -> None:
        """Tells who somebody is, where the channel cannot."""
        self._known.add(user)
        storage, now_ms = self.app.storage, to_ms(self.clock.now())
        await storage.open_thread(self.bot.id, ChannelId(user.channel), user.thread, user.sender, now_ms)
        await storage.patch_user(self.bot.id, user.id, UserPatch(profile=user.profile), now_ms)

    async def emit(self, user: TestUser, event: str, data: Mapping[str, Any] | None = None) -> None:
        """An outside event for the conversation of this user, as by `bot.emit`."""
        self._begin()
        await self.bot.emit(user.conversation_id, event, data)
        await self.settle()

    async def send(self, user: TestUser, what: Any, *, key: str | None = None, **data: Any) -> None:
        """Says something from outside a dialog, as by `bot.send`."""
        self._begin()
        await self.bot.send(user.id, what, key=key, **data)
        await self.settle()

    async def start(self, user: TestUser, dialog: Any, *args: Any, key: str | None = None) -> None:
        """Starts a dialog from outside, as by `bot.start`."""
        self._begin()
        await self.bot.start(user.id, dialog, *args, key=key)
        await self.settle()

    async def keep_blob(self, mime: str, name: str, data: bytes) -> str:
        """Keeps bytes as an upload; returns the blob's id."""
        return await self.app.storage.put_blob(self.bot.id, mime, name, data, to_ms(self.clock.now()))

    # Time -----------------------------------------------------------------------------------------------------------

    async def advance(self, delta: timedelta | None = None, **units: float) -> None:
        """Lets time pass (`hours=3`): whatever comes due on the way happens at its moment, in order."""
        self._begin()
        target = self.clock.now() + (delta or timedelta()) + timedelta(**units)
        while (due := await self._next_due()) is not None and due <= target:
            self.clock.advance(max(due - self.clock.now(), timedelta()))
            await self._fire()
        self.clock.advance(max(target - self.clock.now(), timedelta()))
        await self._fire()

    async def _fire(self) -> None:
        await self.app.turns.timers.fire()
        await self.app.schedules.fire()
        await self.settle()

    async def _next_due(self) -> datetime | None:
        """When the next timer, schedule or retry comes."""
        timer = await self.app.storage.next_timer()
        schedule = self.app.schedules.next_due_ms
        stored = [from_ms(ms) for ms in (timer, schedule) if ms is not None]
        waking = self.clock.next_waking
        return min([*stored, waking] if waking is not None else stored, default=None)

    # Out ------------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Returns when the bot has nothing more to do at this moment, and shows users what it said.

        Pauses within a turn (between tries, of quick writers) are waited for by moving the clock, up to `patience`.
        """
        limit = self.clock.now() + self.patience
        while True:
            await self._run_dry()
            await self._collect()
            self._raise()
            waking = self.clock.next_waking
            if waking is None or waking > limit:
                return
            self.clock.advance(max(waking - self.clock.now(), timedelta()))

    async def _run_dry(self) -> None:
        """Returns when everything is done or waits for the clock."""
        while busy := self._busy():
            asleep = self.clock.fall_asleep()
            done, _ = await asyncio.wait([*busy, asleep], return_when=asyncio.FIRST_COMPLETED)
            self._note_crashes(done)

    def _busy(self) -> "list[asyncio.Task[None]]":
        if self._app is None:
            return []
        waiting = self.clock.sleeping
        return [task for task in self._app.turns.tasks if not task.done() and task not in waiting]

    def _note_crashes(self, done: Any) -> None:
        for task in done:
            if isinstance(task, asyncio.Task) and not task.cancelled() and (error := task.exception()) is not None:
                self.errors.append(error)
                if not self._expecting:
                    raise error

    async def _collect(self) -> None:
        if self._app is None:
            return
        for user in self.users.values():
            for message in await self._shown(user):
                user.takes(message)

    async def _shown(self, user: TestUser) -> list[Outgoing]:
        """What is new for a user: in the thread, or on the network."""
        channel = self.channels.get(user.channel)
        if isinstance(channel, FakeChannel):
            return channel.shown_to(user.thread)[len(user.messages) :]
        entries = await self.app.storage.thread(user.conversation_id, after=user.read_n, limit=1000)
        user.read_n = entries[-1].n if entries else user.read_n
        return [entry.body for entry in entries if entry.direction == "out"]  # type: ignore[misc]

    def _begin(self) -> None:
        for user in self.users.values():
            user.acts()

    # Errors ---------------------------------------------------------------------------------------------------------

    def _raise(self) -> None:
        error = self._app.turns.outcomes.last_error if self._app is not None else None
        if error is None:
            return
        self.app.turns.outcomes.last_error = None
        self.errors.append(error)
        if not self._expecting:
            raise error

    @contextlib.contextmanager
    def expect_errors(self) -> Generator[list[BaseException], None, None]:
        """Inside, what goes wrong in handlers does not fail the test; it is collected in the list."""
        before, self._expecting = self._expecting, True
        try:
            yield self.errors
        finally:
            self._expecting = before
