"""The service: notes as bots and other modules work with them."""

from collections.abc import Sequence
from datetime import timedelta

from gutenbot.sdk import App, RunningApp, UserId, derive_id, get_logger, new_id, to_ms
from gutenbot_notes.errors import UnknownPerson
from gutenbot_notes.note import OVERDUE, Note, checked
from gutenbot_notes.service import Notes
from gutenbot_notes.settings import NAME, NoteSettings

log = get_logger(NAME)


class Desk:
    """Implements `Notes`, and has what routes need beside it."""

    def __init__(self) -> None:
        self.settings = NoteSettings()
        self._app: App | None = None

    @property
    def app(self) -> App:
        """The app that it works for."""
        assert self._app is not None, "the module has not been started"
        return self._app

    async def begin(self, app: App) -> None:
        """Takes up its work; forgets what was removed long ago."""
        self._app = app
        self.settings = NoteSettings.model_validate(app.module_settings.get(NAME, {}))
        await self.purge()

    async def purge(self) -> None:
        """Forgets for good what was removed long ago."""
        storage = self.app.storage
        before_ms = to_ms(self.app.clock.now() - timedelta(days=self.settings.keep_removed_days))
        while await storage.peek(OVERDUE, before_ms=before_ms):
            from gutenbot_notes import shelf

            log.info("notes.forgotten", notes=await storage.write(lambda db: shelf.purge(db, before_ms)))

    async def know(self, bot: str, user: str) -> None:
        """Raises `UnknownPerson`."""
        if await self.app.people(bot).get(UserId(user)) is None:
            raise UnknownPerson(bot=bot, user=user)

    async def add(self, bot: str, user: str, text: str, *, by: str = "bot", idempotency_key: str = "") -> str:
        """See `Notes`."""
        from gutenbot_notes import shelf

        await self.know(bot, user)
        note = derive_id(NAME, bot, idempotency_key) if idempotency_key else new_id()
        words, now_ms = checked(text), to_ms(self.app.clock.now())
        kept = await self.app.storage.write(lambda db: shelf.add(db, bot, user, note, words, by=by, now_ms=now_ms))
        return kept.id

    async def notes(self, bot: str, user: str, *, after: str = "", limit: int = 50) -> Sequence[Note]:
        """See `Notes`."""
        from gutenbot_notes import shelf

        return await self.app.storage.read(lambda db: shelf.listed(db, bot, user=user, after=after, limit=limit))

    async def remove(self, bot: str, note: str, *, by: str = "bot") -> None:
        """See `Notes`."""
        from gutenbot_notes import shelf

        now_ms = to_ms(self.app.clock.now())
        await self.app.storage.write(lambda db: shelf.remove(db, bot, note, now_ms=now_ms))
        log.info("note.removed", note=note, by=by)


def desk_of(app: RunningApp) -> Desk:
    """The desk of an app."""
    found = app.services.get(Notes)  # type: ignore[type-abstract]
    assert isinstance(found, Desk)
    return found


async def begin(app: RunningApp) -> None:
    """Starts the service."""
    assert isinstance(app, App)
    await desk_of(app).begin(app)


async def take_settings(app: RunningApp, settings: NoteSettings) -> None:
    """Goes on with settings that somebody has just changed."""
    desk_of(app).settings = settings
