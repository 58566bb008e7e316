"""Uses every method of the storage once or more, for tests that look at what that does to the database."""

from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import FrameId, UserId
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import TimerRow, UserPatch
from gutenbot.testing.contracts.storage_kit import BOT, CID, NOW, WEB, accept, begin, finish, frame, journal


async def use_everything(storage: Storage) -> None:
    """The turn loop's part first: conversations `one` and `two`, then outbox, people and stores."""
    claim = await begin(storage, "one", external_id="m1", natural_key="k1")
    await accept(storage, external_id="m1")
    await accept(storage, external_id="m9", natural_key="k1")
    await accept(storage, "two")
    await storage.claim_more(claim, 5)
    await storage.record(claim, journal())
    patch = UserPatch(set_attributes={"a": 1}, tags={"vip": ""}, untag=("old",))
    timers = (TimerRow(conversation_id=CID, name="t", due_ms=NOW), TimerRow(conversation_id=CID, name="u", due_ms=NOW))
    done = await finish(
        storage, claim, "a", frames=(frame(),), journal=(journal(n=1),), timers=timers, user=patch, variables={"v": 1}
    )
    assert done.next is not None
    await finish(storage, done.next, outcome="retry", error="x", not_before_ms=NOW)
    await storage.recover()
    again = await storage.claim(CID)
    assert again is not None
    await storage.release([again])
    again = await storage.claim(CID)
    assert again is not None
    changes = {
        "drop_journal": (FrameId("f1"),),
        "ended": (FrameId("f1"),),
        "cancel_timers": ("u",),
        "set_mode": "human",
    }
    await finish(storage, again, outcome="dead", error="x", **changes)
    await storage.next_timer()
    await storage.fire_timers(NOW, 10)
    await storage.replay(BOT, (await storage.dead_letters(BOT))[0].seq, NOW)
    await _use_outbox(storage)
    await _use_people(storage)
    await _use_stores(storage)


async def _use_outbox(storage: Storage) -> None:
    for _ in range(2):
        await storage.send(CID, "k", [TextMessage(text="x")], deliver=True, now_ms=NOW)
    await storage.undelivered(10)
    row = await storage.claim_send(CID, NOW)
    assert row is not None
    await storage.finish_send(row, "sent", now_ms=NOW)
    await storage.thread(CID)
    await storage.conversations(BOT, WEB, "t1")
    await storage.open_thread(BOT, WEB, "t2", "s2", NOW)
    await storage.mark_read(CID, 1)
    await storage.trace(BOT, row.n)  # type: ignore[arg-type]


async def _use_people(storage: Storage) -> None:
    user = await storage.find_user(BOT, WEB, "t1")
    assert user is not None
    await storage.user(BOT, user.user_id)
    await storage.tags(BOT, user.user_id)
    await storage.identities(BOT, user.user_id)
    await storage.list_users(BOT, tags=["vip", "eu"], after="a")
    await storage.list_users(BOT)
    await storage.count_users(BOT, tags=["vip"])
    await storage.link_identity(BOT, WEB, "t1", UserId("other"))


async def _use_stores(storage: Storage) -> None:
    await storage.kv_set("s", "k", 1)
    await storage.kv_get("s", "k")
    await storage.kv_list("s", "k")
    await storage.kv_delete("s", "k")
    await storage.get_blob(BOT, await storage.put_blob(BOT, "a/b", "n", b"", NOW))
    await storage.add_key(b"h", "n", "r", "a", NOW)
    await storage.key(b"h")
    await storage.use_key(b"h", NOW)
    await storage.keys()
    await storage.revoke_key("n")
