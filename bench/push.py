"""Messages a second when every answer is an HTTP request of its own, to a sink beside the load."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.contestants import TEXT, gutenbot
from bench.load import as_fast_as_possible, request
from bench.tables import Table, count, goal

GOAL = 1000
DRAIN_LIMIT_S = 60.0
_OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'


class Sink(asyncio.Protocol):
    """Answers every request at once, and counts them."""

    taken = 0
    last_s = 0.0

    def __init__(self) -> None:
        self._transport: asyncio.BaseTransport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := _request_end(self._buffer)) >= 0:
            self._buffer = self._buffer[end:]
            Sink.taken += 1
            Sink.last_s = time.perf_counter()
            self._transport.write(_OK)  # type: ignore[union-attr]


def _request_end(buffer: bytes) -> int:
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return -1
    place = buffer.lower().find(b"content-length:", 0, head)
    length = int(buffer[place + 15 : buffer.find(b"\r\n", place)]) if place >= 0 else 0
    return head + 4 + length if len(buffer) >= head + 4 + length else -1


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came out."""

    messages: int
    wall_s: float
    cpu_s: float


def measure(folder: Path, *, messages: int) -> Pushed:
    """Takes in so many messages, and stops the clock when the last answer has been sent."""
    return uvloop.run(_measure(folder, messages))


async def _measure(folder: Path, messages: int) -> Pushed:
    Sink.taken = 0
    listener = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    ours = gutenbot(folder, "push", environ={"BENCH_SINK": f"http://127.0.0.1:{port}/send"})
    await asyncio.to_thread(ours.server.start)
    try:
        await _round(ours.port, min(200, messages))
        used = ours.server.cpu_s()
        wall = await _round(ours.port, messages)
        return Pushed(messages, wall, ours.server.cpu_s() - used)
    finally:
        await asyncio.to_thread(ours.server.stop)
        listener.close()


async def _round(port: int, messages: int) -> float:
    """Seconds until all answers were sent."""
    target = Sink.taken + messages
    started = time.perf_counter()
    await as_fast_as_possible(port, _make, seconds=600, requests=messages)
    async with asyncio.timeout(DRAIN_LIMIT_S):
        while True:
            if Sink.taken >= target:
                return Sink.last_s - started
            await asyncio.sleep(0.005)


def _make(connection: int, made: int) -> bytes:
    return request("/push", json.dumps({"thread": f"p{connection}-{made % 8}", "text": TEXT}).encode())


def table(pushed: Pushed) -> Table:
    """With its goal."""
    rate = pushed.messages / pushed.wall_s
    found = Table(
        "Every answer sent by HTTP (aiohttp)", ["", "messages/s", "messages/CPU s", "CPU µs a message", "messages"]
    )
    cpu = pushed.messages / max(0.01, pushed.cpu_s)
    found.add("Gutenbot: echo, then a POST", count(rate), count(cpu), count(1e6 / cpu), pushed.messages)
    found.notes = [
        f"Taken in by webhook on disk, answered in a turn, sent, and the sending recorded. Goal ≥ {GOAL:,}: {goal(rate >= GOAL)}."
    ]
    return found
