"""A server that stops ends what it looks after beside its work, whenever that is."""

import threading
from typing import Any

from gutenbot.storage.postgres.upkeep import Upkeep


class Cleared(threading.Event):
    """An event that is cleared just after the first `stop` has set it."""

    def __init__(self) -> None:
        super().__init__()
        self.clearing = threading.Event()
        self.stopped = threading.Event()

    def set(self) -> None:
        """As ever; while it is being cleared, by `stop`."""
        super().set()
        if self.clearing.is_set():
            self.stopped.set()

    def clear(self) -> None:
        """Waits for the stop, whose waking is lost."""
        self.clearing.set()
        assert self.stopped.wait(60)
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
    woken = upkeep._woken = Cleared()
    upkeep.wake()
    assert woken.clearing.wait(60)
    stopping.set()
    stops = threading.Thread(target=upkeep.stop, daemon=True)
    stops.start()
    stops.join(60)
    assert not stops.is_alive()
