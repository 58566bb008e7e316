"""The load: keep-alive connections that each say something, wait for the answer, and say the next thing.

A bare protocol on sockets, so that it costs its own core little and the server's none.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

REPLY_LIMIT_S = 30.0
MakeRequest = Callable[[int, int], bytes]
"""(connection, how many requests it has made) → the whole request."""


@dataclass(slots=True)
class Measured:
    """What a load gave."""

    replies: int = 0
    wall_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Answers that are not 200: the first bytes of each."""

    def percentile_ms(self, share: float) -> float:
        """The latency below which this share of the answers stayed."""
        ranked = sorted(self.latencies_s)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000 if ranked else 0.0


class Connection(asyncio.Protocol):
    """One client. `said` is called with each answer's latency and its bytes."""

    def __init__(self, said: Callable[["Connection", float, bytes], None], number: int = 0) -> None:
        self.number = number
        self.made = 0
        self.lost = False
        self._said = said
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._asked: deque[float] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit it

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    def ask(self, request: bytes, at: float | None = None) -> None:
        """Sends a request; `at` is the moment from which its latency counts."""
        assert self._transport is not None
        self.made += 1
        self._asked.append(time.perf_counter() if at is None else at)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := _end(self._buffer)) >= 0:
            answer, self._buffer = self._buffer[:end], self._buffer[end:]
            self._said(self, time.perf_counter() - self._asked.popleft(), answer)

    @property
    def waiting(self) -> int:
        """Requests without an answer."""
        return len(self._asked)

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.close()


def _end(buffer: bytes) -> int:
    """Where the first answer in the buffer ends, or -1."""
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return -1
    place = buffer.find(b"ontent-", 0, head)
    while place >= 0 and buffer[place + 7 : place + 14].lower() != b"length:":
        place = buffer.find(b"ontent-", place + 7, head)
    if place < 0:
        return head + 4
    end = buffer.find(b"\r\n", place)
    total = head + 4 + int(buffer[place + 14 : end])
    return total if len(buffer) >= total else -1


def is_ok(answer: bytes) -> bool:
    """Whether the status is 200."""
    return answer[9:12] == b"200"


async def as_fast_as_possible(
    port: int, make: MakeRequest, *, seconds: float, connections: int = 64, requests: int = 0
) -> Measured:
    """Every connection asks again as soon as it has its answer, for some seconds (or for a number of requests)."""
    result = Measured()
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[None] = loop.create_future()
    end = time.perf_counter() + seconds
    left = requests or 1 << 60

    def said(connection: Connection, latency: float, answer: bytes) -> None:
        nonlocal left
        result.replies += 1
        result.latencies_s.append(latency)
        if not is_ok(answer):
            result.wrong.append(answer[:300].decode("latin-1"))
        if left > 0 and time.perf_counter() < end:
            left -= 1
            connection.ask(make(connection.number, connection.made))
        elif not any(other.waiting for other in clients) and not finished.done():
            finished.set_result(None)

    clients = await _connect(port, said, min(connections, left))
    left -= len(clients)
    started = time.perf_counter()
    for client in clients:
        client.ask(make(client.number, client.made))
    await asyncio.wait_for(finished, seconds + REPLY_LIMIT_S)
    result.wall_s = time.perf_counter() - started
    for client in clients:
        client.close()
    return result


async def at_a_rate(
    port: int, make: MakeRequest, *, per_second: float, seconds: float, connections: int = 64
) -> Measured:
    """Requests at fixed moments, whatever the server does; one that had to wait for a connection counts that wait too."""
    result = Measured()
    idle: deque[Connection] = deque()

    def said(connection: Connection, latency: float, answer: bytes) -> None:
        result.replies += 1
        result.latencies_s.append(latency)
        if not is_ok(answer):
            result.wrong.append(answer[:300].decode("latin-1"))
        idle.append(connection)

    idle.extend(await _connect(port, said, connections))
    clients = list(idle)
    started = time.perf_counter()
    for due in _moments(started, per_second, seconds):
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        at = None if idle else due
        await _until(lambda: bool(idle))
        client = idle.popleft()
        client.ask(make(client.number, client.made), at)
    await _until(lambda: not any(client.waiting for client in clients))
    result.wall_s = time.perf_counter() - started
    for client in clients:
        client.close()
    return result


def _moments(started: float, per_second: float, seconds: float) -> Iterator[float]:
    for k in range(int(per_second * seconds)):
        yield started + k / per_second


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(REPLY_LIMIT_S):
        while True:
            if condition():
                return
            await asyncio.sleep(0.001)


async def _connect(port: int, said: Callable[[Connection, float, bytes], None], connections: int) -> list[Connection]:
    loop = asyncio.get_running_loop()
    clients: list[Connection] = []
    for number in range(connections):
        _, client = await loop.create_connection(lambda n=number: Connection(said, n), "127.0.0.1", port)  # type: ignore[misc]
        clients.append(client)
    return clients


def request(path: str, body: bytes, key: str = "") -> bytes:
    """A POST of JSON."""
    authorization = f"Authorization: Bearer {key}\r\n" if key else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
