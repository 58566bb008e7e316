"""The live socket behind the real server: the handshake, a frame that is too large, a page that never reads (SOCK-01, SOCK-04)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
import websockets
from core.tests.http.served import Served, serving

from gutenbot.http.asgi import LIVE

SMALL = 4_096


@pytest_asyncio.fixture
async def real(tmp_path: Path) -> AsyncIterator[tuple[Served, int]]:
    async with serving(tmp_path) as served:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            served.server,
            log_config=None,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=1_048_576,
            http="httptools",
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield served, listener.getsockname()[1]
        served.server.close()
        server.should_exit = server.force_exit = True
        await task


async def test_sock_01_the_real_handshake_refuses_pages_of_other_sites(real: tuple[Served, int]) -> None:
    _, port = real
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(f"ws://127.0.0.1:{port}{LIVE}", origin="https://evil.example")  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403
    async with websockets.connect(f"ws://127.0.0.1:{port}{LIVE}", origin=f"http://127.0.0.1:{port}") as page:  # type: ignore[arg-type]
        await page.send('{"subscribe": "jobs"}')
        assert '"subscribed":true' in str(await page.recv())


async def test_sock_04_a_frame_of_a_size_that_nobody_needs_ends_the_connection(real: tuple[Served, int]) -> None:
    served, port = real
    for size, code in ((2_000_000, 1009), (100_000, 4413)):
        async with websockets.connect(f"ws://127.0.0.1:{port}{LIVE}") as page:
            await page.send("x" * size)
            with pytest.raises(websockets.ConnectionClosed):
                await page.recv()
            assert page.close_code == code
    async with asyncio.timeout(30):
        while served.server.live.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_sock_04_a_page_that_never_reads_costs_little_and_not_for_long(real: tuple[Served, int]) -> None:
    served, port = real
    reader, writer = await _deaf(port)
    async with asyncio.timeout(10):
        while not served.server.live.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    text = "x" * 60_000
    async with asyncio.timeout(30):
        while served.server.live.connections:
            await served.app.feed.publish("jobs", {"text": text})
            await asyncio.sleep(0)
    writer.close()
    assert reader is not None


async def _deaf(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connects, subscribes, and never reads again."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    one.setblocking(False)
    await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=one, limit=SMALL)
    head = (
        f"GET {LIVE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    writer.write(head.encode())
    await reader.readuntil(b"\r\n\r\n")
    body = b'{"subscribe": "jobs"}'
    mask = b"\x01\x02\x03\x04"
    masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(body))
    writer.write(b"\x81" + bytes([0x80 | len(body)]) + mask + masked)
    await writer.drain()
    return reader, writer
