"""What failed waits for its moment, however much of it there is (POI-05)."""

import asyncio
from datetime import timedelta

from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.testing import FakeClock
from gutenbot.turns.later import MOST_REST_S, Later, rest_s
from gutenbot.turns.places import Again


class Queue:
    """A `Later` on a clock of the test's, and what it has begun."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.begun: list[str] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.later = Later(self.clock, lambda again: self.begun.append(again.conversation_id), self.tasks.add)

    def add(self, name: str, seconds: float) -> None:
        self.later.add(Again(BotId("b"), ConversationId(name), 1), to_ms(self.clock.now() + timedelta(seconds=seconds)))

    async def pass_by(self, seconds: float) -> list[str]:
        """All that has been begun when so much time has passed."""
        self.clock.advance(seconds=seconds)
        for _ in range(5):
            await asyncio.sleep(0)
        return self.begun

    @property
    def running(self) -> int:
        return sum(not task.done() for task in self.tasks)


async def test_poi_05_one_task_begins_each_at_its_moment_the_one_due_first_before_the_others() -> None:
    queue = Queue()
    for name, seconds in (("late", 60.0), ("soon", 0.2), ("middle", 30.0), ("also soon", 0.2)):
        queue.add(name, seconds)
        await asyncio.sleep(0)
    assert queue.running == 1
    assert await queue.pass_by(0.1) == []
    assert await queue.pass_by(0.2) == ["soon", "also soon"]
    assert await queue.pass_by(40) == ["soon", "also soon", "middle"]
    assert await queue.pass_by(40) == ["soon", "also soon", "middle", "late"]
    assert queue.running == 0
    queue.add("again", 0)
    assert await queue.pass_by(0) == ["soon", "also soon", "middle", "late", "again"]


async def test_tim_04_a_clock_that_was_set_forwards_is_seen_soon() -> None:
    queue = Queue()
    queue.add("a", 3600)
    await asyncio.sleep(0)
    queue.clock.step(timedelta(hours=2))
    assert await queue.pass_by(0.6) == ["a"]


async def test_at_the_end_nothing_is_begun_any_more() -> None:
    queue = Queue()
    queue.add("a", 1)
    await asyncio.sleep(0)
    queue.later.stop()
    assert await queue.pass_by(5) == []
    assert queue.running == 0


def test_poi_05_a_place_rests_longer_than_a_try_took_but_not_for_long() -> None:
    assert rest_s(0) == 0
    assert rest_s(0.002) > 0.002
    assert rest_s(60) == MOST_REST_S
