"""A module is a table of contents: parts write down what they contribute; the app installs it. Nothing happens at import."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from gutenbot.content.types import content_type
from gutenbot.kernel.pipeline import Wrap
from gutenbot.kernel.services import Provider
from gutenbot.modules.surface import Declared, Surface
from gutenbot.turns.stages import Recogniser, Stage
from gutenbot.turns.turn import Turn

if TYPE_CHECKING:
    from gutenbot.modules.running import RunningApp
    from gutenbot.turns.channel import Channel

F = TypeVar("F", bound=Callable[..., Any])
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

SettingsTest = Callable[["RunningApp", Any], Awaitable[str | None]]
"""`async def test(app, settings)` tries whether these settings work, and says what it found; whatever it raises is shown."""
WrapFunction = Callable[[Turn, Callable[[], Awaitable[None]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A named value for a registry of the app, such as `asgi_apps` or `cli_commands`."""

    registry: str
    name: str
    value: Any


@dataclass(slots=True)
class Notes:
    """What a part wrote down."""

    contributions: list[Contribution] = field(default_factory=list)
    wraps: list[tuple[Stage, Wrap[Turn]]] = field(default_factory=list)
    subscriptions: list[tuple[type, Callable[[Any], Awaitable[None]]]] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    requires: list[Any] = field(default_factory=list)
    channels: list[Callable[["RunningApp"], "Channel"]] = field(default_factory=list)
    recognisers: list[Recogniser] = field(default_factory=list)
    starters: list[Callable[["RunningApp"], Awaitable[None]]] = field(default_factory=list)
    tasks: list[tuple[str, Callable[["RunningApp"], Awaitable[None]]]] = field(default_factory=list)
    enders: list[Callable[["RunningApp"], Awaitable[None]]] = field(default_factory=list)
    resetters: list[Callable[["RunningApp", Any], Awaitable[None]]] = field(default_factory=list)


class Part(Surface):
    """A piece of a module, usually one file: it writes down, and does nothing."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.notes = Notes()
        self.declared = Declared()

    def contribute(self, registry: str, name: str, value: T) -> T:
        """Adds a named value to a registry of the app."""
        self.notes.contributions.append(Contribution(registry, name, value))
        return value

    def wrap(
        self, stage: Stage, *, name: str | None = None, before: Sequence[str] = (), after: Sequence[str] = ()
    ) -> Callable[[WrapFunction], WrapFunction]:
        """Puts `async def wrap(turn, call_next)` around a stage: `receive`, `understand`, `decide` or `render`."""

        def register(function: WrapFunction) -> WrapFunction:
            label = name or str(getattr(function, "__name__", "wrap"))
            wrap: Wrap[Turn] = Wrap(label, function, self.name, tuple(before), tuple(after))
            self.notes.wraps.append((stage, wrap))
            return function

        return register

    def subscribe(self, signal: type[T]) -> Callable[[Callable[[T], Awaitable[None]]], Callable[[T], Awaitable[None]]]:
        """Calls `async def on_signal(signal)` after the commit."""

        def register(function: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
            self.notes.subscriptions.append((signal, function))
            return function

        return register

    def provide(self, kind: Any, factory: Callable[..., Any], *, ping: Callable[[Any], Any] | None = None) -> None:
        """Provides a service by its type; the factory may be an async context manager, which also cleans up."""
        self.notes.providers.append(Provider(kind, factory, self.name, ping))

    def require(self, kind: Any) -> None:
        """Needs a service; without a provider the module is not started."""
        self.notes.requires.append(kind)

    def channel(self, factory: Callable[["RunningApp"], "Channel"]) -> Callable[["RunningApp"], "Channel"]:
        """Adds a channel, made when the app starts."""
        self.notes.channels.append(factory)
        return factory

    def content_type(
        self, name: str = "", *, title: str = "", group: str = "Own", description: str = "", collection: bool = True
    ) -> Callable[[type[M]], type[M]]:
        """Makes a pydantic class a type of content: its fields are the form, `render(self)` what an item says.

        `preview(self)` names an item in lists. `collection`: code asks for its items by what they are.
        """

        def register(model: type[M]) -> type[M]:
            made = content_type(model, name, title=title, group=group, description=description, collection=collection)
            self.contribute("content_types", made.name, made)
            return model

        return register

    def recogniser(self, function: Recogniser) -> Recogniser:
        """Adds `async def recognise(turn) -> {intent: how sure}` to UNDERSTAND."""
        self.notes.recognisers.append(function)
        return function

    def on_start(self, function: F) -> F:
        """Calls `async def start(app)` when the app starts."""
        self.notes.starters.append(function)
        return function

    def on_stop(self, function: F) -> F:
        """Calls `async def stop(app)` when the module is switched off, or the app stops: it lets go of what it holds."""
        self.notes.enders.append(function)
        return function

    def on_settings(self, function: F) -> F:
        """Calls `async def changed(app, settings)` with the checked settings when somebody changes them in the console.

        A module without it is stopped and started again instead.
        """
        self.notes.resetters.append(function)
        return function

    def task(self, function: F) -> F:
        """Runs `async def task(app)` as long as the app runs; a crash restarts it with back-off."""
        self.notes.tasks.append((getattr(function, "__name__", "task"), function))
        return function


class Module(Part):
    """A unit of extension: a name, its parts, what it needs, its settings, its migrations."""

    def __init__(
        self,
        name: str,
        *,
        parts: Sequence[Part] = (),
        requires: Sequence[str] = (),
        core: str = "^0.1",
        version: str = "0",
        settings: type[BaseModel] | None = None,
        bot_settings: type[BaseModel] | None = None,
        test: "SettingsTest | None" = None,
        summary: str = "",
        folder: Path | None = None,
    ) -> None:
        super().__init__(name)
        self.parts = [self, *parts]
        for part in parts:
            _name_all(part, name)
        self.requirements = tuple(requires)
        self.core = core
        self.version = version
        self.settings = settings
        self.bot_settings = bot_settings
        """What may differ by bot: it stands in the field `bots` of the settings, by the bot's name."""
        self.test = test
        self.summary = summary
        self.folder = folder or caller_folder()

    @property
    def migrations(self) -> Path | None:
        """The folder of its Alembic migrations (`migrations/versions` beside the code), if it has any."""
        path = self.folder / "migrations" / "versions"
        return path if path.is_dir() else None


def _name_all(part: Part, module: str) -> None:
    """Wraps and providers are known by their module."""
    part.name = module
    part.notes.wraps = [(stage, _renamed(wrap, module)) for stage, wrap in part.notes.wraps]
    part.notes.providers = [Provider(p.kind, p.factory, module, p.ping) for p in part.notes.providers]


def _renamed(wrap: Wrap[Turn], module: str) -> Wrap[Turn]:
    return Wrap(wrap.name, wrap.function, module, wrap.before, wrap.after, wrap.enabled)


def caller_folder() -> Path:
    """The folder of the first file up the stack that is not Gutenbot's module code: where a module or bot is declared."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if Path(name).parent != Path(__file__).parent:
            return Path(name).resolve().parent if name != "<string>" else Path.cwd()
        frame = frame.f_back
    return Path.cwd()
