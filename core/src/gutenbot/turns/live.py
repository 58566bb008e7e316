"""Who is looking: lossy notices to watchers of a conversation, after the commit. The truth is in the thread."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gutenbot.kernel.ids import ConversationId
from gutenbot.kernel.letterbox import Letterbox, letterbox
from gutenbot.storage.rows import ThreadEntry


@dataclass(frozen=True, slots=True)
class Notice:
    """Something happened in a conversation."""

    conversation_id: ConversationId
    entries: tuple[ThreadEntry, ...] = ()
    typing: bool | None = None
    user_typing: bool = False
    """The user is writing, or was a moment ago."""
    elsewhere: bool = False
    """Another process added something: what it is must be read from the thread."""


Callback = Callable[[Notice], None]


class Live:
    """Watchers by conversation. Callbacks run on the event loop that they were registered on."""

    def __init__(self) -> None:
        self._watchers: dict[ConversationId, dict[object, tuple[asyncio.AbstractEventLoop, Callback]]] = defaultdict(
            dict
        )
        self._everywhere: dict[object, tuple[asyncio.AbstractEventLoop, Callback]] = {}

    def watch_all(self, callback: Callback) -> Callable[[], None]:
        """Calls `callback` with the notices of all conversations from now on; returns how to stop it."""
        token = object()
        self._everywhere[token] = (asyncio.get_running_loop(), callback)
        return lambda: self._everywhere.pop(token, None) and None

    def watch(self, conversation_id: ConversationId, callback: Callback) -> Callable[[], None]:
        """Calls `callback` with every notice from now on; returns how to stop it."""
        token = object()
        self._watchers[conversation_id][token] = (asyncio.get_running_loop(), callback)

        def stop() -> None:
            watchers = self._watchers.get(conversation_id, {})
            watchers.pop(token, None)
            if not watchers:
                self._watchers.pop(conversation_id, None)

        return stop

    def conversations(self) -> list[ConversationId]:
        """All that anybody looks at."""
        return list(self._watchers)

    def watched(self, conversation_id: ConversationId) -> bool:
        """Whether anybody looks."""
        return bool(self._everywhere) or conversation_id in self._watchers

    def tell(self, notice: Notice) -> None:
        """Passes a notice on, from any thread."""
        watchers = self._watchers.get(notice.conversation_id)
        listening = list(watchers.values()) if watchers else []
        for loop, callback in [*listening, *list(self._everywhere.values())]:
            try:
                loop.call_soon_threadsafe(callback, notice)
            except RuntimeError:
                continue  # that loop is closed: its watcher is gone


class Waiters:
    """Futures of those who wait for the turn of one event, by (channel, external id)."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], list[tuple[Letterbox, asyncio.Future[Any]]]] = {}

    def wait(self, channel_id: str, external_id: str) -> "asyncio.Future[Any]":
        """A future of the running loop that is done when the turn is; ask for it before the event is accepted."""
        box = letterbox()
        future: asyncio.Future[Any] = box.loop.create_future()
        self._waiting.setdefault((channel_id, external_id), []).append((box, future))
        return future

    def forget(self, channel_id: str, external_id: str, future: "asyncio.Future[Any]") -> None:
        """Nobody waits any more."""
        waiting = self._waiting.get((channel_id, external_id), [])
        waiting[:] = [waiter for waiter in waiting if waiter[1] is not future]
        if not waiting:
            self._waiting.pop((channel_id, external_id), None)

    def done(self, channel_id: str, external_id: str, result: Any) -> None:
        """Wakes those who wait for this event, from any thread."""
        for box, future in self._waiting.pop((channel_id, external_id), ()):
            box.hand(_resolve, (future, result))


def _resolve(told: "tuple[asyncio.Future[Any], Any]") -> None:
    future, result = told
    if not future.done():
        future.set_result(result)
