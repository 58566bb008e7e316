"""Nothing is lost and nothing comes twice: resending, resuming, reconnecting, restarting."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import pytest

from gutenbot_channel_web.testing import Website, WebVisitor

HI = {"type": "message", "body": "hi"}


def numbers(entries: list[dict[str, Any]]) -> list[int]:
    return [entry["n"] for entry in entries]


async def test_dup_09_a_message_that_is_sent_again_after_a_reconnect_gets_the_first_answer(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    frame: dict[str, Any] = {"t": "send", "conversation": conversation, "id": str(uuid4()), "event": HI}
    async with visitor.socket() as socket:
        await socket.send(**frame)
        assert (await socket.frame("ack"))["duplicate"] is False
    async with visitor.socket() as socket:
        await socket.send(**frame)
        assert await socket.frame("ack") == {"t": "ack", "id": frame["id"], "n": 1, "duplicate": True}
    again = await visitor.say(conversation, "hi", frame["id"])
    assert again.json() == {"n": 1, "duplicate": True}
    await visitor.until(conversation, 2)
    await asyncio.sleep(0.2)
    assert (await visitor.history(conversation))["last_n"] == 2


async def test_dup_08_a_button_that_is_tapped_five_times_is_five_events(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    event = {"type": "payload", "payload": "ORDER", "title": "Order a pizza"}
    async with visitor.socket() as socket:
        for _ in range(5):
            await socket.send(t="send", conversation=conversation, id=str(uuid4()), event=event)
        acks = [await socket.frame("ack") for _ in range(5)]
    assert not any(ack["duplicate"] for ack in acks)
    entries = await visitor.until(conversation, 10)
    assert [entry["body"]["payload"] for entry in entries if entry["dir"] == "in"] == ["ORDER"] * 5


async def test_the_same_id_in_another_conversation_is_another_message(site: Website) -> None:
    visitor = await site.visitor()
    identifier = str(uuid4())
    for _ in range(2):
        answer = await visitor.say(await visitor.conversation(), "hi", identifier)
        assert answer.json() == {"n": 1, "duplicate": False}


async def say_many(visitor: WebVisitor, conversation: str, count: int) -> None:
    for number in range(count):
        await visitor.say(conversation, f"number {number}", str(uuid4()))
    await visitor.until(conversation, 2 * count)


@pytest.mark.parametrize("after", [0, 3, 10])
async def test_all_three_ways_resume_after_a_position(site: Website, after: int) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    await say_many(visitor, conversation, 5)
    wanted = list(range(after + 1, 11))
    assert numbers((await visitor.history(conversation, after))["entries"]) == wanted
    async with visitor.socket() as socket:
        await socket.send(t="open", conversation=conversation, after=after)
        opened = await socket.frame()
        assert (opened["t"], opened["last_n"]) == ("opened", 10)
        assert numbers(await socket.entries(len(wanted))) == wanted
    async with visitor.stream(conversation, after) as stream:
        assert (await stream.event())["last_n"] == 10
        assert [(await stream.event("entry"))["n"] for _ in wanted] == wanted


async def test_a_stream_goes_on_after_the_last_event_id(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    await say_many(visitor, conversation, 3)
    async with visitor.stream(conversation, 1, headers={"Last-Event-ID": "4"}) as stream:
        assert [(await stream.event("entry"))["n"] for _ in range(2)] == [5, 6]


async def test_a_position_from_the_future_is_taken_as_the_last_one(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        await socket.send(t="open", conversation=conversation, after=99)
        await socket.send(t="send", conversation=conversation, id=str(uuid4()), event=HI)
        assert numbers(await socket.entries(2)) == [1, 2]


async def test_a_held_request_answers_as_soon_as_there_is_something(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    held = asyncio.create_task(visitor.history(conversation, wait=25))
    await asyncio.sleep(0.05)
    await visitor.say(conversation, "hi", str(uuid4()))
    assert numbers((await asyncio.wait_for(held, 5))["entries"])[0] == 1


async def test_a_held_request_answers_empty_when_its_time_is_over(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    assert await visitor.history(conversation, wait=1) == {"entries": [], "last_n": 0, "read_n": 0}
    assert not site.app.turns.live.watched(conversation)  # type: ignore[arg-type]


async def follow(visitor: WebVisitor, conversation: str, total: int, chance: random.Random) -> list[int]:
    """Reads until `total`, over sockets and streams that break at random moments."""
    seen: list[int] = []
    while len(seen) < total:
        read = socket_entries if chance.random() < 0.6 else stream_entries
        with contextlib.suppress(TimeoutError):
            async with contextlib.aclosing(read(visitor, conversation, len(seen))) as entries:
                async for n in entries:
                    seen.append(n)
                    if len(seen) == total or chance.random() < 0.05:
                        break
    return seen


async def socket_entries(visitor: WebVisitor, conversation: str, after: int) -> AsyncGenerator[int, None]:
    async with visitor.socket() as socket:
        await socket.send(t="open", conversation=conversation, after=after)
        while True:
            yield (await socket.frame("entry", limit_s=0.3))["n"]


async def stream_entries(visitor: WebVisitor, conversation: str, after: int) -> AsyncGenerator[int, None]:
    async with visitor.stream(conversation, after) as stream:
        while True:
            yield (await asyncio.wait_for(stream.event("entry"), 0.3))["n"]


@pytest.mark.slow
@pytest.mark.parametrize("threaded", [True, False])
async def test_two_hundred_messages_arrive_without_a_gap_over_lines_that_keep_breaking(
    serve: Any, threaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gutenbot_channel_web.rates.Rates.take", lambda *_: None)
    chance = random.Random(7)
    async with serve(threaded=threaded) as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        readers = [asyncio.create_task(follow(visitor, conversation, 400, random.Random(seed))) for seed in range(3)]
        sent = [str(uuid4()) for _ in range(200)]
        for identifier in sent:
            await visitor.say(conversation, "hello", identifier)
            if chance.random() < 0.2:
                await visitor.say(conversation, "hello", identifier)
        for seen in await asyncio.gather(*readers):
            assert seen == list(range(1, 401))
        entries = (await visitor.history(conversation))["entries"] + (await visitor.history(conversation, 200))[
            "entries"
        ]
        assert [entry["id"] for entry in entries if entry["dir"] == "in"] == sent


async def test_a_hint_that_was_lost_is_made_up_for(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gutenbot_channel_web.line.LiveLine.idle_s", 0.1)
    monkeypatch.setattr(site.app.turns.live, "tell", lambda notice: None)
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        await socket.send(t="open", conversation=conversation, after=0)
        await socket.frame("opened")
        await visitor.say(conversation, "hi", str(uuid4()))
        assert numbers(await socket.entries(2)) == [1, 2]


async def test_hints_out_of_order_and_twice_do_no_harm(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    live = site.app.turns.live
    late: list[Any] = []
    tell = live.tell

    def shuffled(notice: Any) -> None:
        late.append(notice)
        if len(late) >= 4:
            for one in [*reversed(late), *late]:
                tell(one)
            late.clear()

    monkeypatch.setattr(live, "tell", shuffled)
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        await socket.send(t="open", conversation=conversation, after=0)
        for _ in range(6):
            await visitor.say(conversation, "hi", str(uuid4()))
        await visitor.until(conversation, 12)
        for one in late:
            tell(one)
        assert numbers(await socket.entries(12)) == list(range(1, 13))


async def test_what_was_acknowledged_is_there_after_the_process_was_replaced(serve: Any) -> None:
    async with serve() as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        identifier = str(uuid4())
        await visitor.say(conversation, "before", identifier)
        await visitor.until(conversation, 2)
        token = visitor.token
    async with serve() as site:
        visitor = await site.visitor(visitor=token)
        assert visitor.session["conversation"] == conversation
        assert (await visitor.say(conversation, "before", identifier)).json() == {"n": 1, "duplicate": True}
        assert (await visitor.say(conversation, "after", str(uuid4()))).json() == {"n": 3, "duplicate": False}
        assert numbers(await visitor.until(conversation, 4)) == [1, 2, 3, 4]


async def test_what_was_read_is_remembered_and_never_goes_back(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    await say_many(visitor, conversation, 1)
    for n in (2, 1, 10**30):
        await visitor.call("POST", f"/conversations/{conversation}/read", {"n": n})
    assert (await visitor.history(conversation))["read_n"] == 2
    (listed,) = (await visitor.call("GET", "/conversations")).json()["conversations"]
    assert (listed["id"], listed["last_n"], listed["read_n"]) == (conversation, 2, 2)


async def test_a_conversation_goes_on_for_six_hours(site: Website, clock: Any) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    await say_many(visitor, conversation, 1)
    clock.advance(hours=5)
    assert (await visitor.start())["conversation"] == conversation
    clock.advance(hours=2)
    session = await visitor.start()
    assert session["conversation"] is None
    assert [one["id"] for one in session["conversations"]] == [conversation]
