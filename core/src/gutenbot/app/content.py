"""Edited content at work: every worker follows what is published, says how far it is, and one of them minds what was planned.

A hint tells that there is something new; with every hint lost it is seen within a second. Turns take the bot's library once, at
their beginning: swapping it changes no turn that runs.
"""

import asyncio
from typing import TYPE_CHECKING

from gutenbot.accounts.lines import SYSTEM
from gutenbot.app.content_counts import ContentCounts
from gutenbot.app.module_texts import Texts, texts_of
from gutenbot.content import Library
from gutenbot.editing import workers
from gutenbot.editing.desk import ContentDesk
from gutenbot.editing.references import ContentUser
from gutenbot.editing.shelf import Shelf
from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.ids import BotId, new_id
from gutenbot.kernel.log import get_logger

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.modules.bot import Bot

log = get_logger("content")

TOPIC = "content:"
TICK_S = 1.0
BEAT_S = 5.0
LEASE = "content"
SOON_S = 2.0
"""On a shared database, what others planned is looked for so often."""


class LiveContent:
    """Follows the database for all bots of an app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.worker = new_id()
        self.shelves: dict[BotId, Shelf] = {}
        self.desk = ContentDesk(app.storage, app.clock, self.shelves, went_live=self._went_live, planned=self._planned)  # type: ignore[arg-type]
        self.counts = ContentCounts(app)
        self._tasks: list[asyncio.Task[None]] = []
        self._next_ms = 0
        self._look_at = 0.0
        self._ready = False
        self._unsettled = False
        self._texts = Texts()
        self._texts_of: tuple[tuple[str, str, str], ...] = ()

    def over(self, bot: "Bot", files: Library) -> Library:
        """What is live, over these files of a bot: what its turns get."""
        files = files.over(self._texts.items)
        shelf = self.shelves.get(bot.id)
        if shelf is None:
            self.shelves[bot.id] = Shelf(bot.id, files, bot.folder, files, behind=self._texts.defaults)
            return files
        self._unsettled = True
        return shelf.put_files(files, bot.folder, self._texts.defaults)

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
            shelf, runtime = self.shelves.get(bot.id), self._app.runtimes.get(bot.id)
            if shelf is not None and runtime is not None:
                runtime.library = self.over(bot, shelf.files)

    def users(self) -> list[ContentUser]:
        """Who else than code says items."""
        return [value for _, value in self._app.registries["content_users"]]

    async def _renamed(self, bot: str) -> None:
        for user in self.users():
            if user.renamed is not None:
                await user.renamed(self._app, bot)

    def warn(self) -> list[str]:
        """What whoever runs the app should know of edited content."""
        count = sum(len(shelf.live) for shelf in self.shelves.values())
        if not count:
            return []
        texts = "1 text is" if count == 1 else f"{count} texts are"
        return [
            f"{texts} live from the console and not in your repository. See them with: gutenbot content pull --check"
        ]

    def forget(self, bot_id: BotId) -> None:
        """The bot is gone from here."""
        self.shelves.pop(bot_id, None)

    async def start(self) -> None:
        """Takes in what modules bring and what is live, before the first turn; then follows."""
        self.desk.users, self.desk.renamed = self.users, self._renamed
        await self.follow_modules()
        for bot_id in list(self.shelves):
            await self._follow(bot_id)
        await self.settle()
        self._ready = True
        await self._beat()
        self.counts.start(watch=self._app.mode.timers)
        if self._app.mode.timers and "schedules" in self._app.mode.roles:
            self._tasks.append(asyncio.create_task(self._mind(), name="content plans"))
        if self._app.storage.shared:
            self._tasks += [
                asyncio.create_task(self._watch(), name="content"),
                asyncio.create_task(self._beats(), name="content worker"),
            ]

    async def stop(self) -> None:
        """Follows no more, and says that this worker is gone."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._ready:
            await self.counts.stop()
        if self._ready and self._app.storage.shared:
            try:
                await workers.leave(self._app.storage, self.worker)
            except Temporary as error:
                log.info("content.left_silently", reason=str(error))

    async def live_on(self, bot: str, generation: int) -> tuple[int, int]:
        """On how many workers a generation is live, and how many there are."""
        if not self._app.storage.shared:
            shelf = self.shelves.get(BotId(bot))
            return int(shelf is not None and shelf.generation >= generation), 1
        return await workers.live_on(self._app.storage, bot, generation, self.desk.now_ms())

    async def _follow(self, bot_id: BotId) -> bool:
        library = await self.desk.follow(bot_id)
        if library is None:
            return False
        runtime = self._app.runtimes.get(bot_id)
        if runtime is not None:
            runtime.library = self.shelves[bot_id].library
        return True

    async def settle(self) -> None:
        """Texts that were pulled into the files, and deployed, are the files' from now on."""
        from gutenbot.editing.sync import settle

        for bot_id in [bot for bot, shelf in self.shelves.items() if shelf.live]:
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
            generations: dict[str, int] = {bot: shelf.generation for bot, shelf in self.shelves.items()}
            await workers.beat(self._app.storage, self.worker, generations, self.desk.now_ms())

    # What was planned -----------------------------------------------------------------------------------------------

    def _planned(self) -> None:
        self._look_at = 0.0

    async def _mind(self) -> None:
        while True:
            try:
                if self._unsettled:
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
            from gutenbot.editing.planning import next_ms

            self._next_ms = await self.desk.read(next_ms)
            self._look_at = now + (SOON_S if storage.shared else 60.0)
        if not self._next_ms or self._next_ms > self.desk.now_ms() or "schedules" not in self._app.mode.roles:
            return 0
        if await storage.take_lease(LEASE) != "":
            return 0
        self._look_at = 0.0
        try:
            return sum([await self._due(bot) for bot in list(self.shelves)])
        finally:
            await storage.end_lease(LEASE)

    async def _due(self, bot: BotId) -> int:
        from gutenbot.editing.live import carry_out

        return await carry_out(self.desk, SYSTEM, bot)
