"""The storage contract: subclass `StorageContract` with a fixture `database`, and pytest says whether a storage keeps it."""

import pytest

from gutenbot.storage.port import Storage
from gutenbot.testing.contracts.storage_inbox import InboxContract, RecoveryContract
from gutenbot.testing.contracts.storage_instance import InstanceContract
from gutenbot.testing.contracts.storage_kit import Database
from gutenbot.testing.contracts.storage_outbox import OutboxContract
from gutenbot.testing.contracts.storage_people import PeopleContract, StoresContract, ThreadContract
from gutenbot.testing.contracts.storage_retention import RetentionContract
from gutenbot.testing.contracts.storage_shared import SharedContract
from gutenbot.testing.contracts.storage_tables import TablesContract
from gutenbot.testing.contracts.storage_turns import TimerContract, TurnContract

__all__ = ["Database", "StorageContract"]


class StorageContract(
    InboxContract,
    RecoveryContract,
    TurnContract,
    TimerContract,
    OutboxContract,
    PeopleContract,
    ThreadContract,
    StoresContract,
    SharedContract,
    TablesContract,
    InstanceContract,
    RetentionContract,
):
    """All that Gutenbot relies on. The subclass has a fixture `database` that gives a `Database`, empty, and ends it."""

    @pytest.fixture
    async def storage(self, database: Database) -> Storage:
        """The database, open."""
        return await database.open()

    async def test_an_open_storage_is_healthy(self, storage: Storage) -> None:
        assert storage.healthy() == ""
