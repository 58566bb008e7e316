"""A dialog: the author's coroutine function with a name, the arguments that it wants, and what happens around it."""

import inspect
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar, overload

from gutenbot.dialogs import codec
from gutenbot.dialogs.chat import Chat
from gutenbot.dialogs.errors import NotACoroutine, UnknownArgument

P = ParamSpec("P")
R = TypeVar("R", covariant=True)

PROVIDED = ("chat", "message", "user", "conversation", "match", "job")
"""Arguments that a handler may name; others are services, found by the type of their annotation."""


class Dialog(Generic[P, R]):
    """What `bot.hear`, `bot.dialog` and the like make of a function. Calling it is calling the function."""

    def __init__(self, function: Callable[P, Coroutine[Any, Any, R]], name: str | None = None) -> None:
        self.function = function
        self.name = name or function.__name__
        self.path, self.line = source_of(function)
        self.timeout_handler: Dialog[..., Any] | None = None
        self.exit_handler: Dialog[..., Any] | None = None
        if not inspect.iscoroutinefunction(function):
            raise NotACoroutine(where=self.where, function=self.name)
        self.wants = list(inspect.signature(function).parameters.values())

    @property
    def where(self) -> str:
        """`file:line` of its definition."""
        return f"{self.path}:{self.line}"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<dialog {self.name} at {self.where}>"

    @overload
    def on_timeout(self, function: Callable[[Chat], Coroutine[Any, Any, Any]]) -> "Dialog[[Chat], Any]": ...
    @overload
    def on_timeout(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> "Dialog[..., Any]": ...
    def on_timeout(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> "Dialog[..., Any]":
        """Runs when a question of this dialog got no answer in its `timeout`; the question stays open."""
        self.timeout_handler = Dialog(function, f"{self.name}.on_timeout")
        return self.timeout_handler

    def on_exit(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> "Dialog[..., Any]":
        """Runs when this dialog ends, whichever way; may say things and name an argument `reason`
        (`done`, `cancelled`, `timeout`, `left`, `error`)."""
        self.exit_handler = Dialog(function, f"{self.name}.on_exit")
        return self.exit_handler

    def stored(self, args: Sequence[Any], where: str) -> list[Any]:
        """The JSON form of a caller's arguments. Raises `NotStorable`."""
        hints = annotations_of(self.function)
        names = [wanted.name for wanted in self.wants if wanted.name not in PROVIDED]
        annotations = [hints.get(name) for name in names] + [None] * len(args)
        what = f"an argument of {self.name}"
        return [
            codec.dump(arg, annotation, where=where, what=what)
            for arg, annotation in zip(args, annotations, strict=False)
        ]

    def check(self, services: Callable[[Any], bool]) -> None:
        """Raises `UnknownArgument` when an argument is neither provided, nor a known service, nor given by the caller."""
        hints = annotations_of(self.function)
        for index, wanted in enumerate(self.wants):
            known = wanted.name in PROVIDED or (index == 0) or wanted.default is not wanted.empty
            if wanted.kind in (wanted.VAR_POSITIONAL, wanted.VAR_KEYWORD) or known:
                continue
            if not services(hints.get(wanted.name)):
                raise UnknownArgument(where=self.where, function=self.name, name=wanted.name, valid=", ".join(PROVIDED))


def source_of(function: Callable[..., Any]) -> tuple[str, int]:
    """(file, line) of a function, the file relative to the working folder where it lies in it."""
    code = inspect.unwrap(function).__code__ if hasattr(inspect.unwrap(function), "__code__") else None
    if code is None:
        return ("?", 0)
    path = Path(code.co_filename)
    return (str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path), code.co_firstlineno)


def annotations_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The evaluated annotations; empty where they cannot be evaluated."""
    try:
        return inspect.get_annotations(inspect.unwrap(function), eval_str=True)
    except (NameError, AttributeError, SyntaxError, TypeError):
        return {}
