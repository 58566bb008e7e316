"""Workers whose database is away: each comes back at moments of its own, so that they do not come all at once."""

import random
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.errors import StorageAway
from gutenbot.storage.postgres.session import Session

WORKERS = 20


class Recorded(Session):
    """Writes its pauses down instead of waiting; a clock goes on meanwhile."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.pauses: list[float] = []
        super().__init__(url, Passing(self.pauses), chance, 5.0, threading.Event())

    def _wait(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return False


class Passing(SystemClock):
    """As much time has passed as was waited."""

    def __init__(self, pauses: list[float]) -> None:
        self._pauses = pauses

    def monotonic(self) -> float:
        return sum(self._pauses)


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_dbx_01_workers_come_back_at_different_moments_and_not_ever_faster() -> None:
    url = f"postgresql://nobody@127.0.0.1:{closed_port()}/nothing"
    nothing: Callable[[Any], None] = lambda db: None  # noqa: E731
    moments: list[tuple[float, ...]] = []
    for number in range(WORKERS):
        session = Recorded(url, random.Random(f"boot {number}"))
        with pytest.raises(StorageAway):
            session.read(nothing)
        pause = 0.05
        for waited in session.pauses:
            assert pause / 2 <= waited <= pause
            pause = min(2 * pause, 1.0)
        assert len(session.pauses) < 15, "some tries, not hundreds"
        moments.append(tuple(session.pauses))
    firsts = sorted(sum(one[:5]) for one in moments)
    assert len(set(moments)) == WORKERS
    assert firsts[-1] - firsts[0] > 0.2, "spread, and not one herd"
