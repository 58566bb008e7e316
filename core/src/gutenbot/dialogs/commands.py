"""What a dialog can ask of its trampoline. A command does nothing until it is awaited."""

from collections.abc import Callable, Generator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from gutenbot.dialogs.answers import Answer
    from gutenbot.dialogs.dialog import Dialog

T = TypeVar("T", covariant=True)


class Command(Generic[T]):
    """An awaitable request; `verb` names it as authors write it, `scope` prefixes its key."""

    verb = "?"
    __slots__ = ("_key", "awaited", "line", "path", "scope")

    def __init__(self, scope: str, path: str, line: int) -> None:
        self.scope = scope
        self.path = path
        self.line = line
        self.awaited = False
        self._key = ""

    def __await__(self) -> Generator["Command[Any]", Any, T]:
        self.awaited = True
        value: T = yield self
        return value

    @property
    def where(self) -> str:
        """`file:line` of the author's code."""
        return f"{self.path}:{self.line}"

    @property
    def name(self) -> str:
        """Its key without the scope."""
        return self.verb

    @property
    def key(self) -> str:
        """Its name in the journal."""
        if not self._key:
            self._key = f"{self.scope}{self.name}"
        return self._key


class Say(Command[None]):
    """Say a content item, literal text or message objects."""

    verb = "say"
    __slots__ = ("data", "what")

    def __init__(self, what: Any, data: Mapping[str, Any], *origin: Any) -> None:
        super().__init__(*origin)
        self.what = what
        self.data = data

    @property
    def name(self) -> str:
        return key_of(self.what)


class Ask(Command[T]):
    """Say a question and wait for its answer."""

    verb = "ask"
    __slots__ = ("answer", "data", "secret", "timeout", "tries", "what")

    def __init__(
        self,
        what: Any,
        answer: "Answer[T]",
        data: Mapping[str, Any],
        timeout: timedelta | None,
        tries: int | None,
        secret: bool,
        *origin: Any,
    ) -> None:
        super().__init__(*origin)
        self.what = what
        self.answer = answer
        self.data = data
        self.timeout = timeout
        self.tries = tries
        self.secret = secret

    @property
    def name(self) -> str:
        return key_of(self.what)


class Step(Command[T]):
    """Outside work, once, recorded."""

    verb = "step"
    __slots__ = ("args", "function", "given_key", "kwargs", "retry")

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        given_key: str | None,
        retry: "Retry",
        *origin: Any,
    ) -> None:
        super().__init__(*origin)
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.given_key = given_key
        self.retry = retry

    @property
    def name(self) -> str:
        return self.given_key or str(getattr(self.function, "__name__", type(self.function).__name__))


class Sleep(Command[None]):
    """Wait for a while or until a moment."""

    verb = "sleep"
    __slots__ = ("delta", "until")

    def __init__(self, delta: timedelta | None, until: datetime | None, *origin: Any) -> None:
        super().__init__(*origin)
        self.delta = delta
        self.until = until

    @property
    def name(self) -> str:
        return "sleep" if self.until is None else "sleep_until"


class WaitFor(Command[T]):
    """Wait for an outside event."""

    verb = "wait_for"
    __slots__ = ("correlation", "event", "timeout")

    def __init__(self, event: str | type, correlation: str | None, timeout: timedelta | None, *origin: Any) -> None:
        super().__init__(*origin)
        self.event = event
        self.correlation = correlation
        self.timeout = timeout

    @property
    def event_name(self) -> str:
        """The name of a custom event, or the tag of an event type."""
        return self.event if isinstance(self.event, str) else str(self.event.__struct_config__.tag)  # type: ignore[attr-defined]

    @property
    def name(self) -> str:
        return f"{self.event_name}:{self.correlation}" if self.correlation else self.event_name


class Handoff(Command[dict[str, Any]]):
    """Give the conversation to people and wait for what they conclude."""

    verb = "handoff"
    __slots__ = ("reason",)

    def __init__(self, reason: str, *origin: Any) -> None:
        super().__init__(*origin)
        self.reason = reason

    @property
    def name(self) -> str:
        return "handoff"


class Gather(Command[list[Any]]):
    """Several waits at once, until all are over."""

    verb = "gather"
    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Command[Any], ...], *origin: Any) -> None:
        super().__init__(*origin)
        self.parts = parts
        for part in parts:
            part.awaited = True

    @property
    def name(self) -> str:
        return "+".join(part.name for part in self.parts)


class First(Gather):
    """Several waits at once, until one is over."""

    verb = "first"
    __slots__ = ()


class Call(Command[T]):
    """Run another dialog in a frame of its own and wait for its result."""

    verb = "call"
    __slots__ = ("args", "dialog")

    def __init__(self, dialog: "Dialog[..., Any]", args: tuple[Any, ...], *origin: Any) -> None:
        super().__init__(*origin)
        self.dialog = dialog
        self.args = args

    @property
    def name(self) -> str:
        return self.dialog.name


class Goto(Call[T]):
    """Leave this dialog for another one, with a fresh journal."""

    verb = "goto"
    __slots__ = ()


class Back(Command[None]):
    """Go back to the question before."""

    verb = "back"
    __slots__ = ()


class End(Command[None]):
    """End this dialog."""

    verb = "end"
    __slots__ = ("value",)

    def __init__(self, value: Any, *origin: Any) -> None:
        super().__init__(*origin)
        self.value = value


class Retry:
    """How often a step is tried, and how long to wait between tries (doubling)."""

    __slots__ = ("first_delay", "times")

    def __init__(self, times: int = 3, first_delay: timedelta = timedelta(milliseconds=200)) -> None:
        self.times = times
        self.first_delay = first_delay


def key_of(what: Any) -> str:
    """The name of something said: the content id, or the words themselves (their first 120 characters)."""
    if isinstance(what, str):
        return what[:120]
    if isinstance(what, (list, tuple)):
        return "+".join(key_of(part) for part in what)[:240]
    text = getattr(what, "text", None) or getattr(what, "title", None) or getattr(what, "url", None)
    return f"{type(what).__name__}:{text or ''}"[:120]
