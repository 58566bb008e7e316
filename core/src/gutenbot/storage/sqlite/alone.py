"""A database that one process works on has nobody to hear of."""

import asyncio
import math
from collections.abc import Sequence

from gutenbot.kernel.ids import ConversationId
from gutenbot.storage.sqlite.engine import Engine

_OPEN = "SELECT count(*) FROM (SELECT 1 FROM inbox WHERE state = 'open' LIMIT ?)"
_SLICE = 500


class Silence:
    """No hints, ever."""

    async def wait(self) -> frozenset[str]:
        await asyncio.sleep(1.0)
        return frozenset()

    def close(self) -> None:
        """There is nothing to let go of."""


class SqliteAlone(Engine):
    """The part of the port that is about other processes: the lock of the data folder sees to it that there are none."""

    shared = False

    @property
    def lease_left_s(self) -> float:
        return math.inf

    def hint(self, topic: str) -> None:
        """Nobody listens."""

    def wakeups(self) -> Silence:
        return Silence()

    async def open_events(self, limit: int) -> int:
        found: int = self._read(lambda db: db.execute(_OPEN, (limit,)).fetchone()[0])
        return found

    async def positions(self, conversation_ids: Sequence[ConversationId]) -> dict[ConversationId, int]:
        found: dict[ConversationId, int] = {}
        for start in range(0, len(conversation_ids), _SLICE):
            some = conversation_ids[start : start + _SLICE]
            marks = ", ".join("?" * len(some))
            statement = f"SELECT conversation_id, last_n FROM conversation WHERE conversation_id IN ({marks})"
            found |= self._readers.connection().execute(statement, list(some)).fetchall()
        return found

    async def take_lease(self, name: str) -> str:
        return ""

    async def end_lease(self, name: str) -> None:
        """The only process holds every name."""
