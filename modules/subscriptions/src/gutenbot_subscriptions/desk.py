"""The service: which categories there are, who is in them. What is in the database is kept at hand and followed."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from gutenbot.sdk import App, BotId, RunningApp, Temporary, UserId, get_logger, to_ms
from gutenbot_subscriptions.categories import REGISTRY, Book, Category, book_of, folded
from gutenbot_subscriptions.errors import UnknownCategory, UnknownPerson
from gutenbot_subscriptions.service import Subscriptions
from gutenbot_subscriptions.settings import NAME, SubscriptionSettings
from gutenbot_subscriptions.speech import Speech

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")
log = get_logger(NAME)
TOPIC = "subscriptions"
"""What processes tell each other when categories change."""
LOOK_S = 5.0
"""So often they look anyway."""
OVERDUE = "SELECT count(*) FROM subscriptions_category WHERE removed_ms > 0 AND removed_ms <= :before_ms"
"""A small question: how many categories were removed before a moment."""
KEPT = "SELECT count(*) FROM subscriptions_category"
"""Another one: how many there are, those that were removed too."""


class Desk:
    """Implements `Subscriptions`, and has what handlers and routes need beside it."""

    def __init__(self) -> None:
        self.settings = SubscriptionSettings()
        self.speech = Speech()
        self._app: App | None = None
        self._kept: tuple[Category, ...] = ()
        self._books: Mapping[str, tuple[int, Book]] = MappingProxyType({})
        """Bot → revision of what bots declare, and what was made of it."""

    @property
    def app(self) -> App:
        """The app that it works for."""
        assert self._app is not None, "the module has not been started"
        return self._app

    async def begin(self, app: App) -> None:
        """Takes up its work; forgets what was removed long ago."""
        self._app = app
        self.settings = SubscriptionSettings.model_validate(app.module_settings.get(NAME, {}))
        await self.purge()
        await self.reload()

    # Categories ----------------------------------------------------------------------------------------------------

    async def reload(self) -> None:
        """Reads the categories again, and forgets what was made of the old ones."""
        kept = await self._read_all() if await self.app.storage.peek(KEPT) else ()
        if kept != self._kept:
            self._kept, self._books = kept, MappingProxyType({})

    async def _read_all(self) -> tuple[Category, ...]:
        from gutenbot_subscriptions import shelf

        return tuple(await self.app.storage.read(shelf.read_all))

    async def changed(self) -> None:
        """Categories were changed here: this process and the others shall know."""
        await self.reload()
        self.app.storage.hint(TOPIC)

    def take(self, settings: SubscriptionSettings) -> None:
        """Goes on with other settings."""
        self.settings, self._books = settings, MappingProxyType({})

    def declared(self, bot: str) -> tuple[Category, ...]:
        """The categories that a bot declares in its code."""
        contributed = self.app.registries.get(REGISTRY)
        return tuple(value for _, value in contributed if value.bot_id == bot) if contributed is not None else ()

    def removed(self, bot: str) -> list[Category]:
        """Those that can be brought back, the latest first."""
        found = [one for one in self._kept if one.bot_id == bot and one.removed_ms]
        return sorted(found, key=lambda one: -one.removed_ms)

    def book(self, bot: str) -> Book:
        """The categories of a bot in use, and what words mean."""
        declared, known = self.app.registries.get(REGISTRY), self._books.get(bot)
        revision = declared.revision if declared is not None else 0
        if known is None or known[0] != revision:
            kept = [one for one in self._kept if one.bot_id == bot and not one.removed_ms]
            known = (revision, book_of([*self.declared(bot), *kept], self.settings.manage_words))
            self._books = MappingProxyType({**self._books, bot: known})
        return known[1]

    def category(self, bot: str, category: str) -> Category:
        """One of them. Raises `UnknownCategory`."""
        found = self.book(bot).categories.get(category)
        if found is None:
            raise UnknownCategory(category=category, bot=bot)
        return found

    def taken(self, bot: str) -> dict[str, str]:
        """Words that no category of the console can have, folded, and for what they are."""
        only_code = book_of(self.declared(bot), self.settings.manage_words)
        return {word: act.use for word, act in only_code.acts.items()}

    async def purge(self) -> None:
        """Forgets for good what was removed long ago."""
        storage = self.app.storage
        before_ms = to_ms(self.app.clock.now() - timedelta(days=self.settings.keep_removed_days))
        if await storage.peek(OVERDUE, before_ms=before_ms):
            from gutenbot_subscriptions import shelf

            log.info("subscriptions.forgotten", categories=await storage.write(lambda db: shelf.purge(db, before_ms)))

    # People --------------------------------------------------------------------------------------------------------

    async def subscribe(self, bot: str, category: str, user: str, *, by: str = "bot") -> bool:
        """See `Subscriptions`."""
        await self.know(bot, user)
        return await self._write(self._switched(bot, category, user, subscribed=True, by=by))

    async def unsubscribe(self, bot: str, category: str, user: str, *, by: str = "bot") -> bool:
        """See `Subscriptions`."""
        return await self._write(self._switched(bot, category, user, subscribed=False, by=by))

    async def is_subscribed(self, bot: str, category: str, user: str) -> bool:
        """See `Subscriptions`."""
        from gutenbot_subscriptions import people

        found = self.category(bot, category)
        return await self._read(lambda db: people.is_in(db, bot, found.id, user))

    async def subscribers(self, bot: str, category: str, *, after: str = "", limit: int = 100) -> list[str]:
        """See `Subscriptions`."""
        from gutenbot_subscriptions import people

        found = self.category(bot, category)
        rows = await self._read(lambda db: people.members(db, bot, found.id, after, limit))
        return [user for user, _, _ in rows]

    async def count(self, bot: str, category: str) -> int:
        """See `Subscriptions`."""
        from gutenbot_subscriptions import people

        found = self.category(bot, category)
        return (await self._read(lambda db: people.counts(db, bot))).get(found.id, 0)

    async def subscriptions(self, bot: str, user: str) -> list[str]:
        """See `Subscriptions`."""
        state = await self.state(bot, user)
        return [one for one, subscribed in state.items() if subscribed]

    async def state(self, bot: str, user: str) -> dict[str, bool]:
        """Category in use → whether a person is in it."""
        from gutenbot_subscriptions import people

        rows = await self._read(lambda db: people.of_person(db, bot, user))
        return {one: one in rows and rows[one][0] for one in self.book(bot).categories}

    async def know(self, bot: str, user: str) -> None:
        """Raises `UnknownPerson`."""
        if await self.app.people(bot).get(UserId(user)) is None:
            raise UnknownPerson(bot=bot, user=user)

    def _switched(
        self, bot: str, category: str, user: str, *, subscribed: bool, by: str
    ) -> "Callable[[sa.Connection], bool]":
        from gutenbot_subscriptions import people

        found = self.category(bot, category)
        now_ms = to_ms(self.app.clock.now())
        return lambda db: people.switch(db, bot, found.id, user, subscribed=subscribed, now_ms=now_ms, by=by)

    async def _read(self, work: "Callable[[sa.Connection], T]") -> T:
        return await self.app.storage.read(work)

    async def _write(self, work: "Callable[[sa.Connection], T]") -> T:
        return await self.app.storage.write(work)

    def means(self, bot: BotId, *texts: str) -> Any:
        """What the first of these texts that means something means; None when none does."""
        acts = self.book(bot).acts
        return next((acts[word] for text in texts if (word := folded(text)) in acts), None)


def desk_of(app: RunningApp) -> Desk:
    """The desk of an app."""
    found = app.services.get(Subscriptions)  # type: ignore[type-abstract]
    assert isinstance(found, Desk)
    return found


async def begin(app: RunningApp) -> None:
    """Starts the service."""
    assert isinstance(app, App)
    await desk_of(app).begin(app)


async def take_settings(app: RunningApp, settings: SubscriptionSettings) -> None:
    """Goes on with settings that somebody has just changed."""
    desk_of(app).take(settings)


async def renamed(app: RunningApp, bot: str) -> None:
    """A content item of a bot has another name, in the texts of categories too."""
    await desk_of(app).changed()


async def follow(app: RunningApp) -> None:
    """Follows what other processes change."""
    if not app.storage.shared:
        return
    desk, ears = desk_of(app), app.storage.wakeups()
    looked = app.clock.monotonic()
    try:
        while True:
            topics = await ears.wait()
            if TOPIC not in topics and app.clock.monotonic() - looked < LOOK_S:
                continue
            looked = app.clock.monotonic()
            try:
                await desk.reload()
            except Temporary as error:
                log.warning("subscriptions.waits", error=str(error))
    finally:
        ears.close()
