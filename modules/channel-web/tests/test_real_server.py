"""Over a real port, with a real server and a real WebSocket client."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
import websockets

from gutenbot_channel_web.testing import Website, WebVisitor

Port = int


@pytest.fixture
async def port(site: Website) -> AsyncIterator[Port]:
    """The port of a server for the web chat alone."""
    config = uvicorn.Config(
        site.asgi, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="websockets-sansio"
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment, method-assign]
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await asyncio.wait_for(serving, 10)


async def until(true: Callable[[], bool]) -> None:
    """Returns once it is so: what another process or library does gives no notice."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def connect(visitor: WebVisitor, port: Port, **options: Any) -> Any:
    address = f"ws://127.0.0.1:{port}{visitor.root}/socket?ticket={await visitor.ticket()}"
    return await websockets.connect(address, origin=f"http://127.0.0.1:{port}", **options)  # type: ignore[arg-type]


async def test_a_browser_would_talk_to_it(site: Website, port: Port) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    async with await connect(visitor, port) as socket:
        await socket.send(json.dumps({"t": "open", "conversation": conversation, "after": 0}))
        assert json.loads(await socket.recv())["t"] == "opened"
        frame = {
            "t": "send",
            "conversation": conversation,
            "id": str(uuid4()),
            "event": {"type": "message", "body": "hi"},
        }
        await socket.send(json.dumps(frame))
        frames = [json.loads(await socket.recv()) for _ in range(4)]
        assert [one["n"] for one in frames if one["t"] == "entry"] == [1, 2]


async def test_sock_01_a_refused_handshake_says_why(site: Website, port: Port) -> None:
    visitor = await site.visitor()
    address = f"ws://127.0.0.1:{port}{visitor.root}/socket?ticket={await visitor.ticket()}"
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(address, origin="https://evil.example")  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403
    assert json.loads(refused.value.response.body or b"")["code"] == "foreign-origin"


async def test_a_stopping_server_says_goodbye_before_the_line_closes(site: Website, port: Port) -> None:
    async with await connect(await site.visitor(), port) as socket:
        await site.app.begin_stop()
        assert json.loads(await socket.recv())["code"] == "shutting-down"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001


async def test_a_client_that_just_vanishes_leaves_nothing_behind(site: Website, port: Port) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    socket = await connect(visitor, port)
    await socket.send(json.dumps({"t": "open", "conversation": conversation, "after": 0}))
    await socket.recv()
    assert site.app.turns.live.watched(conversation)  # type: ignore[arg-type]
    socket.transport.abort()
    await until(lambda: not site.app.turns.live.watched(conversation))  # type: ignore[arg-type]


async def test_a_stream_comes_event_by_event(site: Website, port: Port) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path = f"{visitor.root}/conversations/{conversation}/events?ticket={await visitor.ticket()}&after=0"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"text/event-stream" in head
    assert b'"opened"' in await reader.readuntil(b"\n\n")
    await visitor.say(conversation, "hi", str(uuid4()))
    assert b'"n":1' in await reader.readuntil(b"\n\n")
    writer.close()
    await writer.wait_closed()
