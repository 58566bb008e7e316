"""What a module must leave alone when it is imported: Python's own functions, Gutenbot's, the working folder, locale and signals.

A module runs in the process of the server, so it cannot be hindered; but what it does at its import is seen, undone, and the
module is refused (MOD-06). What a library adds is fine; only what is replaced or gone counts.
"""

import locale
import os
import signal
import sys
from collections.abc import Callable, Iterator
from operator import is_
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
        self._kept = [_Kept(name, owner) for name, owner in _owners()]
        self._process = _process()

    def changed(self) -> list[str]:
        """The names of what was replaced; all of it is as it was before."""
        found: list[str] = []
        for kept in self._kept:
            values = vars(kept.owner).values()
            if len(values) != len(kept.values) or not all(map(is_, values, kept.values)):
                found += kept.put_back()
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


class _Kept:
    """A module or a class as it was. Which objects it had is compared first, which is quick and asks none of them; by name only
    where that is otherwise."""

    __slots__ = ("_before", "name", "owner", "values")

    def __init__(self, name: str, owner: Any) -> None:
        self.name, self.owner = name, owner
        self._before = vars(owner).copy()
        self.values = list(self._before.values())

    def put_back(self) -> list[str]:
        """The names of what was replaced, which is there again."""
        is_class = isinstance(self.owner, type)
        now, found = vars(self.owner), []
        for key, value in self._before.items():
            if now.get(key, _NOTHING) is not value and self._is_watched(key, value, is_class=is_class):
                found.append(f"{self.name}.{key}")
                setattr(self.owner, key, value)
        for key in list(now.keys() - self._before.keys()) if is_class else ():
            if callable(now[key]) and any(key in vars(base) for base in self.owner.__mro__[1:]):
                found.append(f"{self.name}.{key}")  # hides what it had inherited
                delattr(self.owner, key)
        self.values = list(vars(self.owner).values())
        return found

    def _is_watched(self, key: str, value: Any, *, is_class: bool) -> bool:
        if is_class:
            return callable(value) or isinstance(value, classmethod | staticmethod | property)
        return callable(value) and f"{self.name}.{key}" not in _MAY_CHANGE


def _owners() -> Iterator[tuple[str, Any]]:
    """The watched modules, and the classes that they define; those of C cannot be changed."""
    for name, module in list(sys.modules.items()):
        if name in WATCHED or name == "gutenbot" or name.startswith("gutenbot."):
            yield name, module
            for value in list(vars(module).values()) if name != "builtins" else ():
                if isinstance(value, type) and value.__module__ == name:
                    yield f"{name}.{value.__qualname__}", value


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
