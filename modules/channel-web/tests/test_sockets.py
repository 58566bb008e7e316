"""Sockets under pressure: too many of them, too many frames, clients that never read, and the end of the server."""

import asyncio
import contextlib
import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gutenbot import Bot
from gutenbot_channel_web.chat import SOCKETS_PER_VISITOR
from gutenbot_channel_web.errors import WebMistake
from gutenbot_channel_web.outlet import QUEUE_LIMIT, Outlet
from gutenbot_channel_web.parsing import read_frame
from gutenbot_channel_web.testing import Website

HI = {"type": "message", "body": "hi"}


async def test_the_oldest_of_too_many_sockets_is_closed(site: Website) -> None:
    visitor = await site.visitor()
    lines = [visitor.socket() for _ in range(SOCKETS_PER_VISITOR + 1)]
    first, *others = [await line.__aenter__() for line in lines]
    assert (await first.frame())["code"] == "too-many-sockets"
    assert (await first.frame())["t"] == "websocket.close"
    for socket in others:
        await socket.send(t="ping")
        assert (await socket.frame())["t"] == "pong"
    for line in lines:
        await line.__aexit__(None, None, None)


async def test_other_visitors_keep_their_sockets(site: Website) -> None:
    async with (await site.visitor()).socket() as quiet:
        visitor = await site.visitor()
        for _ in range(SOCKETS_PER_VISITOR + 3):
            async with visitor.socket() as socket:
                assert socket.handshake["type"] == "websocket.accept"
        await quiet.send(t="ping")
        assert (await quiet.frame())["t"] == "pong"


async def test_sock_04_a_huge_frame_ends_the_socket(site: Website) -> None:
    async with (await site.visitor()).socket() as socket:
        await socket.send_text('{"t":"ping","x":"' + "é" * 40_000 + '"}')
        assert (await socket.frame())["code"] == "too-large"
        assert (await socket.frame())["t"] == "websocket.close"


async def test_sock_04_a_flood_of_tiny_frames_is_refused_and_then_ended(site: Website) -> None:
    async with (await site.visitor()).socket() as socket:
        for _ in range(1000):
            await socket.send(t="ping")
        frames = [await socket.frame()]
        while frames[-1]["t"] != "websocket.close":
            frames.append(await socket.frame())
    kinds = [frame["t"] for frame in frames]
    assert kinds.count("pong") < 200
    assert {frame.get("code") for frame in frames if frame["t"] == "error"} == {"too-fast"}
    assert frames[-2]["t"] == "bye"
    assert frames[-2]["code"] == "too-fast"


def talkative() -> Bot:
    """Says much to everything."""
    bot = Bot("echo")

    @bot.fallback
    async def much(chat: Any) -> None:
        for _ in range(30):
            await chat.say("long " * 1500)

    return bot


async def test_sock_04_a_client_that_never_reads_is_let_go_at_one_megabyte(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gutenbot_channel_web.line.BYE_LIMIT_S", 0.2)
    most = 0
    push = Outlet.push

    def watched(outlet: Outlet, frame: bytes, n: int = 0) -> None:
        nonlocal most
        push(outlet, frame, n)
        most = max(most, outlet.waiting)

    monkeypatch.setattr(Outlet, "push", watched)
    async with serve(talkative()) as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        async with visitor.socket(window=2) as socket:
            await socket.send(t="open", conversation=conversation, after=0)
            async with asyncio.timeout(60):
                for number in range(6):
                    await visitor.say(conversation, "more", f"message-{number}")
                await visitor.until(conversation, 186)
            assert socket.task is not None
            await asyncio.wait_for(asyncio.shield(socket.task), 60)
        assert QUEUE_LIMIT < most < QUEUE_LIMIT + 20_000
        async with visitor.socket() as socket:
            await socket.send(t="open", conversation=conversation, after=0)
            assert [one["n"] for one in await socket.entries(186)] == list(range(1, 187))


async def test_a_long_history_waits_for_a_slow_reader(serve: Any) -> None:
    async with serve(talkative()) as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        for number in range(6):
            await visitor.say(conversation, "more", f"message-{number}")
        await visitor.until(conversation, 186)
        async with visitor.socket(window=1) as socket:
            await socket.send(t="open", conversation=conversation, after=0)
            for n in range(1, 187):
                assert (await socket.frame("entry"))["n"] == n
                await asyncio.sleep(0)


async def test_when_the_server_stops_everybody_is_told(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    held = asyncio.create_task(visitor.history(conversation, wait=25))
    async with visitor.socket() as socket, visitor.stream(conversation) as stream:
        await stream.event("opened")
        await site.app.begin_stop()
        bye = await socket.frame()
        assert (bye["t"], bye["code"]) == ("bye", "shutting-down")
        assert bye["retry_after"] >= 1
        assert (await socket.frame())["t"] == "websocket.close"
        assert (await stream.event("bye"))["code"] == "shutting-down"
        assert (await asyncio.wait_for(held, 10))["entries"] == []
    answer = await visitor.call("POST", "/ticket", {})
    assert (answer.status, answer.code) == (503, "shutting-down")
    assert answer.headers["retry-after"] == "2"


async def test_sock_03_every_frame_is_authorised_anew(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        await socket.send(t="send", conversation=conversation, id=str(uuid4()), event=HI)
        await socket.frame("ack")
        await visitor.until(conversation, 2)
        site.app.remove_bot("echo")  # type: ignore[arg-type]
        await socket.send(t="send", conversation=conversation, id=str(uuid4()), event=HI)
        assert (await socket.frame("error"))["code"] == "unknown-conversation"


async def test_a_refused_message_says_which_one_it_was(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        for event, code in (
            ({"type": "message", "body": "x" * 8001}, "too-long"),
            ({"type": "message", "body": " \n"}, "empty"),
            ({"type": "payload", "payload": ""}, "empty"),
            ({"type": "timer", "name": "x", "generation": 1}, "bad-frame"),
            ({"type": "location", "latitude": 91, "longitude": 0}, "bad-frame"),
            ({"type": "form", "form_id": "f", "values": {"a": [1]}}, "bad-frame"),
            ({"type": "form", "form_id": "f", "values": {"a": 10**30}}, "bad-frame"),
        ):
            identifier = str(uuid4())
            await socket.send(t="send", conversation=conversation, id=identifier, event=event)
            found = await socket.frame()
            assert (found["t"], found["id"], found["code"]) == ("error", identifier, code)
        await socket.send(t="send", conversation=conversation, id="'; DROP TABLE", event=HI)
        assert (await socket.frame())["code"] == "bad-id"
    assert (await visitor.history(conversation))["last_n"] == 0


@pytest.mark.parametrize("body", ["\x00", "a\x00b", "\ud800", "\udfff x \ud800", "👨‍👩‍👧‍👦" * 100, "\u202eabc"])
async def test_inp_02_inp_03_what_no_database_can_hold_is_replaced(site: Website, body: str) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        await socket.send(t="open", conversation=conversation, after=0)
        await socket.send(t="send", conversation=conversation, id=str(uuid4()), event={"type": "message", "body": body})
        live = (await socket.entries(1))[0]["body"]["body"]
    stored = (await visitor.until(conversation, 2))[0]["body"]["body"]
    wanted = body.replace("\x00", "\ufffd").replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")
    assert (live, stored) == (wanted, wanted)


# Hostile frames -----------------------------------------------------------------------------------------------------

words = st.text(max_size=20)
plain = st.none() | st.booleans() | st.integers() | st.floats() | words
json_values = (
    plain | st.lists(plain, max_size=3) | st.dictionaries(words, plain | st.lists(plain, max_size=2), max_size=3)
)
fields = st.sampled_from(["t", "conversation", "id", "event", "after", "n", "type", "body", "__proto__", "values"])
kinds = st.sampled_from(["open", "send", "read", "typing", "ping", "bye", "entry"])
frames = st.builds(
    lambda kind, more: json.dumps({**more, "t": kind}), kinds | plain, st.dictionaries(fields, json_values, max_size=5)
)
HOSTILE = [
    "", "{", "[]", "null", "0", '"x"', "NaN", '{"t":NaN}', '{"t":"ping","t":"ping"}', '{"t":"read","n":' + "9" * 5000 + "}",
    "[" * 60_000, '{"a":' * 10_000 + "1" + "}" * 10_000, '{"t":"\\ud800"}', "\ud800", '{"t":"ping"}\x00', "\ufeff{}",
    json.dumps({str(number): 0 for number in range(5000)}), '{"t":"open","conversation":"x","after":-1e999}',
]  # fmt: skip


@settings(max_examples=2000, deadline=None)
@given(text=words | frames | st.sampled_from(HOSTILE))
def test_inp_05_no_frame_whatsoever_crashes_the_parser(text: str) -> None:
    with contextlib.suppress(WebMistake):
        assert type(read_frame(text)).__name__ in ("Open", "Send", "Read", "Typing", "Ping")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hostile=st.lists(words | frames | st.sampled_from(HOSTILE), min_size=20, max_size=20))
async def test_nothing_that_was_acknowledged_among_hostile_frames_is_lost(site: Website, hostile: list[str]) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    sent = [str(uuid4()) for _ in range(5)]
    acknowledged: list[str] = []
    async with visitor.socket() as socket:
        for position, text in enumerate(hostile):
            await socket.send_text(text)
            if position % 4 == 0:
                await socket.send(t="send", conversation=conversation, id=sent[position // 4], event=HI)
        await socket.feed({"type": "websocket.receive", "bytes": b"\x00\xff"})
        await socket.send(t="ping")
        while (frame := await socket.frame())["t"] != "pong" or len(acknowledged) < 5:
            assert frame["t"] in ("ack", "error", "pong")
            assert frame.get("code") != "internal"
            acknowledged += [frame["id"]] if frame["t"] == "ack" else []
    assert acknowledged == sent
    entries = await visitor.until(conversation, 10)
    assert [entry["id"] for entry in entries if entry["dir"] == "in"] == sent
