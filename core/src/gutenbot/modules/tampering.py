"""What a module must leave alone when it is imported: Python's own functions, Gutenbot's, the working folder, locale and signals.

A module runs in the process of the server, so it cannot be hindered; but what it does at its import is seen, undone, and the
module is refused (MOD-06). What a library adds is fine; only what is replaced or gone counts.
"""

import locale
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from gutenbot.kernel.errors import AuthorMistake

WATCHED = (
    "builtins", "asyncio", "datetime", "hashlib", "hmac", "http.client", "io", "json", "locale", "logging", "os", "pathlib",
    "pickle", "random", "re", "secrets", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib.request",
)  # fmt: skip
"""Of Python's library; `gutenbot` is watched whole."""
_MAY_CHANGE = frozenset({"sys.displayhook", "sys.excepthook", "sys.unraisablehook", "threading.excepthook"})
_NOTHING = object()


class Tampering(AuthorMistake):
    """The module {module} changes {what} when it is imported, and was refused. A module leaves these alone: wrap stages,
    subscribe to signals and provide services instead."""

    code = "module.tampering"


class Guard:
    """Remembers how things are; `changed` says what is otherwise now, and puts it back."""

    def __init__(self) -> None:
        self._places = dict(_places())
        self._classes = {(name, owner): frozenset(vars(owner)) for name, owner in _classes()}
        self._process = _process()

    def changed(self) -> list[str]:
        """The names of what was replaced; all of it is as it was before."""
        found: list[str] = []
        for (name, key), (owner, before) in self._places.items():
            if vars(owner).get(key, _NOTHING) is not before:
                found.append(f"{name}.{key}")
                setattr(owner, key, before)
        for (name, owner), before in self._classes.items():
            for key in vars(owner).keys() - before:
                if callable(vars(owner)[key]) and any(key in vars(base) for base in owner.__mro__[1:]):
                    found.append(f"{name}.{owner.__qualname__}.{key}")  # hides what it had inherited
                    delattr(owner, key)
        for what, was in self._process.items():
            now, put_back = _PROCESS[what]
            if now() != was:
                found.append(what)
                put_back(was)
        return found

    def check(self, module: str) -> None:
        """Raises `Tampering`."""
        found = self.changed()
        if found:
            raise Tampering(module=module, what=", ".join(sorted(found)[:10]))


def _modules() -> Iterator[tuple[str, ModuleType]]:
    for name, module in list(sys.modules.items()):
        if name in WATCHED or name == "gutenbot" or name.startswith("gutenbot."):
            yield name, module


def _classes() -> Iterator[tuple[str, type]]:
    """The classes that the watched modules define; those of C cannot be changed."""
    for name, module in _modules():
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == name and name != "builtins":
                yield name, value


def _places() -> Iterator[tuple[tuple[str, str], tuple[Any, Any]]]:
    """Functions and classes of the watched modules, and the methods of their classes: by name, where they are and what they are."""
    for name, module in _modules():
        for key, value in list(vars(module).items()):
            if callable(value) and f"{name}.{key}" not in _MAY_CHANGE:
                yield (name, key), (module, value)
    for name, owner in _classes():
        yield from _methods(name, owner)


def _methods(name: str, owner: type) -> Iterator[tuple[tuple[str, str], tuple[Any, Any]]]:
    for key, value in list(vars(owner).items()):
        if callable(value) or isinstance(value, classmethod | staticmethod | property):
            yield (f"{name}.{owner.__qualname__}", key), (owner, value)


def _handlers() -> dict[int, Any]:
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


def _put_handlers(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _put_locale(before: str) -> None:
    locale.setlocale(locale.LC_ALL, before)


_PROCESS: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {
    "the working folder": (os.getcwd, os.chdir),
    "the locale": (lambda: locale.setlocale(locale.LC_ALL), _put_locale),
    "signal handlers": (_handlers, _put_handlers),
}


def _process() -> dict[str, Any]:
    return {name: now() for name, (now, _) in _PROCESS.items()}
