"""Limits hold for all workers together, within what `sharing` says: tests with three workers on one database."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from gutenbot.sdk import Storage
from gutenbot.testing import FakeClock
from gutenbot_channel_web.errors import TooFast
from gutenbot_channel_web.rates import MESSAGES, MESSAGES_BY_ADDRESS, Rates
from gutenbot_channel_web.sharing import FORGOTTEN_S, KEPT, Exchange

if TYPE_CHECKING:
    from gutenbot.testing.database import TestDatabase

_TICKS = 10
"""Tries of a visitor in a second."""


@pytest.fixture
async def storage(database: "TestDatabase") -> AsyncIterator[Storage]:
    """The database of all workers."""
    opened = database.storage(FakeClock())
    await opened.open()
    yield opened
    await opened.close()


class Workers:
    """Several processes, each with its own buckets."""

    def __init__(self, storage: Storage, number: int) -> None:
        self.clock = FakeClock()
        self.rates = [Rates(self.clock.monotonic, shared=True) for _ in range(number)]
        self.exchanges = [Exchange(storage, self.clock, rates) for rates in self.rates]

    async def seconds(self, number: int, through: list[int]) -> int:
        """A visitor who tries all the time, through these workers in turn; returns how often that was allowed."""
        allowed = 0
        for tick in range(number * _TICKS):
            with suppress(TooFast):
                self.rates[through[tick % len(through)]].take((MESSAGES, "ann"), (MESSAGES_BY_ADDRESS, "192.0.2.7"))
                allowed += 1
            self.clock.advance(seconds=1 / _TICKS)
            if tick % _TICKS == _TICKS - 1:
                for exchange in self.exchanges:
                    await exchange.once()
        return allowed


async def test_three_workers_together_give_what_one_gives(storage: Storage) -> None:
    workers = Workers(storage, 3)
    first = await workers.seconds(2, [0, 1, 2])
    assert first <= 3 * MESSAGES.amount
    later = await workers.seconds(300, [0, 1, 2])
    allowed = 300 * MESSAGES.amount / MESSAGES.seconds
    assert 0.7 * allowed <= later <= 1.05 * allowed, "over time it is the rate of one worker"


async def test_alone_three_workers_would_give_three_times_as_much(storage: Storage) -> None:
    workers = Workers(storage, 3)
    workers.exchanges.clear()
    allowed = 300 * MESSAGES.amount / MESSAGES.seconds
    assert await workers.seconds(300, [0, 1, 2]) > 2.5 * allowed, "so the test above tests something"


async def test_who_stays_with_one_worker_gets_all_that_the_limit_allows(storage: Storage) -> None:
    workers = Workers(storage, 3)
    allowed = MESSAGES.amount + 60 * MESSAGES.amount / MESSAGES.seconds
    assert await workers.seconds(60, [1]) >= allowed - 1


async def test_a_worker_that_looks_late_has_missed_nothing(storage: Storage) -> None:
    workers = Workers(storage, 2)
    late = workers.exchanges.pop()
    await workers.seconds(KEPT, [0])
    await late.once()
    with pytest.raises(TooFast):
        workers.rates[1].take((MESSAGES, "ann"))


async def test_no_address_stands_in_the_database_and_nothing_stays(storage: Storage) -> None:
    workers = Workers(storage, 2)
    await workers.seconds(1, [0, 1])
    rows = await storage.kv_list("channel-web.rates")
    assert len(rows) == 2
    assert "192.0.2.7" not in str(rows)
    assert "ann" not in str(rows)
    await workers.exchanges[0].once()
    await workers.exchanges[0].end()
    workers.clock.advance(seconds=FORGOTTEN_S + 1)
    await workers.exchanges[0].once()
    assert await storage.kv_list("channel-web.rates") == {}, "the other one has said nothing for a minute"


async def test_what_is_owed_is_bounded(storage: Storage) -> None:
    workers = Workers(storage, 1)
    workers.rates[0].hear({MESSAGES.name: {"x": 10_000}, "unknown": {"y": 1}})
    assert max(-level for level, _ in workers.rates[0]._buckets.values()) == MESSAGES.amount
