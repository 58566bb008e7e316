"""`chat`: what every handler gets. Its verbs make commands; `await` hands them to the trampoline."""

import inspect
import random as stdlib_random
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple, overload

from gutenbot.dialogs.answers import Answer, Text
from gutenbot.dialogs.commands import (
    Ask,
    Back,
    Call,
    Command,
    End,
    First,
    Gather,
    Goto,
    Handoff,
    Retry,
    Say,
    Sleep,
    Step,
    WaitFor,
)
from gutenbot.dialogs.shelf import Shelf
from gutenbot.dialogs.waits import Match
from gutenbot.events.incoming import Incoming, UserText
from gutenbot.kernel.ids import UserId

if TYPE_CHECKING:
    from gutenbot.dialogs.dialog import Dialog
    from gutenbot.dialogs.run import FrameRun

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


class Chat:
    """One user's conversation, from inside a dialog. Everything on it gives the same on every replay."""

    __slots__ = ("_run", "_scope", "conversation", "user")

    def __init__(self, run: "FrameRun", scope: str = "") -> None:
        self._run = run
        self._scope = scope
        self.user = Profile(run, "user", run.host.user)
        """The person: `chat.user["key"]` to remember things, `chat.user.first_name` and the like from the channel."""
        self.conversation = Remembered(run, "conversation", run.host.conversation)
        """This thread: `chat.conversation["key"]`."""

    # What is at hand ------------------------------------------------------------------------------------------------

    @property
    def message(self) -> Incoming:
        """The event that is being answered: what started the dialog, or the latest answer."""
        return self._run.message

    @property
    def match(self) -> Match:
        """What the pattern of `hear` found in the message."""
        return self._run.start.match or Match()

    @property
    def locale(self) -> str:
        """The user's language (BCP 47)."""
        return str(self._run.recorded("get", "locale", lambda: self._run.host.locale))

    @property
    def channel(self) -> str:
        """The name of the channel, such as `web`."""
        return self._run.host.channel

    @property
    def random(self) -> stdlib_random.Random:
        """A source of chance that gives the same on every replay."""
        return stdlib_random.Random(self._run.recorded("random", self._scope, self._run.host.seed))  # noqa: S311

    def now(self) -> datetime:
        """The time (aware, UTC) when the dialog first came here."""
        stamp = self._run.recorded("now", self._scope, lambda: self._run.host.now().isoformat())
        return datetime.fromisoformat(stamp)

    @property
    def log(self) -> Any:
        """A structured log with the conversation and the turn bound; silent on replay."""
        return self._run.log

    @property
    def content(self) -> Shelf:
        """The bot's collections: `chat.content.pick("trivia")`."""
        return Shelf(self._run, self._scope)

    def within(self, scope: str) -> "Chat":
        """The same chat with keys under a scope, for a sub-dialog that is used more than once."""
        return Chat(self._run, f"{self._scope}{scope}/")

    # Verbs ----------------------------------------------------------------------------------------------------------

    def say(self, what: Any, *more: Any, **data: Any) -> Command[None]:
        """Says a content item (`"#id"`), literal text or message objects, in order, with their typing and waits."""
        return self._made(Say((what, *more) if more else what, data, *self._origin()))

    @overload
    def ask(
        self,
        what: Any,
        *,
        timeout: timedelta | None = None,
        tries: int | None = None,
        secret: bool = False,
        **data: Any,
    ) -> Command[str]: ...
    @overload
    def ask(
        self,
        what: Any,
        answer: Answer[T],
        *,
        timeout: timedelta | None = None,
        tries: int | None = None,
        secret: bool = False,
        **data: Any,
    ) -> Command[T]: ...
    def ask(
        self,
        what: Any,
        answer: Answer[Any] | None = None,
        *,
        timeout: timedelta | None = None,
        tries: int | None = None,
        secret: bool = False,
        **data: Any,
    ) -> Command[Any]:
        """Says a question, waits, and returns the parsed answer; asks again while it is not valid.

        Raises `AnswerTimeout` after `timeout`, or runs the dialog's `on_timeout`; in a dialog that has one, later questions
        wait as long, unless they say otherwise (`timedelta()`: for ever). Raises `TooManyTries` after `tries` (default: 5).
        """
        return self._made(Ask(what, answer or Text(), data, timeout, tries, secret, *self._origin()))

    @overload
    def step(
        self,
        function: Callable[[*Ts], Awaitable[R]],
        *args: *Ts,
        key: str | None = None,
        retry: Retry | int | None = None,
    ) -> Command[R]: ...
    @overload
    def step(
        self, function: Callable[[*Ts], R], *args: *Ts, key: str | None = None, retry: Retry | int | None = None
    ) -> Command[R]: ...
    @overload
    def step(self, function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> Command[R]: ...
    @overload
    def step(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Command[R]: ...
    def step(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Command[Any]:  # type: ignore[misc]
        """Does outside work once, records the result (or error) and returns it. Plain functions run in a thread.

        A function with a parameter `idempotency_key` is given a key that is the same at every try. Raises `StepFailed`.
        """
        key, retry = kwargs.pop("key", None), kwargs.pop("retry", None)
        chosen = Retry(times=retry) if isinstance(retry, int) else retry or Retry()
        return self._made(Step(function, args, kwargs, key, chosen, *self._origin()))

    def sleep(self, delta: timedelta) -> Command[None]:
        """Waits; survives restarts and deploys."""
        return self._made(Sleep(delta, None, *self._origin()))

    def sleep_until(self, when: datetime) -> Command[None]:
        """Waits until a moment (aware)."""
        return self._made(Sleep(None, when, *self._origin()))

    def wait_for(
        self, event: str | type[T], *, key: str | None = None, timeout: timedelta | None = None
    ) -> Command[Any]:
        """Waits for an outside event by name (or type); with `key`, only for one whose data has this `key`."""
        return self._made(WaitFor(event, key, timeout, *self._origin()))

    def gather(self, *parts: Command[Any]) -> Command[list[Any]]:
        """Waits for all of several waits; returns their results in order."""
        return self._made(Gather(parts, *self._origin()))

    def first(self, *parts: Command[Any]) -> Command[list[Any]]:
        """Waits for the first of several waits; returns `[index, result]`."""
        return self._made(First(parts, *self._origin()))

    def call(self, dialog: "Dialog[Concatenate[Chat, P], R]", *args: P.args, **kwargs: P.kwargs) -> Command[R]:
        """Runs another dialog in a frame of its own and returns its result."""
        return self._made(Call(dialog, _positional(dialog, args, kwargs), *self._origin()))

    def goto(self, dialog: "Dialog[Concatenate[Chat, P], R]", *args: P.args, **kwargs: P.kwargs) -> Command[R]:
        """Leaves this dialog for another one (or for itself, afresh)."""
        return self._made(Goto(dialog, _positional(dialog, args, kwargs), *self._origin()))

    def back(self) -> Command[None]:
        """Goes back to the question before and asks it again."""
        return self._made(Back(*self._origin()))

    def end(self, value: Any = None) -> Command[None]:
        """Ends this dialog here, with a result for a caller."""
        return self._made(End(value, *self._origin()))

    def handoff(self, reason: str = "") -> Command[dict[str, Any]]:
        """Gives the conversation to people, and waits; returns what they concluded."""
        return self._made(Handoff(reason, *self._origin()))

    def _origin(self) -> tuple[str, str, int]:
        frame = sys._getframe(2)
        return (self._scope, frame.f_code.co_filename, frame.f_lineno)

    def _made(self, command: Command[T]) -> Command[T]:
        self._run.made.append(command)
        return command


class Remembered(MutableMapping[str, Any]):
    """Values kept with a user or a conversation. Reads are recorded, writes happen with the turn, once."""

    __slots__ = ("_name", "_run", "_subject")

    def __init__(self, run: "FrameRun", name: str, subject: Any) -> None:
        self._run = run
        self._name = name
        self._subject = subject

    def __getitem__(self, key: str) -> Any:
        value = self._run.recorded("get", f"{self._name}.{key}", lambda: self._read(key))
        if "v" not in value:
            raise KeyError(key)
        return literal(value["v"])

    def _read(self, key: str) -> dict[str, Any]:
        try:
            return {"v": self._subject.read(key)}
        except KeyError:
            return {}

    def __setitem__(self, key: str, value: Any) -> None:
        self._run.write(self._subject, key, value)

    def __delitem__(self, key: str) -> None:
        self[key]
        self._run.remove(self._subject, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.recorded("get", f"{self._name}.*", lambda: list(self._subject.keys())))

    def __len__(self) -> int:
        return len(list(iter(self)))


class Profile(Remembered):
    """The person: remembered values, and what the channel told."""

    __slots__ = ()

    @property
    def id(self) -> UserId:
        """The user's id in this bot."""
        return UserId(self._subject.id)

    @property
    def first_name(self) -> str:
        """Empty when the channel did not tell."""
        return self._told("first_name")

    @property
    def last_name(self) -> str:
        """Empty when the channel did not tell."""
        return self._told("last_name")

    @property
    def full_name(self) -> str:
        """Empty when the channel did not tell."""
        return self._told("full_name")

    @property
    def time_zone(self) -> str:
        """IANA name; empty when unknown."""
        return self._told("time_zone")

    @property
    def picture_url(self) -> str:
        """Empty when the channel did not tell."""
        return self._told("picture_url")

    def _told(self, key: str) -> str:
        return UserText(self._run.recorded("get", f"profile.{key}", lambda: self._subject.profile.get(key) or ""))

    # Tags -----------------------------------------------------------------------------------------------------------

    def tag(self, name: str, value: str = "") -> None:
        """Tags the person (upper case; one value per tag), with the turn."""
        if self._run.live:
            self._subject.tag(name, value)

    def untag(self, name: str) -> None:
        """Takes a tag off, with the turn."""
        if self._run.live:
            self._subject.untag(name)


def _positional(dialog: "Dialog[..., Any]", args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments of a call in the order of the dialog's parameters."""
    if not named:
        return args
    bound = inspect.signature(dialog.function).bind(None, *args, **named)
    bound.apply_defaults()
    return bound.args[1:]


def literal(value: Any) -> Any:
    """What was remembered may be a user's words: said again, they are no content item."""
    if isinstance(value, str):
        return UserText(value)
    if isinstance(value, list):
        return [literal(item) for item in value]
    return {key: literal(item) for key, item in value.items()} if isinstance(value, dict) else value
