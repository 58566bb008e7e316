"""Edited content at work: every worker follows what is published, says how far it is, and one of them minds what was planned.

A hint tells that there is something new; with every hint lost it is seen within a second. Turns take the bot's library once, at
their beginning: swapping it changes no turn that runs.
"""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from gutenbot.accounts.lines import SYSTEM
from gutenbot.app.content_counts import ContentCounts
from gutenbot.app.module_texts import Texts, texts_of
from gutenbot.app.shelves import Ground, Shelves
from gutenbot.content import Library
from gutenbot.editing.questions import EDITS, GENERATION
from gutenbot.editing.references import ContentUser
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import BotId, new_id
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.editing.desk import ContentDesk, Overrides
    from gutenbot.modules.bot import Bot

log = get_logger("content")

TOPIC = "content:"
TICK_S = 1.0
BEAT_S = 5.0
LEASE = "content"
MANY = 500
"""Items of a bot from which on its lists are made ready before somebody asks for them."""
SOON_S = 2.0
"""On a shared database, what others planned is looked for so often."""


class LiveContent:
    """Follows the database for all bots of an app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.worker = new_id()
        self.shelves = Shelves()
        self.overrides: Overrides = "allowed"
        self.counts = ContentCounts(app)
        self._tasks: list[asyncio.Task[None]] = []
        self._lists: asyncio.Task[bool] | None = None
        self._next_ms = 0
        self._look_at = 0.0
        self._ready = False
        self._unsettled = False
        self._settle_at = 0.0
        self._texts = Texts()
        self._texts_of: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def desk(self) -> "ContentDesk":
        """The way to edited content. It is made, and what it needs imported, when somebody first asks for it."""
        from gutenbot.editing.desk import ContentDesk

        return ContentDesk(
            self._app.storage, self._app.clock, self.shelves, self.overrides, went_live=self._went_live,  # type: ignore[arg-type]
            planned=self._planned, users=self.users, renamed=self._renamed, bell=self._app.bridge.notifications,
        )  # fmt: skip

    def now_ms(self) -> int:
        """This moment, as tables keep it."""
        return to_ms(self._app.clock.now())

    def over(self, bot: "Bot", files: Library) -> Library:
        """What is live, over these files of a bot: what its turns get."""
        self._unsettled = self._unsettled or bot.id in self.shelves
        return self.shelves.put(bot.id, Ground(files.over(self._texts.items), bot.folder, self._texts.defaults))

    async def follow_modules(self) -> None:
        """Modules came or went: the texts that they bring do too."""
        running = [entry.module for entry in self._app.running()]
        names = tuple(sorted((one.name, one.version, str(one.folder)) for one in running))
        if names == self._texts_of:
            return
        bots = list(self._app.bots.values())
        texts = await asyncio.to_thread(texts_of, running, but=[bot.content_folder for bot in bots])
        self._texts, self._texts_of = texts, names
        for bot in bots:
            runtime = self._app.runtimes.get(bot.id)
            if bot.id in self.shelves and runtime is not None:
                runtime.library = self.over(bot, self.shelves.files(bot.id))

    async def desk_unserved(self) -> "ContentDesk":
        """The way to edited content in an app that is not started, but whose storage is open: with the modules that would run."""
        from gutenbot.editing.desk import ContentDesk

        await self._app.settings.start()
        await self._app.switching.leave_out()
        await self.follow_modules()
        return ContentDesk(self._app.storage, self._app.clock, self.shelves, self.overrides, users=self.users)  # type: ignore[arg-type]

    def users(self) -> list[ContentUser]:
        """Who else than code says items."""
        return [value for _, value in self._app.registries["content_users"]]

    async def _renamed(self, bot: str) -> None:
        for user in self.users():
            if user.renamed is not None:
                await user.renamed(self._app, bot)

    def warn(self) -> list[str]:
        """What whoever runs the app should know of edited content."""
        count = sum(len(shelf.live) for shelf in self.shelves.made())
        if not count:
            return []
        texts = "1 text is" if count == 1 else f"{count} texts are"
        return [
            f"{texts} live from the console and not in your repository. See them with: gutenbot content pull --check"
        ]

    def forget(self, bot_id: BotId) -> None:
        """The bot is gone from here."""
        self.shelves.drop(bot_id)

    async def start(self) -> None:
        """Takes in what modules bring and what is live, before the first turn; then follows."""
        await self.follow_modules()
        for bot_id in list(self.shelves):
            await self._follow(bot_id)
        await self.settle()
        self._ready = True
        await self._beat()
        self.counts.start(watch=self._app.mode.timers)
        if self._app.mode.timers and "schedules" in self._app.mode.roles:
            self._tasks.append(asyncio.create_task(self._mind(), name="content plans"))
        if self._app.mode.timers and "web" in self._app.mode.roles:
            self._lists = asyncio.create_task(self._make_ready(), name="content lists")
        if self._app.storage.shared:
            self._tasks += [
                asyncio.create_task(self._watch(), name="content"),
                asyncio.create_task(self._beats(), name="content worker"),
            ]

    async def stop(self) -> None:
        """Follows no more, and says that this worker is gone."""
        tasks = [*self._tasks, *([self._lists] if self._lists else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks, self._lists = [], None
        if self._ready:
            await self.counts.stop()
        if self._ready and self._app.storage.shared:
            from gutenbot.editing import workers

            try:
                await workers.leave(self._app.storage, self.worker)
            except Temporary as error:
                log.info("content.left_silently", reason=str(error))

    async def live_on(self, bot: str, generation: int) -> tuple[int, int]:
        """On how many workers a generation is live, and how many there are."""
        if not self._app.storage.shared:
            return int(self.shelves.generations().get(bot, -1) >= generation), 1
        from gutenbot.editing import workers

        return await workers.live_on(self._app.storage, bot, generation, self.now_ms())

    async def _follow(self, bot_id: BotId) -> bool:
        known = self.shelves.generations().get(bot_id, 0)
        if await self._app.storage.peek(GENERATION, bot=bot_id) <= known or await self.desk.follow(bot_id) is None:
            return False
        runtime = self._app.runtimes.get(bot_id)
        if runtime is not None:
            runtime.library = self.shelves[bot_id].library
        return True

    async def settle(self) -> None:
        """Texts that were pulled into the files, and deployed, are the files' from now on.

        During a rolling deploy they wait until the workers with the files of before are gone: those would say the old words.
        """
        bots = [shelf.bot for shelf in self.shelves.made() if shelf.live]
        if bots and self._app.storage.shared:
            from gutenbot.editing import workers

            if not await workers.is_oldest(self._app.storage, self.worker, self.now_ms()):
                self._unsettled, self._settle_at = True, self._app.clock.monotonic() + BEAT_S
                return
        for bot_id in bots:
            from gutenbot.editing.sync import settle

            count = await settle(self.desk, bot_id)
            if count:
                log.info("content.settled", bot=bot_id, texts=count)

    async def _went_live(self, bot: str, generation: int) -> None:
        """Somebody published here: users get it now, and the other workers hear of it."""
        runtime = self._app.runtimes.get(BotId(bot))
        if runtime is not None:
            runtime.library = self.shelves[BotId(bot)].library
        self._app.storage.hint(f"{TOPIC}{bot}")
        await self._beat()
        await self._tell(bot)

    async def _tell(self, bot: str) -> None:
        """Says to consoles how far this is."""
        shelf = self.shelves[BotId(bot)]
        live, all_of_them = await self.live_on(bot, shelf.generation)
        data = {"generation": shelf.generation, "live_on": live, "workers": all_of_them}
        try:
            await self._app.feed.publish(f"{TOPIC}{bot}", data)
        except Temporary as error:
            log.info("content.not_told", reason=str(error))

    async def lists_made(self) -> bool:
        """Waits until the lists of bots with much content are there; whether there are such bots."""
        return await asyncio.shield(self._lists) if self._lists is not None else False

    async def _make_ready(self) -> bool:
        """Makes the lists of bots with much content, on a thread: the first who asks for one need not wait for it."""
        made = False
        for bot_id in list(self.shelves):
            if len(self.shelves.files(bot_id)) < MANY:
                continue
            try:
                shelf = await self.desk.refresh(bot_id)
                await asyncio.to_thread(shelf.usage.read)
                made = True
            except (Temporary, OSError, KeyError) as error:  # a bot may leave meanwhile
                log.info("content.lists_not_ready", bot=bot_id, reason=str(error))
        return made

    async def _watch(self) -> None:
        """Looks when somebody says so, and at least once a second."""
        ears = self._app.storage.wakeups()
        look = self._app.clock.monotonic()
        heard: frozenset[str] = frozenset()
        try:
            while True:
                now = self._app.clock.monotonic()
                bots = [bot for bot in list(self.shelves) if f"{TOPIC}{bot}" in heard]
                if now >= look:
                    look, bots = now + TICK_S, list(self.shelves)
                try:
                    for bot in bots:
                        if await self._follow(bot):
                            await self._beat()
                            await self._tell(bot)
                except Temporary as error:
                    log.error("content.waits", error=str(error))
                    await self._app.clock.sleep(0.5)
                heard = await ears.wait()
        finally:
            ears.close()

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self._beat()
            except Temporary as error:
                log.warning("content.silent", error=str(error))

    async def _beat(self) -> None:
        if self._app.storage.shared:
            from gutenbot.editing import workers

            await workers.beat(self._app.storage, self.worker, self.shelves.generations(), self.now_ms())

    # What was planned -----------------------------------------------------------------------------------------------

    def _planned(self) -> None:
        self._look_at = 0.0

    async def _mind(self) -> None:
        while True:
            try:
                if self._unsettled and self._app.clock.monotonic() >= self._settle_at:
                    self._unsettled = False
                    await self.settle()
                await self.carry_out()
            except Temporary as error:
                log.error("content.plans_wait", error=str(error))
            await asyncio.sleep(TICK_S)

    async def carry_out(self) -> int:
        """Does what is due by now; returns how much. Doing it twice does it once, so that any worker may."""
        now, storage = self._app.clock.monotonic(), self._app.storage
        if now >= self._look_at:
            self._next_ms = await self._next_plan_ms()
            self._look_at = now + (SOON_S if storage.shared else 60.0)
        if not self._next_ms or self._next_ms > self.now_ms() or "schedules" not in self._app.mode.roles:
            return 0
        if await storage.take_lease(LEASE) != "":
            return 0
        self._look_at = 0.0
        try:
            return sum([await self._due(bot) for bot in list(self.shelves)])
        finally:
            await storage.end_lease(LEASE)

    async def _next_plan_ms(self) -> int:
        if not await self._app.storage.peek(EDITS):
            return 0
        from gutenbot.editing.planning import next_ms

        return await self.desk.read(next_ms)

    async def _due(self, bot: BotId) -> int:
        from gutenbot.editing.due import carry_out

        return await carry_out(self.desk, SYSTEM, bot)
