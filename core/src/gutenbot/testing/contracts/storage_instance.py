"""The contract of identity: a database knows whether it may send (BAK-03, BRD-12)."""

from gutenbot.storage.port import Storage
from gutenbot.testing.contracts.storage_kit import CID, NOW, Database, begin, finish


class InstanceContract:
    """What must be true of a database and its copies."""

    async def test_a_new_database_may_send_and_keeps_its_name(self, database: Database) -> None:
        storage = await database.open()
        first = await storage.instance()
        assert first.instance_id
        assert (first.sending_lock, first.waiting, storage.sending_lock) == ("", 0, "")
        storage = await database.open()
        assert await storage.instance() == first

    async def test_a_lock_stays_over_a_restart_until_it_is_lifted(self, database: Database) -> None:
        storage = await database.open()
        await storage.lock_sending("restored from a backup")
        assert storage.sending_lock == "restored from a backup"
        storage = await database.open()
        assert (await storage.instance()).sending_lock == storage.sending_lock == "restored from a backup"
        assert await storage.unlock_sending(discard=False, now_ms=NOW) == 0
        assert storage.sending_lock == ""
        storage = await database.open()
        assert storage.sending_lock == ""

    async def test_what_waits_is_kept_or_discarded_as_one_says(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "one", "two")
        await storage.lock_sending("")
        assert storage.sending_lock != ""
        assert (await storage.instance()).waiting == 2
        assert await storage.unlock_sending(discard=False, now_ms=NOW) == 0
        first = await storage.claim_send(CID, NOW)
        assert first is not None
        assert await storage.unlock_sending(discard=True, now_ms=NOW) == 2
        assert (await storage.instance()).waiting == 0
        assert await storage.undelivered(10) == []
