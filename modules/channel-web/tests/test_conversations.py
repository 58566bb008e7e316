"""Saying things and reading them again: by plain calls, socket and stream."""

from uuid import uuid4

from gutenbot_channel_web.testing import Website


async def test_a_new_visitor_says_something_and_reads_the_answer(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    identifier = str(uuid4())
    assert (await visitor.say(conversation, "hi", identifier)).json() == {"n": 1, "duplicate": False}
    first, second = await visitor.until(conversation, 2)
    assert first["id"] == identifier
    assert (first["n"], first["dir"], first["author"]) == (1, "in", "user")
    assert first["body"] == {"type": "message", "body": "hi"}
    assert (second["n"], second["dir"], second["author"]) == (2, "out", "bot")
    assert second["body"]["text"] == "You said: hi"


async def test_a_socket_sends_acknowledges_and_follows(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.socket() as socket:
        assert socket.handshake["type"] == "websocket.accept"
        await socket.send(t="open", conversation=conversation, after=0)
        assert await socket.frame() == {"t": "opened", "conversation": conversation, "last_n": 0, "read_n": 0}
        identifier = str(uuid4())
        event = {"type": "message", "body": "hi"}
        await socket.send(t="send", conversation=conversation, id=identifier, event=event)
        frames = [await socket.frame("ack", "entry") for _ in range(3)]
        assert sorted(frame["t"] for frame in frames) == ["ack", "entry", "entry"]
        assert {"t": "ack", "id": identifier, "n": 1, "duplicate": False} in frames
        assert [frame["n"] for frame in frames if frame["t"] == "entry"] == [1, 2]
        await socket.send(t="ping")
        assert await socket.frame("pong") == {"t": "pong"}


async def test_a_stream_tells_what_a_call_sent(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with visitor.stream(conversation) as stream:
        assert (await stream.event())["t"] == "opened"
        await visitor.say(conversation, "hi", str(uuid4()))
        found = [await stream.event("entry") for _ in range(2)]
        assert [(one["n"], one["event_id"]) for one in found] == [(1, "1"), (2, "2")]
