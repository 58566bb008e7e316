"""Signals: notices after a commit. All subscribers run; one that fails is counted and logged, and hurts nobody."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gutenbot.kernel.log import get_logger

S = TypeVar("S")
log = get_logger("signals")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A function that wants to know of signals of one type."""

    kind: type
    function: Callable[[Any], Awaitable[None]]
    module: str


class Signals:
    """Who wants to know what."""

    def __init__(self) -> None:
        self._subscriptions: dict[type, list[Subscription]] = defaultdict(list)
        self.failures: dict[str, int] = defaultdict(int)
        """Module → how often one of its subscribers failed."""

    def subscribe(self, kind: type[S], function: Callable[[S], Awaitable[None]], module: str) -> None:
        """Calls `function` with every signal of this type from now on."""
        self._subscriptions[kind].append(Subscription(kind, function, module))

    def drop(self, module: str) -> None:
        """Ends all subscriptions of a module."""
        for subscriptions in self._subscriptions.values():
            subscriptions[:] = [s for s in subscriptions if s.module != module]

    def count(self, module: str) -> int:
        """How many subscriptions a module has."""
        return sum(1 for found in self._subscriptions.values() for one in found if one.module == module)

    def wanted(self, kind: type) -> bool:
        """Whether anybody subscribed: lets hot code skip making a signal."""
        return bool(self._subscriptions.get(kind))

    async def send(self, signal: object) -> None:
        """Tells all subscribers, one after the other."""
        for subscription in list(self._subscriptions.get(type(signal), ())):
            try:
                await subscription.function(signal)
            except Exception:
                self.failures[subscription.module] += 1
                log.exception("signal.failed", signal=type(signal).__name__, module=subscription.module)
