"""The running app, as far as modules may know it."""

from collections.abc import Mapping
from typing import Any, Protocol

from gutenbot.feed.feed import Feed
from gutenbot.jobs.jobs import Jobs
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.ids import BotId, ConversationId, UserId
from gutenbot.kernel.meters import Meters
from gutenbot.kernel.services import Services
from gutenbot.kernel.signals import Signals
from gutenbot.notifications.notifications import Level
from gutenbot.storage.port import Storage
from gutenbot.turns.loop import TurnLoop
from gutenbot.users import People


class RunningApp(Protocol):
    """What a channel factory, a starter, a task or a bot is given."""

    storage: Storage
    clock: Clock
    turns: TurnLoop
    signals: Signals
    services: Services
    meters: Meters
    """For numbers of its own; a meter's name begins with `gutenbot_` and the module's name."""
    feed: Feed
    """Tells those who have the console open: `await app.feed.publish(topic, data)`."""
    jobs: Jobs
    """Long work: `await app.jobs.start(kind, title=…, by=…)`."""
    module_settings: dict[str, Any]
    """Module → its settings as read from the file and the environment, not yet validated."""

    def people(self, bot_id: str) -> People:
        """The users of a bot."""
        ...

    async def notify(
        self, message: str, level: Level = "info", link: str = "", *, module: str = "core", bot_id: str = "", to: str = "",
        same: str = "",
    ) -> None:  # fmt: skip
        """Tells people at the console: `module` is who says it, `link` a page of the console or an address, `to`
        `may:<permission>` or `account:<id>` (empty: everybody), `same` a name for what comes again and again."""
        ...

    async def send(
        self, bot_id: BotId, user_id: UserId, what: Any, data: Mapping[str, Any], key: str | None = None
    ) -> list[ConversationId]:
        """See `Bot.send`."""
        ...

    async def start_dialog(self, bot_id: BotId, user_id: UserId, dialog: str, args: list[Any], key: str | None) -> None:
        """See `Bot.start`."""
        ...

    async def emit(
        self, bot_id: BotId, conversation: ConversationId, event: str, data: dict[str, Any], key: str | None
    ) -> None:
        """See `Bot.emit`."""
        ...
