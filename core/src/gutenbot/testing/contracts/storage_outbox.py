"""The contract of sending: order, idempotent keys, and what a crash leaves behind."""

import pytest

from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import conversation_id
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.port import Storage
from gutenbot.testing.contracts.storage_kit import BOT, CID, NOW, WEB, Database, begin, finish, history


class OutboxContract:
    """What must be true of messages on their way out."""

    async def test_messages_are_claimed_one_by_one_in_order(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "one", "two")
        assert await storage.undelivered(10) == [CID]
        first = await storage.claim_send(CID, NOW)
        assert first is not None
        assert (first.state, first.tries, first.thread, first.channel_id) == ("claimed", 1, "t1", WEB)
        assert await storage.claim_send(CID, NOW) is None
        await storage.finish_send(first, "sent", now_ms=NOW, provider_id="p1")
        second = await storage.claim_send(CID, NOW)
        assert second is not None
        assert (second.n, second.message) == (first.n + 1, TextMessage(text="two"))
        await storage.finish_send(second, "failed", now_ms=NOW, error="gone")
        assert await storage.claim_send(CID, NOW) is None
        assert await storage.undelivered(10) == []

    async def test_ord_05_a_message_that_waits_holds_the_next_ones_back(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "one", "two")
        row = await storage.claim_send(CID, NOW)
        assert row is not None
        await storage.finish_send(row, "queued", now_ms=NOW, error="429", retry_at_ms=NOW + 500)
        assert await storage.claim_send(CID, NOW + 499) is None
        again = await storage.claim_send(CID, NOW + 500)
        assert again is not None
        assert (again.n, again.key, again.tries, again.error) == (row.n, row.key, 2, "429")

    async def test_cra_10_a_send_that_was_cut_off_comes_back_as_unknown(self, database: Database) -> None:
        storage = await database.open()
        await finish(storage, await begin(storage), "one")
        row = await storage.claim_send(CID, NOW)
        assert row is not None
        storage = await database.open()
        assert await storage.undelivered(10) == [CID]
        again = await storage.claim_send(CID, NOW)
        assert again is not None
        assert (again.state, again.key, again.tries) == ("unknown", row.key, 2)
        assert await storage.claim_send(CID, NOW) is None

    async def test_cra_09_a_send_that_was_never_begun_is_sent_after_a_restart(self, database: Database) -> None:
        storage = await database.open()
        await finish(storage, await begin(storage), "one")
        storage = await database.open()
        row = await storage.claim_send(CID, NOW)
        assert row is not None
        assert (row.state, row.tries) == ("claimed", 1)

    async def test_a_message_from_outside_is_added_once_per_key(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "one")
        messages = [TextMessage(text="a"), TextMessage(text="b")]
        rows = await storage.send(CID, "key", messages, deliver=True, now_ms=NOW)
        again = await storage.send(CID, "key", [TextMessage(text="other")], deliver=True, now_ms=NOW + 1)
        other = await storage.send(CID, "key 2", [TextMessage(text="c")], deliver=True, now_ms=NOW)
        assert [(row.n, row.k, row.cause) for row in rows] == [(3, 0, "send:key"), (4, 1, "send:key")]
        assert again == rows
        assert other[0].n == 5
        assert [text for _, way, text in await history(storage) if way == "out"] == ["one", "a", "b", "c"]

    async def test_a_message_from_outside_needs_a_conversation(self, storage: Storage) -> None:
        nowhere = conversation_id(BOT, WEB, "nowhere")
        with pytest.raises(NoConversation):
            await storage.send(nowhere, "k", [TextMessage(text="a")], deliver=True, now_ms=NOW)

    async def test_p9_after_a_person_took_over_the_bot_says_nothing(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "late", "later")
        await finish(storage, await begin(storage), "a person will help you", set_mode="human")
        await storage.send(CID, "op-1", [TextMessage(text="I am here")], deliver=True, now_ms=NOW)
        said = []
        while (row := await storage.claim_send(CID, NOW)) is not None:
            assert isinstance(row.message, TextMessage)
            said.append(row.message.text)
            await storage.finish_send(row, "sent", now_ms=NOW)
        assert said == ["a person will help you", "I am here"]

    async def test_what_an_operator_wrote_is_sent_after_the_bot_is_back(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), set_mode="human")
        await storage.send(CID, "op-1", [TextMessage(text="bye")], deliver=True, now_ms=NOW)
        await finish(storage, await begin(storage), set_mode="bot")
        row = await storage.claim_send(CID, NOW)
        assert row is not None
        assert row.message == TextMessage(text="bye")
