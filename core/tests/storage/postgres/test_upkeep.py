"""A server that stops ends what it looks after beside its work, whenever that is."""

import threading
from typing import Any

from gutenbot.storage.postgres.upkeep import Upkeep


class Cleared(threading.Event):
    """An event that is cleared just when the server begins to stop and has woken the thread."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__()
        self._now = stopping

    def clear(self) -> None:
        """The stop comes first, and its waking is lost."""
        self._now.set()
        self.set()
        super().clear()


class NoSession:
    """A connection that has nothing to tell."""

    def read(self, work: Any) -> list[str]:
        """No index is missing."""
        return []

    def cancel(self) -> None:
        """Nothing runs."""

    def close(self) -> None:
        """It was never open."""


def test_a_stop_that_comes_while_the_thread_wakes_ends_it() -> None:
    stopping = threading.Event()
    upkeep = Upkeep(NoSession, [], stopping)  # type: ignore[arg-type]
    upkeep._woken = Cleared(stopping)
    upkeep.wake()
    assert stopping.wait(60)
    stops = threading.Thread(target=upkeep.stop, daemon=True)
    stops.start()
    stops.join(60)
    assert not stops.is_alive()
