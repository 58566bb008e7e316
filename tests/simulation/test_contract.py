"""The model keeps the contract of storage, as both engines do: what the simulation shows holds for them.

Left out is what the simulated world does not use: tables of modules, values, blobs and keys.
"""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gutenbot.kernel.clock import SystemClock
from gutenbot.testing.contracts.storage_inbox import InboxContract, RecoveryContract
from gutenbot.testing.contracts.storage_outbox import OutboxContract
from gutenbot.testing.contracts.storage_people import PeopleContract, ThreadContract
from gutenbot.testing.contracts.storage_shared import SharedContract
from gutenbot.testing.contracts.storage_turns import TimerContract, TurnContract
from tests.simulation.model.server import Server
from tests.simulation.model.storage import ModelStorage


class ModelDatabase:
    """The model, and the storage that is open on it."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.server = Server(self.clock.monotonic)
        self.storage: ModelStorage | None = None
        self._boots = itertools.count(1)

    async def open(self) -> Any:
        """A process that just started; the one before is gone, and its lease with it."""
        await self.close()
        self.storage = ModelStorage(self.server, self.clock, boot=f"worker {next(self._boots)}")
        await self.storage.open()
        return self.storage

    async def close(self) -> None:
        if self.storage is not None:
            await self.storage.close()
            self.storage = None


@pytest.fixture
async def database() -> AsyncIterator[ModelDatabase]:
    opened = ModelDatabase()
    yield opened
    await opened.close()
    opened.server.tables.close()


class TestModel(
    InboxContract,
    RecoveryContract,
    TurnContract,
    TimerContract,
    OutboxContract,
    PeopleContract,
    ThreadContract,
    SharedContract,
):
    """The parts of `StorageContract` that turns, sends and timers stand on."""

    @pytest.fixture
    async def storage(self, database: ModelDatabase) -> Any:
        """The database, open."""
        return await database.open()
