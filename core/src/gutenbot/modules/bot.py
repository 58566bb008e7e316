"""A bot: a module with dialogs and content. What its author writes is the guide `docs/tutorial`."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from gutenbot.dialogs.book import Book
from gutenbot.dialogs.dialog import Dialog
from gutenbot.dialogs.hear import Handler, check_condition
from gutenbot.events.incoming import CustomEvent
from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.ids import BotId, ConversationId, UserId
from gutenbot.modules.module import Module, Part
from gutenbot.notifications.notifications import Level
from gutenbot.turns.schedules import Rule
from gutenbot.users import People

if TYPE_CHECKING:
    from gutenbot.modules.running import RunningApp

P = ParamSpec("P")
R = TypeVar("R")

_NO_HANDLER: Any = object()


class NoFallbackTwice(AuthorMistake):
    """Bot {bot} has two fallbacks: {first} and {second}. Keep one."""

    code = "bot.two-fallbacks"


class NotRunning(AuthorMistake):
    """Bot {bot} is not running: `bot.send`, `bot.start` and `bot.emit` work once the server (or a test) has started it."""

    code = "bot.not-running"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A dialog that runs at certain times."""

    rule: Rule
    dialog: Dialog[..., Any]


class Handlers(Part):
    """Handlers, dialogs and schedules, written down: a bot, or a part that `bot.include` takes in."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.book = Book()
        self.schedules: dict[str, Schedule] = {}

    @overload
    def hear(
        self, *conditions: Any, anywhere: bool = False, name: str | None = None
    ) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Dialog[P, R]]: ...
    @overload
    def hear(
        self,
        *conditions: Any,
        anywhere: bool = False,
        name: str | None = None,
        handler: Callable[P, Coroutine[Any, Any, R]],
    ) -> Dialog[P, R]: ...
    def hear(self, *conditions: Any, anywhere: bool = False, name: str | None = None, handler: Any = None) -> Any:
        """Starts a dialog when a message meets one of the conditions; handlers are tried in the order of declaration.

        `anywhere=True`: also before the answer to an open question. Works as a decorator or with `handler=`.
        """

        def register(function: Any) -> Any:
            dialog = self._dialog(function, name)
            for condition in conditions:
                check_condition(condition, dialog.where)
            self.book.handlers.append(Handler(dialog, conditions, anywhere))
            return dialog

        return register if handler is None else register(handler)

    def dialog(self, function: Callable[P, Coroutine[Any, Any, R]]) -> Dialog[P, R]:
        """A dialog that only `chat.call`, `chat.goto` and `bot.start` start."""
        dialog: Dialog[P, R] = self._dialog(function, None)
        return dialog

    def on(self, event: str | type) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Dialog[P, R]]:
        """Starts a dialog when an event of this type (or a custom event of this name) comes in."""
        condition = event if isinstance(event, type) else (lambda e: isinstance(e, CustomEvent) and e.name == event)
        return self.hear(condition)

    def fallback(self, function: Callable[P, Coroutine[Any, Any, R]]) -> Dialog[P, R]:
        """What answers when nothing else did."""
        dialog: Dialog[P, R] = self._dialog(function, None)
        if self.book.fallback is not None:
            raise NoFallbackTwice(bot=self.name, first=self.book.fallback.where, second=dialog.where)
        self.book.fallback = dialog
        return dialog

    def every(
        self, rule: str, *, tz: str = "UTC", name: str | None = None
    ) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Dialog[P, R]]:
        """Runs a dialog at certain times: "weekdays 09:00", "every 15 minutes", "monday 8:30", or five cron fields."""

        def register(function: Callable[P, Coroutine[Any, Any, R]]) -> Dialog[P, R]:
            dialog: Dialog[P, R] = self._dialog(function, name)
            self.schedules[dialog.name] = Schedule(Rule.parse(rule, tz, where=dialog.where), dialog)
            return dialog

        return register

    def renamed(self, old: str, new: str) -> None:
        """Conversations that are in the dialog `old` go on in `new`."""
        self.book.renamed[old] = new

    def _dialog(self, function: Any, name: str | None) -> Any:
        if isinstance(function, Dialog):
            return function
        dialog: Dialog[..., Any] = Dialog(function, name)
        self.book.add(dialog)
        return dialog


class Bot(Handlers, Module):
    """A bot. Its folder is that of the file that declares it; words are in `content/` there."""

    def __init__(
        self,
        name: str,
        *,
        locale: str = "en",
        time_zone: str = "UTC",
        title: str = "",
        description: str = "",
        repair: Mapping[str, bool] | None = None,
        settings: Any = None,
        requires: Sequence[str] = (),
    ) -> None:
        Module.__init__(self, name, settings=settings, summary=description, requires=requires)
        self.book = Book()
        self.schedules = {}
        self.id = BotId(name)
        self.locale = locale
        self.time_zone = time_zone
        self.title = title or name.replace("-", " ").replace("_", " ").capitalize()
        self.description = description
        self.book.repair = _switched(self.book.repair, repair or {})
        self.app: RunningApp | None = None

    @property
    def content_folder(self) -> Path:
        """Where its words are."""
        return self.folder / "content"

    def include(self, part: Part) -> None:
        """Takes in the handlers, dialogs and contributions of a part."""
        self.parts.append(part)
        if isinstance(part, Handlers):
            for dialog in part.book.dialogs.values():
                self.book.add(dialog)
            self.book.handlers += part.book.handlers
            self.book.renamed |= part.book.renamed
            self.schedules |= part.schedules
            if part.book.fallback is not None:
                self.fallback(part.book.fallback)

    def route(self, path: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[Any], Any]:
        """Serves `async def handler(request)` at `/bots/<bot>/<path>`: a Starlette request in, a response (or data) out."""

        def register(function: Any) -> Any:
            self.contribute("bot_routes", f"{self.name} {path}", (path, methods, function))
            return function

        return register

    @property
    def people(self) -> People:
        """The users of this bot: find, list, count, tag. From a dialog, use it inside `chat.step`."""
        return self._running().people(self.id)

    async def notify(self, message: str, level: Level = "info", link: str = "", *, same: str = "") -> None:
        """Tells people at the console something about this bot; `same`: a name for what comes again and again."""
        await self._running().notify(
            message, level, link, module=self.name, bot_id=self.id, to=f"may:bots:read@{self.id}", same=same
        )

    # From outside a dialog ------------------------------------------------------------------------------------------

    async def send(self, user: UserId | str, what: Any, *, key: str | None = None, **data: Any) -> list[ConversationId]:
        """Says something to a user in the latest conversation; with `key`, once only. Returns where it was said."""
        return await self._running().send(self.id, UserId(user), what, data, key)

    async def start(self, user: UserId | str, dialog: Dialog[..., Any], *args: Any, key: str | None = None) -> None:
        """Starts a dialog with a user, in the latest conversation."""
        await self._running().start_dialog(self.id, UserId(user), dialog.name, list(args), key)

    async def emit(
        self,
        conversation: ConversationId | str,
        event: str,
        data: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """Hands an outside event to a conversation: resumes `chat.wait_for`, or starts what `bot.on` declared."""
        await self._running().emit(self.id, ConversationId(conversation), event, dict(data or {}), key)

    def _running(self) -> "RunningApp":
        if self.app is None:
            raise NotRunning(bot=self.name)
        return self.app


def _switched(words: frozenset[str], wanted: Mapping[str, bool]) -> frozenset[str]:
    on = {word for word, enabled in wanted.items() if enabled}
    off = {word for word, enabled in wanted.items() if not enabled}
    return (words | on) - off
