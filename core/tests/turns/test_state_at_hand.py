"""The storage may bring what a turn starts from along with its event. That saves a read, and must never be believed too long.

The embedded engine does, since it reads the conversation anyway; one that is shared by processes claims apart and reads then.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from core.tests.dialogs.running import Run
from core.tests.turns.bots import counting_bot

from gutenbot import Bot, Chat
from gutenbot.events.incoming import MessageEvent
from gutenbot.storage.port import Then
from gutenbot.storage.rows import Accepted, Arrival
from gutenbot.testing import TestBot
from gutenbot.turns.places import Again, Places


def watch_loads(testbot: TestBot, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The conversations that are read for turns from now on."""
    storage = testbot.app.storage
    real, seen = storage.load, []

    async def load(conversation_id: Any) -> Any:
        seen.append(conversation_id)
        return await real(conversation_id)

    monkeypatch.setattr(storage, "load", load)
    return seen


def outdate(testbot: TestBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes with an event is older than what is on the disk."""
    storage = testbot.app.storage
    real = storage.accept

    def aged(kept: Accepted) -> Accepted:
        if storage.shared:
            assert kept.claim is None or kept.claim.loaded is None
            return kept
        assert kept.claim is not None
        assert kept.claim.loaded is not None
        now = kept.claim.loaded.conversation
        before = msgspec.structs.replace(now, rev=now.rev - 1, variables={"count": 0})
        loaded = msgspec.structs.replace(kept.claim.loaded, conversation=before)
        return msgspec.structs.replace(kept, claim=msgspec.structs.replace(kept.claim, loaded=loaded))

    async def accept(arrivals: Sequence[Arrival], then: Then | None = None) -> list[Accepted]:
        assert then is not None
        return await real(arrivals, lambda accepted: then([aged(kept) for kept in accepted]))

    monkeypatch.setattr(storage, "accept", accept)


async def test_a_turn_that_begins_at_once_reads_nothing_more(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    loads = watch_loads(testbot, monkeypatch)
    for word in "ab":
        await ann.says(word)
    ann.sees("2: b")
    assert len(loads) == (2 if testbot.app.storage.shared else 0)


async def test_a_turn_whose_state_changed_before_it_began_runs_again_on_what_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    await ann.says("a")
    outdate(testbot, monkeypatch)
    await ann.says("b")
    assert ann.dialogue == ["> a", "1: a", "> b", "2: b"]


async def test_what_waits_behind_another_event_is_read_when_its_turn_comes(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    loads = watch_loads(testbot, monkeypatch)
    await testbot.accept([testbot.arrival(ann, MessageEvent(body=str(n)), f"m-{n}") for n in range(3)])
    await testbot.settle()
    assert [line for line in ann.dialogue if not line.startswith(">")] == ["1: 0", "2: 1", "3: 2"]
    assert len(loads) == (3 if testbot.app.storage.shared else 2)


async def test_what_a_turn_before_wrote_of_the_user_is_seen_in_another_conversation(run: Run) -> None:
    bot = Bot("b")

    @bot.fallback
    async def count(chat: Chat) -> None:
        chat.user["count"] = chat.user.get("count", 0) + 1
        await chat.say(str(chat.user["count"]))

    testbot = await run(bot)
    testbot.app.runtimes[bot.id].concurrency = 1
    ann = testbot.user("Ann")
    first = testbot.arrival(ann, MessageEvent(body="a"), "m-1")
    other = msgspec.structs.replace(
        first, thread="other", external_id="m-2", conversation_id=type(first.conversation_id)("other")
    )
    accepted = await testbot.accept([first, other])
    await testbot.settle()
    entries = await testbot.app.storage.thread(accepted[1].conversation_id)
    assert [getattr(entry.body, "text", "") for entry in entries] == ["a", "2"]


async def test_an_event_that_waits_for_a_place_brings_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    testbot = await run(counting_bot())
    ann = testbot.user("Ann")
    (kept,) = await testbot.accept([testbot.arrival(ann, MessageEvent(body="a"), "m-1")])
    await testbot.settle()
    claim = kept.claim
    assert claim is not None
    places = Places(testbot.app.runtimes)
    testbot.app.runtimes[testbot.bot.id].concurrency = 1
    assert places.take(claim)
    assert not places.take(claim)
    places.leave(claim)
    waited = places.next(claim.bot_id)
    assert waited is not None
    assert not isinstance(waited, Again)
    assert waited.loaded is None
